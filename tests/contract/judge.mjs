// A judge between a client and a server: client -> recorder -> Prism (validating proxy over an API's description) ->
// server.
import { createServer, request } from "node:http";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { freePort, start, temporaryFolder, waitUntil } from "./support.mjs";

const prismProgram = join(dirname(createRequire(import.meta.url).resolve("@stoplight/prism-cli/package.json")), "dist", "index.js");

// Passes every call on and keeps what was said both ways.
function startRecorder(prismPort, calls, { judgedPath, judgedAccept }) {
  const server = createServer((incoming, outgoing) => {
    const chunks = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const call = { method: incoming.method, url: incoming.url, body: body.toString(), status: 0, answer: "" };
      calls.push(call);
      if (incoming.headers.accept) incoming.headers.accept = judgedAccept(incoming.headers.accept);
      const path = judgedPath(incoming.url);
      const onward = request({ host: "127.0.0.1", port: prismPort, method: incoming.method, path, headers: incoming.headers }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const bytes = Buffer.concat(parts);
          call.status = answer.statusCode;
          call.answer = bytes.toString().slice(0, 2000);
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

export const isViolation = (call) => call.violations !== undefined || (call.contentType ?? "").includes("problem+json");

const asItIs = (text) => text;

// `url` is where the client calls, `serverPort` where the server must listen; `calls` fills up. The options put a path
// or an Accept header into words that a description has.
export async function startJudge(description, { judgedPath = asItIs, judgedAccept = asItIs } = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, "description.json"), JSON.stringify(description));
  const serverPort = await freePort();
  const prismPort = await freePort();
  const prism = start(process.execPath, [
    prismProgram, "proxy", "--errors", "-h", "127.0.0.1", "-p", String(prismPort), join(folder.path, "description.json"),
    `http://127.0.0.1:${serverPort}`,
  ]);
  const calls = [];
  let recorder;
  const stop = async () => {
    recorder?.close();
    recorder?.closeAllConnections();
    await prism.stop();
    folder.remove();
  };
  try {
    await waitUntil(prism, "Prism", async () => (await fetch(`http://127.0.0.1:${prismPort}/none`)).status === 404);
    recorder = await startRecorder(prismPort, calls, { judgedPath, judgedAccept });
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `http://127.0.0.1:${recorder.address().port}`;
  return { url, serverPort, prismUrl: `http://127.0.0.1:${prismPort}`, calls, stop };
}
