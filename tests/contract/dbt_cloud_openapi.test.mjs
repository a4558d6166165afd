// Every call that the client of dbt Cloud makes, and every answer of the stand-in, is held against dbt Labs' own
// description of the Admin API: client -> recorder -> Prism (validating proxy) -> stand-in.
//
// What is kept of the description, and its origin: tests/data/dbt_cloud. DIFFGATE_DBT_CLOUD_OPENAPI names another copy, a
// newer one for example.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import yaml from "yaml";
import { isViolation, startJudge } from "./judge.mjs";
import { binaryDir, start } from "./support.mjs";

const description = process.env.DIFFGATE_DBT_CLOUD_OPENAPI ?? "tests/data/dbt_cloud/openapi-v2-shapes.json";
const account = "/api/v2/accounts/{account_id}";
const operations = [
  ["get", `${account}/runs/`],
  ["get", `${account}/runs/{id}/`],
  ["get", `${account}/runs/{run_id}/artifacts/{remainder}`],
  ["get", `${account}/jobs/{id}/`],
  ["post", `${account}/jobs/{job_id}/run/`],
];
let judge;

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

before(async () => {
  judge = await startJudge(tightened());
});

after(() => judge?.stop());

test("whatever the client and the stand-in say to each other is dbt Cloud's language", async () => {
  const journey = start(join(binaryDir, "tests", "contract", "contract_dbt_cloud"), [String(judge.serverPort), judge.url]);
  const late = setTimeout(() => journey.stop("SIGKILL"), 60_000);
  const code = await journey.ended;
  clearTimeout(late);
  assert.deepEqual(judge.calls.filter(isViolation), []);
  assert.equal(code, 0, journey.output);
});

test("the journey made every call that diffgate makes", () => {
  const patterns = [/\/runs\/\?/, /\/runs\/\d+\/\?/, /\/artifacts\/manifest\.json\?step=/, /\/artifacts\/manifest\.json$/, /\/jobs\/\d+\/$/, /\/jobs\/\d+\/run\/$/];
  for (const pattern of patterns) assert.ok(judge.calls.some((call) => pattern.test(call.url)), String(pattern));
});

test("the judge sees what it must: a misspelt field, a missing cause, an unknown call", async () => {
  const post = (path, body) =>
    fetch(`${judge.prismUrl}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then((answer) => answer.status);
  assert.equal(await post("/api/v2/accounts/1/jobs/2/run/", { cause: "c", git_shaa: "x" }), 422);
  assert.equal(await post("/api/v2/accounts/1/jobs/2/run/", {}), 422);
  assert.equal(await post("/api/v2/accounts/1/jobs/2/runs/", { cause: "c" }), 404);
});
