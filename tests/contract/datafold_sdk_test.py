"""The official client of Datafold, unchanged, against a real daemon: host and key are all that is set."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from stage import Stage, manifest_of

DATAFOLD = Path(sys.executable).parent / "datafold"


class DatafoldSdk(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        self.stage = Stage()
        self.addCleanup(self.stage.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def target(self, run_type: str) -> Path:
        """dbt's target folder, with the other things that lie in it."""
        target = self.folder / run_type
        (target / "compiled/shop").mkdir(parents=True)
        (target / "manifest.json").write_bytes(manifest_of(run_type))
        (target / "compiled/shop/orders.sql").write_text("select 1\n")
        (target / "graph.gpickle").write_bytes(os.urandom(1000))
        return target

    def run_client(self, *arguments: object, key_variable: str = "DATAFOLD_API_KEY", key: str | None = None,
                   code: int = 0, standard_input: str = "") -> str:
        """What the client printed; the check of newer versions, which asks PyPI, is led nowhere."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "DATAFOLD_HOST": self.stage.server,
            key_variable: key or self.stage.key,
            "https_proxy": "http://127.0.0.1:9",
        }
        command = [sys.executable, DATAFOLD, *map(str, arguments)]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, input=standard_input, timeout=120)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return ran.stdout + ran.stderr

    def trigger(self, pull: dict) -> int:
        printed = self.run_client(
            "ci", "trigger", "--ci-config-id", self.stage.project, "--pr-num", pull["number"],
            "--base-branch", pull["base_branch"], "--base-sha", pull["base_sha"],
            "--pr-branch", pull["head_branch"], "--pr-sha", pull["head_sha"],
        )  # fmt: skip
        return int(re.search(r"Successfully triggered the CI run: (\d+)", printed).group(1))

    def test_uploads_and_a_trigger_make_a_data_diff(self) -> None:
        pull = self.stage.pull_requests[0]
        ci = ["--ci-config-id", self.stage.project]
        self.assertIn(
            "Successfully uploaded the manifest",
            self.run_client("dbt", "upload", *ci, "--run-type", "production", "--target-folder",
                            self.target("production"), "--commit-sha", pull["base_sha"]),
        )  # fmt: skip
        self.assertIn(
            "Dbt artifacts exist",
            self.run_client("dbt", "check-post-upload-dbt-artifacts", *ci, "--run-type", "production",
                            "--branch", "main", "--commit-sha", pull["base_sha"]),
        )  # fmt: skip
        run = self.trigger(pull)
        # It waits for the run that its upload lets go on; the demo's change has duplicate keys, which its rules allow.
        waited = self.run_client("dbt", "upload-and-wait", *ci, "--run-type", "pull_request", "--target-folder",
                                 self.target("pull_request"), "--commit-sha", pull["head_sha"])  # fmt: skip
        self.assertIn(f"Run #{run}, PR {pull['number']}: done", waited)
        found = self.stage.wait_for_run(run)
        self.assertEqual(found["state"], "done")
        self.assertIn("orders", {model["name"] for model in found["models"] if model["result"] == "different"})

    def test_submitted_tables_are_compared(self) -> None:
        pull = self.stage.pull_requests[1]
        diffs = json.dumps([{"prod": "analytics.customers", "pr": "pr_42.customers", "pk": ["customer_id"]}])
        arguments = ["ci", "submit", "--ci-config-id", self.stage.project, "--pr-num", pull["number"]]
        self.assertIn("Could not find an active job", self.run_client(*arguments, standard_input=diffs))
        run = self.trigger(pull)
        # The older spelling of the variable works, too.
        printed = self.run_client(*arguments, standard_input=diffs, key_variable="DATAFOLD_APIKEY")
        self.assertIn(f"Successfully started a diff under Run ID {run}", printed)
        found = self.stage.wait_for_run(run)
        self.assertEqual([model["name"] for model in found["models"]], ["customers"])
        self.assertEqual(found["models"][0]["keys"]["columns"], ["customer_id"])
        self.assertIsNotNone(found["models"][0]["rows"])

    def test_primary_keys_of_a_manifest_are_listed(self) -> None:
        manifest = self.target("pull_request") / "manifest.json"
        printed = self.run_client("dbt", "check-primary-keys", "--ci-config-id", self.stage.project, manifest)
        self.assertRegex(printed, r"(?m)^uniqueness +shop\.\S*orders +order_id ")

    def test_a_wrong_key_and_a_wrong_project_fail_with_the_reason(self) -> None:
        arguments = ["dbt", "check-post-upload-dbt-artifacts", "--run-type", "production", "--branch", "main"]
        arguments += ["--commit-sha", self.stage.pull_requests[0]["base_sha"], "--ci-config-id"]
        self.assertIn("401 Client Error", self.run_client(*arguments, self.stage.project, key="nobody's", code=1))
        self.assertIn("there is no such project", self.run_client(*arguments, 99, code=1))


if __name__ == "__main__":
    unittest.main()
