// Runs one contract test under node's own runner: node run.mjs FILE [ARGUMENT=VALUE…]
//
// The tests need the npm packages of tests/package-lock.json. Without them the answer is 77, which ctest reports as
// skipped; with DIFFGATE_CI set it is a failure, because there nothing may be skipped.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [file] = process.argv.slice(2);
if (!existsSync(join(here, "..", "node_modules", "@octokit", "webhooks-examples"))) {
  console.log("skipped: the npm packages of tests/package-lock.json are not installed (./dev setup)");
  process.exit(process.env.DIFFGATE_CI ? 1 : 77);
}
const { status } = spawnSync(process.execPath, ["--test", join(here, file)], { stdio: "inherit" });
process.exit(status ?? 1);
