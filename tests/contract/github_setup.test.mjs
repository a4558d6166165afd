// The App registered with one click, on the real daemon: the page, the browser's way back, the file, and a webhook
// that is taken with the secret that was just handed out. GitHub's answer is the example of its own API description.
import assert from "node:assert/strict";
import { randomUUID, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { sign } from "@octokit/webhooks-methods";
import { binaryDir, freePort, start, temporaryFolder, waitUntil } from "./support.mjs";

const require = createRequire(import.meta.url);
const description = JSON.parse(
  readFileSync(join(dirname(require.resolve("@octokit/openapi/package.json")), "generated", "api.github.com.json"), "utf8"),
);
const conversion = description.paths["/app-manifests/{code}/conversions"].post;
const [{ $ref: reference }] = Object.values(conversion.responses["201"].content["application/json"].examples);
const example = description.components.examples[reference.split("/").at(-1)].value;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const registered = { ...example, webhook_secret: "handed-out-once", pem: privateKey.export({ type: "pkcs1", format: "pem" }) };
const asked = [];
let folder, github, daemon, url;

async function startDaemon() {
  daemon = start(join(binaryDir, "diffgate"), ["serve", "--config", join(folder.path, "diffgate.yml")]);
  await waitUntil(daemon, "the daemon", async () => (await fetch(`${url}/readyz`)).ok);
}

before(async () => {
  folder = temporaryFolder();
  github = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(registered));
  });
  await new Promise((resolve) => github.listen(0, "127.0.0.1", resolve));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  writeFileSync(
    join(folder.path, "diffgate.yml"),
    `listen: 127.0.0.1:${port}
public_url: ${url}
data_dir: ${folder.path}/data
register_github_app: {api_url: "http://127.0.0.1:${github.address().port}"}
warehouses:
  shop: {type: duckdb, path: shop.duckdb}
projects:
  - {id: 1, name: shop, repository: acme/shop, upload_key: contract-upload-key-0001}
`,
  );
  await startDaemon();
});
after(async () => {
  await daemon?.stop();
  github?.close();
  github?.closeAllConnections();
  folder?.remove();
});

async function ping(secret) {
  const body = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1 });
  const response = await fetch(`${url}/webhooks/github`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "ping",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": await sign(secret, body),
    },
    body,
  });
  return response.status;
}

const form = (fields) =>
  fetch(`${url}/setup/github`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });

test("before, no webhook is taken and the page gives nothing away", async () => {
  assert.equal(await ping("handed-out-once"), 401);
  const page = await fetch(`${url}/setup/github`);
  assert.equal(page.status, 200);
  assert.ok(!(await page.text()).includes("manifest"));
  assert.equal((await form({ token: "guess" })).status, 403);
});

test("with the token from the log it goes to GitHub and back, and holds at once", async () => {
  const token = /token="?([0-9a-f]{64})/.exec(daemon.output)?.[1];
  assert.ok(token, daemon.output);
  const page = await form({ token, organization: "acme" });
  assert.equal(page.status, 200);
  const cookie = page.headers.get("set-cookie").split(";")[0];
  const html = await page.text();
  const action = new URL(/action="([^"]+)"/.exec(html)[1]);
  assert.equal(action.origin + action.pathname, "https://github.com/organizations/acme/settings/apps/new");
  const state = action.searchParams.get("state");

  const back = `${url}/setup/github/finish?code=a1b2&state=${state}`;
  assert.equal((await fetch(back)).status, 403);
  const done = await fetch(back, { headers: { cookie }, redirect: "manual" });
  assert.equal(done.status, 303, daemon.output);
  assert.equal(done.headers.get("location"), `${registered.html_url}/installations/new`);
  assert.deepEqual(asked, ["POST /app-manifests/a1b2/conversions"]);

  const file = join(folder.path, "data", "github-app.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(JSON.parse(readFileSync(file, "utf8")).app_id, String(registered.id));
  assert.equal(await ping("handed-out-once"), 202);
  assert.equal((await fetch(`${url}/setup/github`)).status, 404);
  for (const secret of ["handed-out-once", registered.client_secret, "PRIVATE KEY"]) {
    assert.ok(!daemon.output.includes(secret), "a secret is in the log");
  }
});

test("after a restart it still holds, and nothing asks for a setup any more", async () => {
  assert.equal(await daemon.stop(), 0, daemon.output);
  await startDaemon();
  assert.equal(await ping("handed-out-once"), 202);
  assert.equal((await fetch(`${url}/setup/github`)).status, 404);
  assert.ok(!daemon.output.includes("no GitHub App is registered"));
  assert.ok(existsSync(join(folder.path, "data", "github-app.json")));
});
