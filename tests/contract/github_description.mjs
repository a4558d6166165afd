// GitHub's own description of its REST API, cut to the operations that diffgate may call and made as strict as GitHub
// is: a call of anything else, a misspelt field of a request, or a completed check run without a conclusion is then a
// violation.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

const operations = [
  ["get", "/app"],
  ["get", "/app/hook/deliveries"],
  ["get", "/app/hook/deliveries/{delivery_id}"],
  ["post", "/app/installations/{installation_id}/access_tokens"],
  ["get", "/repos/{owner}/{repo}/installation"],
  ["get", "/repos/{owner}/{repo}/pulls"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/files"],
  ["get", "/repos/{owner}/{repo}/pulls/{pull_number}/commits"],
  ["get", "/repos/{owner}/{repo}/contents/{path}"],
  ["get", "/repos/{owner}/{repo}/git/commits/{commit_sha}"],
  ["get", "/repos/{owner}/{repo}/git/ref/{ref}"],
  ["get", "/repos/{owner}/{repo}/compare/{basehead}"],
  ["get", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls"],
  ["get", "/repos/{owner}/{repo}/commits/{ref}/check-runs"],
  ["post", "/repos/{owner}/{repo}/check-runs"],
  ["patch", "/repos/{owner}/{repo}/check-runs/{check_run_id}"],
  ["get", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["post", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
  ["get", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
  ["post", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions"],
  ["get", "/repos/{owner}/{repo}/collaborators/{username}/permission"],
];

const githubJson = "application/vnd.github+json";
const githubRaw = "application/vnd.github.raw";

function closeObjects(schema, isOpen = false) {
  if (!schema || typeof schema !== "object") return;
  if (schema.type === "object" && schema.properties && schema.additionalProperties === undefined && !isOpen) {
    schema.additionalProperties = false;
  }
  for (const property of Object.values(schema.properties ?? {})) closeObjects(property);
  closeObjects(schema.items);
}

// Everything in `components` that `value` refers to, and what that refers to in turn.
function collectReferences(value, components, found) {
  if (Array.isArray(value)) return value.forEach((item) => collectReferences(item, components, found));
  if (!value || typeof value !== "object") return;
  if (typeof value.$ref === "string" && !found.has(value.$ref)) {
    found.add(value.$ref);
    const [kind, name] = value.$ref.split("/").slice(2);
    collectReferences(components[kind][name], components, found);
  }
  for (const item of Object.values(value)) collectReferences(item, components, found);
}

export function tightenedDescription() {
  const folder = dirname(require.resolve("@octokit/openapi/package.json"));
  const full = JSON.parse(readFileSync(join(folder, "generated", "api.github.com.json"), "utf8"));
  const paths = {};
  for (const [method, path] of operations) {
    const operation = full.paths[path]?.[method];
    if (!operation) throw new Error(`GitHub's description has no ${method} ${path}`);
    paths[path] ??= {};
    paths[path][method] = operation;
    const { parameters } = full.paths[path];
    if (parameters) paths[path].parameters = parameters;

    const body = operation.requestBody?.content?.["application/json"];
    if (body) {
      // The two check-run bodies are open by GitHub's own word only so far as `status` decides what else is needed.
      delete body.schema.oneOf;
      delete body.schema.anyOf;
      body.schema.additionalProperties = undefined;
      closeObjects(body.schema);
      if (path.includes("/check-runs")) {
        body.schema.if = { properties: { status: { const: "completed" } }, required: ["status"] };
        body.schema.then = { required: ["conclusion"] };
      }
    }
    // Conditional requests work with every GET ("Best practices for using the REST API"); few say so one by one.
    if (method === "get") operation.responses["304"] ??= { description: "Not modified" };
    for (const response of Object.values(operation.responses)) {
      const content = response.content;
      if (!content?.["application/json"]) continue;
      // Examples are not needed, and some of GitHub's break their own schema.
      for (const media of Object.values(content)) delete media.examples;
      delete content["application/vnd.github.object"];
      content[githubJson] = content["application/json"];
    }
    if (path.endsWith("/contents/{path}")) {
      operation.responses["200"].content[githubRaw] = { schema: { type: "string" } };
    }
  }
  const found = new Set();
  collectReferences(paths, full.components, found);
  const components = {};
  for (const reference of found) {
    const [kind, name] = reference.split("/").slice(2);
    components[kind] ??= {};
    components[kind][name] = full.components[kind][name];
  }
  const { openapi, info } = full;
  return { openapi, info, servers: [{ url: "/" }], paths, components };
}
