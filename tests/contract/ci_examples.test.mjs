// The ready examples of docs/ci are read as YAML, and the shell steps of their two jobs are run as the CI system would
// run them: with its variables, a `dbt` and a `pip` that only pretend, and the real diffgate against a real daemon.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import yaml from "yaml";
import { binaryDir, startDaemon, temporaryFolder } from "./support.mjs";

const root = process.cwd();
const key = "contract-upload-key-0001"; // the daemon's of support.mjs
const head = "1111111111111111111111111111111111111111";
const merge = "2222222222222222222222222222222222222222";
const tip = "3333333333333333333333333333333333333333";
const built = join(root, "app", "demo", "project", "built");
let daemon;
let folder;
let tarball;

const example = (name) => yaml.parse(readFileSync(join(root, "docs", "ci", name), "utf8"));

before(async () => {
  daemon = await startDaemon({ githubSecrets: ["s"], gitlabToken: "t", gitlabKey: `whsec_${Buffer.alloc(32).toString("base64")}` });
  folder = temporaryFolder();
  tarball = packed(resolve(binaryDir, "diffgate"));
});
after(async () => {
  await daemon?.stop();
  folder?.remove();
});

// The program as `./dev package` packs it.
function packed(program) {
  const path = join(folder.path, "diffgate.tar.gz");
  execFileSync("tar", ["-czf", path, "-C", dirname(program), "--transform", "s|^|diffgate-1.2.3-linux-x86_64/|", "diffgate"]);
  return { path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
}

// A folder with the pretending programs; `dbt build` leaves the demo's real files in target/.
function workplace(name) {
  const place = join(folder.path, name);
  const bin = join(place, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(place, "production.json"), gunzipSync(readFileSync(join(built, "production_manifest.json.gz"))));
  writeFileSync(join(place, "pull_request.json"), gunzipSync(readFileSync(join(built, "pull_request_manifest.json.gz"))));
  writeFileSync(
    join(bin, "dbt"),
    `#!/bin/sh
[ "$1" = build ] || exit 2
mkdir -p target
case "$*" in *prod*) cp production.json target/manifest.json ;; *) cp pull_request.json target/manifest.json ;; esac
`,
  );
  writeFileSync(join(bin, "pip"), "#!/bin/sh\nexit 0\n");
  for (const program of ["dbt", "pip"]) chmodSync(join(bin, program), 0o755);
  return { place, bin };
}

// Runs the steps one after the other, each in a shell of its own, as a CI system does.
function runSteps(name, steps, variables) {
  const { place, bin } = workplace(name);
  let output = "";
  for (const step of steps) {
    const ran = spawnSync("bash", ["-eo", "pipefail", "-c", step], {
      cwd: place,
      encoding: "utf8",
      env: {
        PATH: `${bin}:/usr/bin:/bin`,
        HOME: place,
        DIFFGATE_API_KEY: key,
        DIFFGATE_SERVER: daemon.url,
        DIFFGATE_PROJECT: "1",
        DIFFGATE_PACKAGE: `file://${tarball.path}`,
        DIFFGATE_SHA256: tarball.sha256,
        ...variables(place),
      },
    });
    output += ran.stdout + ran.stderr;
    assert.equal(ran.status, 0, `${step}\n${output}`);
  }
  return output;
}

const told = (output) => {
  const line = output.split("\n").find((text) => text.startsWith("manifest.json: "));
  assert.ok(line, output);
  return JSON.parse(line.slice(line.indexOf("{")));
};

function expectUploads(runs) {
  for (const [runType, sha, output] of runs) {
    const answer = told(output);
    assert.equal(answer.run_type, runType);
    assert.equal(answer.commit_sha, sha);
    assert.equal(answer.branch, runType === "production" ? "main" : "count-refunds");
    assert.equal(answer.artifact, "manifest.json");
  }
}

test("GitHub Actions", () => {
  const workflow = example("github-actions.yml");
  assert.deepEqual(Object.keys(workflow.jobs), ["production", "pull_request"]);
  const steps = (job) => workflow.jobs[job].steps.filter((step) => step.run).map((step) => step.run);
  const pullRequest = runSteps("github-pr", steps("pull_request"), (place) => {
    const event = join(place, "event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 42, head: { sha: head, ref: "count-refunds" } } }));
    return { GITHUB_ACTIONS: "true", GITHUB_SHA: merge, GITHUB_REF: "refs/pull/42/merge", GITHUB_EVENT_PATH: event };
  });
  const production = runSteps("github-prod", steps("production"), () => ({
    GITHUB_ACTIONS: "true", GITHUB_SHA: tip, GITHUB_REF: "refs/heads/main", GITHUB_REF_NAME: "main",
  }));
  expectUploads([["pull_request", head, pullRequest], ["production", tip, production]]);
});

test("GitLab CI", () => {
  const pipeline = example("gitlab-ci.yml");
  const steps = (job) => [
    ...pipeline[pipeline[job].extends].before_script, ...pipeline[job].script, ...pipeline[job].after_script,
  ];
  const pullRequest = runSteps("gitlab-mr", steps("merge_request"), () => ({
    GITLAB_CI: "true", CI_COMMIT_SHA: merge, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: head, CI_MERGE_REQUEST_IID: "42",
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "count-refunds",
  }));
  const production = runSteps("gitlab-prod", steps("production"), () => ({
    GITLAB_CI: "true", CI_COMMIT_SHA: tip, CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main",
  }));
  expectUploads([["pull_request", head, pullRequest], ["production", tip, production]]);
});

test("CircleCI", () => {
  const config = example("circleci-config.yml");
  const commandOf = (step) => step.run.command ?? step.run;
  const steps = (job) =>
    config.jobs[job].steps.flatMap((step) => {
      if (step === "checkout") return [];
      if (typeof step === "string") return config.commands[step].steps.map(commandOf);
      return [commandOf(step)];
    });
  const pullRequest = runSteps("circleci-pr", steps("pull_request"), () => ({
    CIRCLECI: "true", CIRCLE_SHA1: head, CIRCLE_BRANCH: "count-refunds",
    CIRCLE_PULL_REQUEST: "https://github.com/acme/shop/pull/42",
  }));
  const production = runSteps("circleci-prod", steps("production"), () => ({
    CIRCLECI: "true", CIRCLE_SHA1: tip, CIRCLE_BRANCH: "main",
  }));
  expectUploads([["pull_request", head, pullRequest], ["production", tip, production]]);
});

test("a tarball with another checksum is not unpacked", () => {
  const right = tarball.sha256;
  tarball.sha256 = "0".repeat(64);
  try {
    const install = example("github-actions.yml").jobs.production.steps.find((step) => step.name === "Install").run;
    assert.throws(() => runSteps("wrong-checksum", [install], () => ({})), /FAILED|did NOT match/);
  } finally {
    tarball.sha256 = right;
  }
});

test("every variable of the examples is one that their first lines name", () => {
  for (const name of ["github-actions.yml", "gitlab-ci.yml", "circleci-config.yml"]) {
    const text = readFileSync(join(root, "docs", "ci", name), "utf8");
    const comment = text.split("\n").filter((line) => line.startsWith("#")).join("\n");
    for (const [variable] of text.matchAll(/DIFFGATE_[A-Z]+/g)) assert.ok(comment.includes(variable), `${name}: ${variable}`);
  }
  assert.match(execFileSync(join(binaryDir, "diffgate"), ["upload", "--help"], { encoding: "utf8" }), /--run-type/);
});
