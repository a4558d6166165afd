// What the contract tests share: a daemon of their own, and ways to start and stop programs.
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const binaryDir = process.env.DIFFGATE_BINARY_DIR ?? join(process.cwd(), "build", "dev");

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "diffgate-contract-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

// A child process whose output is kept, to be shown when something goes wrong.
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const program = { child, output: "", hasEnded: false };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (program.output += chunk));
  program.ended = new Promise((resolve) => {
    child.once("error", (error) => ((program.output += String(error)), (program.hasEnded = true), resolve(-1)));
    child.once("exit", (code, signal) => ((program.hasEnded = true), resolve(code ?? signal)));
  });
  program.stop = async (signal = "SIGTERM") => {
    if (!program.hasEnded) child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const code = await program.ended;
    clearTimeout(late);
    return code;
  };
  return program;
}

// Asks `isReady` until it says yes; throws with the program's output if it ends or is too late.
export async function waitUntil(program, what, isReady, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    if (program.hasEnded) throw new Error(`${what}: the program ended\n${program.output}`);
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s\n${program.output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// The real daemon with both forges configured. Its forges' APIs lead nowhere: no delivery here is of a repository
// that it knows.
export async function startDaemon({ githubSecrets, gitlabToken, gitlabKey }) {
  const folder = temporaryFolder();
  const port = await freePort();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder.path, "app.pem"), privateKey.export({ type: "pkcs1", format: "pem" }));
  writeFileSync(
    join(folder.path, "diffgate.yml"),
    `listen: 127.0.0.1:${port}
public_url: https://diffgate.example.com
data_dir: ${folder.path}/data
log: {level: warn}
github:
  - app_id: 4242
    api_url: http://127.0.0.1:9
    private_key_file: app.pem
    webhook_secrets: ${JSON.stringify(githubSecrets)}
gitlab:
  - url: http://127.0.0.1:9
    token: glpat-contract
    webhook_token: ${JSON.stringify(gitlabToken)}
    signing_key: ${JSON.stringify(gitlabKey)}
warehouses:
  shop: {type: duckdb, path: shop.duckdb}
projects:
  - {id: 1, name: shop, forge: github, repository: acme/shop, warehouse: shop, upload_key: contract-upload-key-0001}
`,
  );
  const program = start(join(binaryDir, "diffgate"), ["serve", "--config", join(folder.path, "diffgate.yml")]);
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(program, "the daemon", async () => (await fetch(`${url}/healthz`)).ok);
  return {
    url,
    program,
    isAlive: async () => !program.hasEnded && (await fetch(`${url}/healthz`)).ok,
    stop: async () => {
      const code = await program.stop();
      folder.remove();
      return code;
    },
  };
}

// Runs `work` over the items, so many at a time.
export async function forEach(items, atOnce, work) {
  const queue = [...items.entries()];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await work(next[1], next[0]);
    }),
  );
}
