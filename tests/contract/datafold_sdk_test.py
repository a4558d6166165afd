"""The official client of Datafold, unchanged, against a real daemon: host and key are all that is set."""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from datafold_sdk.cli.cloud import DatafoldAPI, TCloudApiDataDiff
from datafold_sdk.cli.errors import DataDiffCloudDiffFailed
from stage import BUILT, Stage, manifest_of

DATAFOLD = Path(sys.executable).parent / "datafold"
PAGE = Path(__file__).resolve().parents[2] / "docs/moving-from-datafold.md"


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

    def transcript(self) -> str:
        """A session with the client, as it is on the page for those who move: addresses, commits and folders by
        name, log lines without their time, and no line that only says that it still waits."""
        first, second = self.stage.pull_requests
        ci = ["--ci-config-id", self.stage.project]
        shown = {
            self.stage.server: "https://diffgate.example.com",
            first["base_sha"]: "$BASE_SHA",
            first["head_sha"]: "$HEAD_SHA",
            second["head_sha"]: "$OTHER_SHA",
            str(self.target("production")): "target",
            str(self.target("pull_request")): "target",
        }
        tables = self.folder / "tables.json"
        tables.write_text('[{"prod": "analytics.customers", "pr": "pr_42.customers", "pk": ["customer_id"]}]')
        shown[str(tables)] = "tables.json"

        def trigger(pull: dict) -> list:
            return ["ci", "trigger", *ci, "--pr-num", pull["number"], "--base-branch", pull["base_branch"],
                    "--base-sha", pull["base_sha"], "--pr-branch", pull["head_branch"], "--pr-sha", pull["head_sha"]]  # fmt: skip

        upload = ["--target-folder", self.folder / "production", "--commit-sha", first["base_sha"]]
        build = ["--target-folder", self.folder / "pull_request", "--commit-sha", first["head_sha"]]
        session = [
            ["dbt", "upload", *ci, "--run-type", "production", *upload],
            ["dbt", "check-post-upload-dbt-artifacts", *ci, "--run-type", "production", "--branch", "main",
             "--commit-sha", first["base_sha"]],
            trigger(first),
            ["dbt", "upload-and-wait", *ci, "--run-type", "pull_request", *build],
            trigger(second),
            ["ci", "submit", *ci, "--pr-num", second["number"], "--diffs", tables],
        ]  # fmt: skip
        lines = []
        for command in session:
            lines.append("$ datafold " + " ".join(map(str, command)))
            lines += self.run_client(*command).splitlines()
        text = "\n".join(re.sub(r"^\d{4}-\d\d-\d\d [\d:,]+:(\w+):\w+: ", r"\1: ", line).rstrip() for line in lines)
        for value, name in shown.items():
            text = text.replace(value, name)
        text = re.sub(r"(?m)^INFO: Run #\d+, PR \d+: (waiting|queued|processing), \d+s\n", "", text)
        return re.sub(r"(?m)(^INFO: Run #\d+, PR \d+: done), \d+s$", r"\1, 5s", text) + "\n"

    def test_the_page_for_those_who_move_shows_what_the_client_prints(self) -> None:
        page = PAGE.read_text()
        block = re.compile(r"(?s)(### A transcript\n.*?```\n)(.*?)(```)")
        printed = self.transcript()
        if os.environ.get("DIFFGATE_WRITE_TRANSCRIPT"):
            PAGE.write_text(block.sub(lambda found: found[1] + printed + found[3], page))
            return
        self.assertEqual(block.search(page)[2], printed, "DIFFGATE_WRITE_TRANSCRIPT=1 writes it anew")

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

    def data_diffs(self) -> DatafoldAPI:
        """Their client's own class for diffs of tables, which `datafold diff` works with."""
        headers = {"Authorization": f"Key {self.stage.key}", "Content-Type": "application/json"}
        return DatafoldAPI(api_key=self.stage.key, host=self.stage.server, headers=headers, timeout=30)

    def order(self, **changes: object) -> TCloudApiDataDiff:
        order = {
            "data_source1_id": self.stage.project,
            "data_source2_id": self.stage.project,
            "table1": ["analytics", "orders"],
            "table2": ["pr_42", "orders"],
            "pk_columns": ["order_id"],
            "include_columns": [],
            "exclude_columns": [],
        }
        return TCloudApiDataDiff(**{**order, **changes})

    def test_two_tables_are_compared_without_a_pull_request(self) -> None:
        api = self.data_diffs()
        self.assertEqual(api.get_data_source(self.stage.project).type, "duckdb")
        diff = api.create_data_diff(self.order())
        found = api.poll_data_diff_results(diff)
        self.assertEqual(found.status, "success")
        self.assertEqual(found.pks.total_rows, (400, 388))
        self.assertEqual(found.pks.exclusives, (12, 0))
        self.assertGreater(found.values.rows_with_differences, 0)
        shown = self.stage.call("GET", f"/api/v1/datadiffs/{diff}").json()
        self.assertEqual((shown["status"], shown["result"], shown["source"]), ("done", "different", "api"))
        self.assertIn(diff, [each["id"] for each in self.stage.call("GET", "/api/v1/datadiffs").json()["results"]])

    def test_the_fields_of_an_order_count(self) -> None:
        api = self.data_diffs()
        narrow = api.poll_data_diff_results(
            api.create_data_diff(self.order(filter1="order_id <= 1010", filter2="order_id <= 1010", include_columns=["status"]))
        )
        self.assertEqual(narrow.pks.total_rows[0], 10)
        self.assertEqual(narrow.values.compared_columns, 1)
        with self.assertRaisesRegex(DataDiffCloudDiffFailed, "nothing_there"):
            api.poll_data_diff_results(api.create_data_diff(self.order(table2=["pr_42", "nothing_there"])))

    def test_a_project_is_compared_from_its_folder(self) -> None:
        """`datafold diff dbt`, which reads dbt's files and orders a diff for each model. It takes a manifest only with a
        `test_metadata` in every node, which dbt writes for tests alone."""
        target = self.target("pull_request")
        for file in (target / "manifest.json", self.target("production") / "manifest.json"):
            manifest = json.loads(file.read_bytes())
            for node in manifest["nodes"].values():
                node.setdefault("test_metadata", None)
            file.write_text(json.dumps(manifest))
        results = gzip.decompress((BUILT / "pull_request_run_results.json.gz").read_bytes())
        (target / "run_results.json").write_bytes(results)
        (self.folder / "target").symlink_to(target)
        variables = {"data_diff": {"datasource_id": self.stage.project}}
        project = {"name": "shop", "profile": "shop", "vars": variables}
        (self.folder / "dbt_project.yml").write_text(json.dumps(project))
        output = {"type": "duckdb", "path": "shop.duckdb", "threads": 2}
        profile = {"shop": {"target": "dev", "outputs": {"dev": output}}}
        (self.folder / "profiles.yml").write_text(json.dumps(profile))
        printed = self.run_client(
            "diff", "dbt", "--dbt-project-dir", self.folder, "--dbt-profiles-dir", self.folder,
            "--state", self.folder / "production/manifest.json",
        )  # fmt: skip
        self.assertRegex(printed, r"analytics\.orders <> \S*pr_42\.orders")
        self.assertRegex(printed, r"388")

    def test_a_wrong_key_and_a_wrong_project_fail_with_the_reason(self) -> None:
        arguments = ["dbt", "check-post-upload-dbt-artifacts", "--run-type", "production", "--branch", "main"]
        arguments += ["--commit-sha", self.stage.pull_requests[0]["base_sha"], "--ci-config-id"]
        self.assertIn("401 Client Error", self.run_client(*arguments, self.stage.project, key="nobody's", code=1))
        self.assertIn("there is no such project", self.run_client(*arguments, 99, code=1))


if __name__ == "__main__":
    unittest.main()
