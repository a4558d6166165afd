// Every call that the daemon and the client make to GitLab, and every answer of the stand-in, is held against GitLab's
// own description of its API.
//
// What is kept of the description, and its origin: tests/data/gitlab_api. Where it is wrong: gitlab_description.mjs.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { judgedPath, operations, strictDescription } from "./gitlab_description.mjs";
import { isViolation, startJudge } from "./judge.mjs";
import { binaryDir, start } from "./support.mjs";

const description = strictDescription();
const known = operations(description);
const journeyCalls = [];
let judge;

before(async () => {
  judge = await startJudge(description, { judgedPath });
});

after(() => judge?.stop());

const status = "/api/v4/projects/3301/statuses/ce587453ced02b1526dfb4cb910479d431683101";

const ask = (method, path, body, headers = { "PRIVATE-TOKEN": "t" }) =>
  fetch(`${judge.url}${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  }).then(async (answer) => ({ status: answer.status, text: await answer.text() }));

// Asks a server that answers `body` whatever it is asked.
async function answered(path, body) {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(200, { "content-type": "application/json", connection: "close" });
    outgoing.end(JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(judge.serverPort, "127.0.0.1", resolve));
  await ask("GET", path);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return judge.calls.at(-1);
}

test("the judge sees what it must in a call", async () => {
  const wrong = [
    { state: "sucess", name: "diffgate" },
    { name: "diffgate" },
    { state: "success", targeturl: "https://example.com" },
    { state: "success", pipeline_id: "7" },
  ];
  for (const body of wrong) assert.equal((await ask("POST", status, body)).status, 422, JSON.stringify(body));
  assert.equal((await ask("POST", status.replace("statuses", "status"), { state: "success" })).status, 404);
  assert.equal((await ask("POST", status, { state: "success" }, {})).status, 401);
  assert.equal((await ask("GET", "/api/v4/projects/3301/merge_requests?state=open")).status, 422);
});

test("and in an answer", async () => {
  const path = "/api/v4/projects/3301/repository/branches/main";
  const commit = { id: "ce587453ced02b1526dfb4cb910479d431683101", message: "m" };
  assert.equal(isViolation(await answered(path, { name: "main", commit })), false);
  const wrong = [
    { name: "main" },
    { name: 1, commit },
    { name: "main", commit, sha: "unheard of" },
    { name: "main", commit: { id: commit.id } },
  ];
  for (const body of wrong) assert.equal(isViolation(await answered(path, body)), true, JSON.stringify(body));
});

test("whatever the daemon, the client and the stand-in say to each other is GitLab's language", async () => {
  const journey = start(join(binaryDir, "tests", "contract", "contract_gitlab_journey"), [String(judge.serverPort), judge.url], {
    env: { ...process.env, DIFFGATE_BINARY_DIR: binaryDir },
  });
  judge.calls.length = 0;
  const late = setTimeout(() => journey.stop("SIGKILL"), 200_000);
  const code = await journey.ended;
  clearTimeout(late);
  journeyCalls.push(...judge.calls);
  const violations = journeyCalls
    .filter(isViolation)
    .map(({ method, url, status: answer, violations: words, answer: text }) => `${method} ${url} ${answer}\n  ${words ?? text}`);
  assert.deepEqual(violations, []);
  assert.equal(code, 0, journey.output);
});

const operationOf = ({ method, url }) => known.find((one) => one.method === method && one.pattern.test(url.split("?")[0]));

test("the journey made every call that is described, with success", () => {
  const made = new Set(journeyCalls.filter((call) => call.status >= 200 && call.status < 300).map((call) => operationOf(call)?.name));
  assert.deepEqual(known.map((one) => one.name).filter((name) => !made.has(name)), []);
  assert.ok(journeyCalls.some((call) => /\/diffs\?.*page=2/.test(call.url)), "no list had a second page");
});

test("and asked for nothing by a name that GitLab does not know", () => {
  const unknown = journeyCalls.flatMap((call) => {
    const names = (operationOf(call).operation.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name);
    const asked = [...new URL(call.url, "http://gitlab").searchParams.keys()];
    return asked.filter((name) => !names.includes(name)).map((name) => `${name} of ${call.url}`);
  });
  assert.deepEqual(unknown, []);
  const bases = journeyCalls.filter((call) => call.url.includes("/merge_base?")).map((call) => new URL(call.url, "http://gitlab").searchParams);
  for (const parameters of bases) assert.equal(parameters.getAll("refs[]").length, 2);
});
