// Every example payload that GitHub's own octokit publishes, sent to the real daemon: signed right it is taken,
// signed wrong, unsigned or with a byte flipped it is refused, and nothing stops the daemon. The signatures are made
// by octokit's and Standard Webhooks' own libraries, not by ours.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { sign } from "@octokit/webhooks-methods";
import { Webhook } from "standardwebhooks";
import { forEach, startDaemon } from "./support.mjs";

const require = createRequire(import.meta.url);
const secret = "It's a Secret to Everybody";
const olderSecret = "the one before";
const gitlabToken = "token-of-the-hook";
const gitlabKey = `whsec_${Buffer.alloc(32, "k").toString("base64")}`;
let daemon;

before(async () => {
  daemon = await startDaemon({ githubSecrets: [secret, olderSecret], gitlabToken, gitlabKey });
});
after(async () => {
  if (daemon === undefined) return;  // it did not start, and the tests say why
  assert.equal(await daemon.stop(), 0, daemon.program.output);
});

async function post(path, headers, body) {
  const response = await fetch(daemon.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

const postGitHub = (event, signature, body) =>
  post(
    "/webhooks/github",
    {
      "x-github-event": event,
      "x-github-delivery": randomUUID(),
      ...(signature === undefined ? {} : { "x-hub-signature-256": signature }),
    },
    body,
  );

function flipped(body, at) {
  const bytes = Buffer.from(body);
  bytes[at % bytes.length] ^= 1;
  return bytes;
}

// One list for each API that octokit has examples of: github.com and the GitHub Enterprise Servers.
const examplesFolder = dirname(require.resolve("@octokit/webhooks-examples/package.json"));
const apis = readdirSync(examplesFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map((entry) => entry.name);

test("octokit has examples of github.com", () => {
  assert.ok(apis.includes("api.github.com"));
});

for (const api of apis) {
  test(`the example payloads of ${api}: genuine ones are taken, all others refused`, async () => {
    const events = JSON.parse(readFileSync(join(examplesFolder, api, "index.json"), "utf8"));
    const cases = events.flatMap(({ name, examples }) => examples.map((example) => [name, JSON.stringify(example)]));
    assert.ok(cases.length > (api === "api.github.com" ? 300 : 0));
    await forEach(cases, 8, async ([event, body], index) => {
      const right = await sign(secret, body);
      const wrong = await sign("another secret", body);
      const seen = {
        right: await postGitHub(event, right, body),
        wrong: await postGitHub(event, wrong, body),
        unsigned: await postGitHub(event, undefined, body),
        flipped: await postGitHub(event, right, flipped(body, index * 7919)),
      };
      assert.deepEqual(seen, { right: 202, wrong: 401, unsigned: 401, flipped: 401 }, `${event}: example ${index}`);
    });
    assert.ok(await daemon.isAlive());
  });
}

test("during a change of the secret both are good", async () => {
  const body = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1 });
  assert.equal(await postGitHub("ping", await sign(olderSecret, body), body), 202);
  assert.equal(await postGitHub("ping", await sign(secret, body), body), 202);
});

test("GitHub's published test vector", async () => {
  const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  assert.equal(await sign(secret, "Hello, World!"), signature);
  assert.equal(await postGitHub("ping", signature, "Hello, World!"), 202);
});

test("a signature cut short, empty, without its prefix, or of the older kind alone is none", async () => {
  const body = "{}";
  const right = await sign(secret, body);
  for (const signature of [right.slice(0, -1), "", "sha256=", right.replace("sha256=", "sha1="), right.slice(7)]) {
    assert.equal(await postGitHub("ping", signature, body), 401, signature);
  }
});

// --- GitLab -----------------------------------------------------------------------------------------------------

const gitlabFolder = join(dirname(fileURLToPath(import.meta.url)), "..", "data", "gitlab_webhooks");
const gitlabPayloads = ["webhooks", "systemhooks"].flatMap((kind) =>
  readdirSync(join(gitlabFolder, kind)).map((file) => ({ kind, file, body: readFileSync(join(gitlabFolder, kind, file), "utf8") })),
);

const postGitLab = (kind, headers, body) =>
  post(
    "/webhooks/gitlab",
    {
      "x-gitlab-event": kind === "systemhooks" ? "System Hook" : "Merge Request Hook",
      "x-gitlab-event-uuid": randomUUID(),
      "idempotency-key": randomUUID(),
      ...headers,
    },
    body,
  );

function signedByStandardWebhooks(key, body, time = new Date()) {
  const id = randomUUID();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
    "webhook-signature": new Webhook(key.slice("whsec_".length)).sign(id, time, body),
  };
}

test("GitLab's payloads: with the token or signed they are taken, all others refused", async () => {
  assert.ok(gitlabPayloads.length > 40);
  const otherKey = `whsec_${Buffer.alloc(32, "x").toString("base64")}`;
  await forEach(gitlabPayloads, 8, async ({ kind, file, body }, index) => {
    const signed = signedByStandardWebhooks(gitlabKey, body);
    const seen = {
      token: await postGitLab(kind, { "x-gitlab-token": gitlabToken }, body),
      signed: await postGitLab(kind, signed, body),
      wrongToken: await postGitLab(kind, { "x-gitlab-token": "another" }, body),
      wrongKey: await postGitLab(kind, signedByStandardWebhooks(otherKey, body), body),
      bare: await postGitLab(kind, {}, body),
      flipped: await postGitLab(kind, signed, flipped(body, index * 7919)),
    };
    const expected = { token: 202, signed: 202, wrongToken: 401, wrongKey: 401, bare: 401, flipped: 401 };
    assert.deepEqual(seen, expected, file);
  });
  assert.ok(await daemon.isAlive());
});

test("a signed delivery from long ago or from the future is refused", async () => {
  const body = gitlabPayloads[0].body;
  for (const minutes of [-6, 6]) {
    const headers = signedByStandardWebhooks(gitlabKey, body, new Date(Date.now() + minutes * 60_000));
    assert.equal(await postGitLab("webhooks", headers, body), 401, `${minutes} minutes`);
  }
});
