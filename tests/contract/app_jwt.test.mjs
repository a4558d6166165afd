// The App's JSON Web Token as the real binary sends it, judged by the library that octokit signs with and by node's
// own crypto.
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import githubAppJwt from "universal-github-app-jwt";
import { binaryDir, start, temporaryFolder } from "./support.mjs";

// What makes a token of given claims; the package's entry chooses the claims itself.
const { getToken } = await import(new URL("lib/get-token.js", import.meta.resolve("universal-github-app-jwt")));

const privateKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pem = privateKey.export({ type: "pkcs1", format: "pem" });
let folder;
let tokens;

// Has `diffgate doctor` sign in as the App; the Authorization headers that arrive.
before(async () => {
  folder = temporaryFolder();
  tokens = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization ?? "");
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  writeFileSync(join(folder.path, "app.pem"), pem);
  writeFileSync(
    join(folder.path, "diffgate.yml"),
    `public_url: https://diffgate.example.com
data_dir: ${folder.path}/data
github:
  - {app_id: 4242, api_url: "http://127.0.0.1:${server.address().port}", private_key_file: app.pem, webhook_secret: secret-of-the-hook}
warehouses:
  shop: {type: duckdb, path: shop.duckdb}
projects:
  - {id: 1, name: shop, forge: github, repository: acme/shop, warehouse: shop, upload_key: contract-upload-key-0001}
`,
  );
  const doctor = start(join(binaryDir, "diffgate"), ["doctor", "--config", join(folder.path, "diffgate.yml")]);
  await doctor.ended;
  await new Promise((resolve) => server.close(resolve));
  assert.ok(tokens.length > 0, doctor.output);
});
after(() => folder?.remove());

const part = (token, index) => JSON.parse(Buffer.from(token.split(".")[index], "base64url").toString());
const sent = () => tokens[0].replace("Bearer ", "");

test("it is a Bearer token whose signature node's crypto confirms", () => {
  assert.match(tokens[0], /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  const [header, claims, signature] = sent().split(".");
  const key = createPublicKey(privateKey);
  assert.ok(verify("sha256", Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url")));
});

test("octokit's library signs the same claims to the very same token", async () => {
  assert.equal(sent(), await getToken({ privateKey: pem, payload: part(sent(), 1) }));
});

test("header and claims are those that octokit sends, within GitHub's ten minutes", async () => {
  const theirs = (await githubAppJwt({ id: "4242", privateKey: pem })).token;
  assert.deepEqual(part(sent(), 0), part(theirs, 0));
  const claims = part(sent(), 1);
  assert.deepEqual(Object.keys(claims).sort(), Object.keys(part(theirs, 1)).sort());
  assert.equal(claims.iss, part(theirs, 1).iss);
  const now = Math.floor(Date.now() / 1000);
  assert.ok(claims.iat <= now - 30 && claims.iat > now - 120);
  assert.ok(claims.exp > now && claims.exp <= now + 540);
});
