// Every call that the daemon makes to GitHub, and every answer of the stand-in, is held against GitHub's own
// description of its API: daemon -> recorder -> Prism (validating proxy) -> stand-in.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { tightenedDescription } from "./github_description.mjs";
import { binaryDir, freePort, start, temporaryFolder, waitUntil } from "./support.mjs";

const prismProgram = join(dirname(createRequire(import.meta.url).resolve("@stoplight/prism-cli/package.json")), "dist", "index.js");
const folder = temporaryFolder();
const calls = [];
let forgePort;
let prism;
let prismPort;
let recorder;

// Passes every call on and keeps what was said both ways.
function startRecorder() {
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const call = { method: incoming.method, url: incoming.url, body: body.toString(), status: 0, answer: "" };
      calls.push(call);
      // Prism takes every body of a type that ends in "+json" for JSON. GitHub knows the raw type without it too.
      const accept = incoming.headers.accept?.replace("vnd.github.raw+json", "vnd.github.raw");
      if (accept) incoming.headers.accept = accept;
      const options = { host: "127.0.0.1", port: prismPort, method: incoming.method, path: incoming.url, headers: incoming.headers };
      const onward = request(options, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const bytes = Buffer.concat(parts);
          call.status = answer.statusCode;
          call.answer = bytes.toString();
          call.violations = answer.headers["sl-violations"];
          call.contentType = answer.headers["content-type"] ?? "";
          const headers = { ...answer.headers, "content-length": bytes.length };
          delete headers["transfer-encoding"];
          outgoing.writeHead(answer.statusCode, headers);
          outgoing.end(bytes);
        });
      });
      onward.on("error", () => outgoing.destroy());
      onward.end(body);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const isViolation = (call) => call.violations !== undefined || (call.contentType ?? "").includes("problem+json");

before(async () => {
  writeFileSync(join(folder.path, "github.json"), JSON.stringify(tightenedDescription()));
  forgePort = await freePort();
  prismPort = await freePort();
  prism = start(process.execPath, [
    prismProgram, "proxy", "--errors", "-h", "127.0.0.1", "-p", String(prismPort), join(folder.path, "github.json"),
    `http://127.0.0.1:${forgePort}`,
  ]);
  await waitUntil(prism, "Prism", async () => (await fetch(`http://127.0.0.1:${prismPort}/none`)).status === 404);
  recorder = await startRecorder();
});

after(async () => {
  recorder?.close();
  recorder?.closeAllConnections();
  await prism?.stop();
  folder.remove();
});

const ask = (method, path, body) =>
  fetch(`http://127.0.0.1:${prismPort}${path}`, {
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
  const url = `http://127.0.0.1:${recorder.address().port}`;
  const journey = start(join(binaryDir, "tests", "contract", "contract_journey"), [String(forgePort), url], {
    env: { ...process.env, DIFFGATE_BINARY_DIR: binaryDir },
  });
  const late = setTimeout(() => journey.stop("SIGKILL"), 200_000);
  const code = await journey.ended;
  clearTimeout(late);
  const violations = calls
    .filter(isViolation)
    .map(({ method, url: path, status, violations: words, answer }) => `${method} ${path} ${status}\n  ${words ?? answer}`);
  assert.deepEqual(violations, []);
  assert.equal(code, 0, journey.output);
});

test("the journey made every call that diffgate makes", () => {
  const made = (method, pattern) => calls.some((call) => call.method === method && pattern.test(call.url));
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
  assert.ok(calls.some((call) => call.status === 304), "no read was conditional");
  const missing = expected.filter(([method, pattern]) => !made(method, pattern)).map(String);
  assert.deepEqual(missing, []);
});
