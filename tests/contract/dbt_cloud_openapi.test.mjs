// Every call that the client of dbt Cloud makes, and every answer of the stand-in, is held against dbt Labs' own
// description of the Admin API: client -> recorder -> Prism (validating proxy) -> stand-in.
//
// What is kept of the description, and its origin: tests/data/dbt_cloud. DIFFGATE_DBT_CLOUD_OPENAPI names another copy, a
// newer one for example.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import yaml from "yaml";
import { binaryDir, freePort, start, temporaryFolder, waitUntil } from "./support.mjs";

const description = process.env.DIFFGATE_DBT_CLOUD_OPENAPI ?? "tests/data/dbt_cloud/openapi-v2-shapes.json";
const prismProgram = join(dirname(createRequire(import.meta.url).resolve("@stoplight/prism-cli/package.json")), "dist", "index.js");
const account = "/api/v2/accounts/{account_id}";
const operations = [
  ["get", `${account}/runs/`],
  ["get", `${account}/runs/{id}/`],
  ["get", `${account}/runs/{run_id}/artifacts/{remainder}`],
  ["get", `${account}/jobs/{id}/`],
  ["post", `${account}/jobs/{job_id}/run/`],
];
const calls = [];
let folder, cloudPort, prism, prismPort, recorder;

// The operations in use, with objects closed in what we send: a misspelt field is then a violation.
function tightened() {
  const full = yaml.parse(readFileSync(description, "utf8"));
  const paths = {};
  for (const [method, path] of operations) {
    const operation = full.paths[path]?.[method];
    assert.ok(operation, `dbt Labs' description has no ${method} ${path}`);
    paths[path] = { [method]: operation };
    if (operation.requestBody) operation.requestBody.content = { "application/json": operation.requestBody.content["application/json"] };
    // "Token", which the description's own text asks for, is no bearer token to Prism.
    delete operation.security;
    // The description lets answers leave out most fields; what the client reads is to be there.
    for (const code of ["400", "401", "403", "404"]) operation.responses[code] ??= { description: "refused" };
  }
  full.components.schemas.TriggerRunRequestRequest.additionalProperties = false;
  // The stand-in has only what a client of runs reads; an embedded account or project is not among it.
  for (const name of ["HumanReadableJobDefinitionResponse", "RunStep"]) {
    full.components.schemas[name].required = (full.components.schemas[name].required ?? []).filter((field) => field === "id");
  }
  for (const name of ["RunResponse", "RunTrigger"]) full.components.schemas[name].additionalProperties = false;
  return { openapi: full.openapi, info: full.info, servers: [{ url: "/" }], paths, components: full.components };
}

function startRecorder() {
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const call = { method: incoming.method, url: incoming.url, body: Buffer.concat(chunks).toString() };
      calls.push(call);
      const options = { host: "127.0.0.1", port: prismPort, method: incoming.method, path: incoming.url, headers: incoming.headers };
      const onward = request(options, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const bytes = Buffer.concat(parts);
          Object.assign(call, { status: answer.statusCode, answer: bytes.toString().slice(0, 500), violations: answer.headers["sl-violations"], contentType: answer.headers["content-type"] ?? "" });
          const headers = { ...answer.headers, "content-length": bytes.length };
          delete headers["transfer-encoding"];
          outgoing.writeHead(answer.statusCode, headers);
          outgoing.end(bytes);
        });
      });
      onward.on("error", () => outgoing.destroy());
      onward.end(call.body);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

before(async () => {
  folder = temporaryFolder();
  writeFileSync(join(folder.path, "dbt_cloud.json"), JSON.stringify(tightened()));
  cloudPort = await freePort();
  prismPort = await freePort();
  prism = start(process.execPath, [prismProgram, "proxy", "--errors", "-h", "127.0.0.1", "-p", String(prismPort), join(folder.path, "dbt_cloud.json"), `http://127.0.0.1:${cloudPort}`]);
  await waitUntil(prism, "Prism", async () => (await fetch(`http://127.0.0.1:${prismPort}/none`)).status === 404);
  recorder = await startRecorder();
});

after(async () => {
  recorder?.close();
  recorder?.closeAllConnections();
  await prism?.stop();
  folder?.remove();
});

test("whatever the client and the stand-in say to each other is dbt Cloud's language", async () => {
  const url = `http://127.0.0.1:${recorder.address().port}`;
  const journey = start(join(binaryDir, "tests", "contract", "contract_dbt_cloud"), [String(cloudPort), url]);
  const late = setTimeout(() => journey.stop("SIGKILL"), 60_000);
  const code = await journey.ended;
  clearTimeout(late);
  const isViolation = (call) => call.violations !== undefined || (call.contentType ?? "").includes("problem+json");
  assert.deepEqual(calls.filter(isViolation), []);
  assert.equal(code, 0, journey.output);
});

test("the journey made every call that diffgate makes", () => {
  const patterns = [/\/runs\/\?/, /\/runs\/\d+\/\?/, /\/artifacts\/manifest\.json\?step=/, /\/artifacts\/manifest\.json$/, /\/jobs\/\d+\/$/, /\/jobs\/\d+\/run\/$/];
  for (const pattern of patterns) assert.ok(calls.some((call) => pattern.test(call.url)), String(pattern));
});

test("the judge sees what it must: a misspelt field, a missing cause, an unknown call", async () => {
  const post = (path, body) =>
    fetch(`http://127.0.0.1:${prismPort}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then((answer) => answer.status);
  assert.equal(await post("/api/v2/accounts/1/jobs/2/run/", { cause: "c", git_shaa: "x" }), 422);
  assert.equal(await post("/api/v2/accounts/1/jobs/2/run/", {}), 422);
  assert.equal(await post("/api/v2/accounts/1/jobs/2/runs/", { cause: "c" }), 404);
});
