// Every call that the daemon makes to GitHub, and every answer of the stand-in, is held against GitHub's own
// description of its API: daemon -> recorder -> Prism (validating proxy) -> stand-in.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { tightenedDescription } from "./github_description.mjs";
import { isViolation, startJudge } from "./judge.mjs";
import { binaryDir, start } from "./support.mjs";

let judge;

before(async () => {
  judge = await startJudge(tightenedDescription(), {
    // Prism takes every body of a type that ends in "+json" for JSON. GitHub knows the raw type without it too.
    judgedAccept: (accept) => accept.replace("vnd.github.raw+json", "vnd.github.raw"),
  });
});

after(() => judge?.stop());

const ask = (method, path, body) =>
  fetch(`${judge.prismUrl}${path}`, {
    method,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: body && JSON.stringify(body),
  }).then(async (response) => ({ status: response.status, text: await response.text() }));

test("the judge sees what it must: a missing conclusion, a misspelt field, an unknown call", async () => {
  const sha = "ce587453ced02b1526dfb4cb910479d431683101";
  const path = "/repos/acme/shop/check-runs";
  const wrong = [
    { name: "diffgate", head_sha: sha, status: "completed" },
    { name: "diffgate", head_sha: sha, exteranl_id: "1" },
    { name: "diffgate" },
    { name: "diffgate", head_sha: sha, output: { title: "t", summary: "s".repeat(65_536) } },
  ];
  for (const body of wrong) assert.equal((await ask("POST", path, body)).status, 422, JSON.stringify(body).slice(0, 100));
  assert.equal((await ask("POST", "/repos/acme/shop/check-run", {})).status, 404);
});

test("whatever the daemon and the stand-in say to each other is GitHub's language", async () => {
  const journey = start(join(binaryDir, "tests", "contract", "contract_journey"), [String(judge.serverPort), judge.url], {
    env: { ...process.env, DIFFGATE_BINARY_DIR: binaryDir },
  });
  const late = setTimeout(() => journey.stop("SIGKILL"), 200_000);
  const code = await journey.ended;
  clearTimeout(late);
  const violations = judge.calls
    .filter(isViolation)
    .map(({ method, url: path, status, violations: words, answer }) => `${method} ${path} ${status}\n  ${words ?? answer}`);
  assert.deepEqual(violations, []);
  assert.equal(code, 0, journey.output);
});

test("the journey made every call that diffgate makes", () => {
  const made = (method, pattern) => judge.calls.some((call) => call.method === method && pattern.test(call.url));
  const expected = [
    ["POST", /\/access_tokens$/],
    ["GET", /\/app\/hook\/deliveries\?/],
    ["GET", /\/app\/hook\/deliveries\/\d+$/],
    ["GET", /\/pulls\?/],
    ["GET", /\/pulls\/\d+$/],
    ["GET", /\/files\?/],
    ["GET", /\/files\?.*page=2/],
    ["GET", /\/contents\//],
    ["GET", /\/git\/commits\//],
    ["GET", /\/git\/ref\/heads%2Fmain$/],
    ["GET", /\/commits\/[0-9a-f]{40}\/pulls/],
    ["GET", /\/compare\//],
    ["POST", /\/check-runs$/],
    ["PATCH", /\/check-runs\/\d+$/],
    ["GET", /\/issues\/\d+\/comments/],
    ["POST", /\/issues\/\d+\/comments$/],
    ["PATCH", /\/issues\/comments\/\d+$/],
    ["GET", /\/collaborators\/[^/]+\/permission$/],
  ];
  assert.ok(judge.calls.some((call) => call.status === 304), "no read was conditional");
  const missing = expected.filter(([method, pattern]) => !made(method, pattern)).map(String);
  assert.deepEqual(missing, []);
});
