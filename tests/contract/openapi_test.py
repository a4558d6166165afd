"""The server must do what its own OpenAPI description says: schemathesis makes up calls of every kind, good and bad,
and judges the answers by it."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from stage import Stage

SCHEMATHESIS = Path(sys.executable).parent / "st"


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stage = Stage()
        cls.addClassCleanup(cls.stage.close)
        pull = cls.stage.pull_requests[0]
        cls.stage.upload("production", pull["base_sha"])
        cls.stage.upload("pull_request", pull["head_sha"])
        triggered = cls.stage.call("POST", f"/api/v1/projects/1/pull_requests/{pull['number']}/trigger")
        cls.run_id = triggered.json()["id"]
        cls.stage.wait_for_run(cls.run_id)
        other = cls.stage.pull_requests[1]
        cls.stage.call("POST", f"/api/v1/projects/1/pull_requests/{other['number']}/trigger").raise_for_status()
        cls.description = cls.stage.call("GET", "/api/v1/openapi.json").json()

    def schemathesis(self, description: dict, *options: str) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "openapi.json"
            file.write_text(json.dumps(description))
            # Ids that exist, so that not every call ends as not found.
            config = Path(folder) / "schemathesis.toml"
            config.write_text(
                "[parameters]\n"
                '"path.project" = 1\n'
                f'"path.run" = {self.run_id}\n'
                '"path.diff" = 1\n'
                f'"path.number" = {self.stage.pull_requests[1]["number"]}\n'
                f'"path.pr_num" = {self.stage.pull_requests[1]["number"]}\n'
                '"path.unique_id" = "model.shop.orders"\n'
                "[checks]\n"
                # A name that is no table and a manifest that is none are known only when they are read.
                'positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]\n'
            )
            command = [sys.executable, SCHEMATHESIS, "--config-file", config, "run", file, "--url", self.stage.server]
            command += ["--header", f"Authorization: Key {self.stage.key}", "--seed", "1", "--no-color"]
            return subprocess.run([*command, *options], capture_output=True, text=True, timeout=800, cwd=folder)

    def test_every_answer_is_as_described(self) -> None:
        ran = self.schemathesis(self.description, "--max-examples", "15", "--phases", "examples,coverage,fuzzing")
        self.assertEqual(ran.returncode, 0, ran.stdout[-20_000:] + ran.stderr)

    def test_an_answer_that_is_not_as_described_is_found(self) -> None:
        wrong = json.loads(json.dumps(self.description))
        wrong["components"]["schemas"]["Project"]["properties"]["id"] = {"type": "string"}
        options = ["--include-operation-id", "show_project", "--max-examples", "3", "--phases", "fuzzing"]
        ran = self.schemathesis(wrong, *options)
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("is not of type \"string\"", ran.stdout)

    def test_every_route_of_the_api_is_described(self) -> None:
        described = {(method.upper(), path) for path, item in self.description["paths"].items() for method in item}
        routes = set()
        for file in (Path(__file__).resolve().parents[2] / "app/server").glob("*.cpp"):
            routes.update(re.findall(r'\.method = "([A-Z]+)",\s*\.path = "(/api/[^"]+)"', file.read_text()))
        self.assertEqual(routes, described)


if __name__ == "__main__":
    unittest.main()
