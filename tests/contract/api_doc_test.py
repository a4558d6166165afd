"""The examples of docs/api.md, run as they stand there against a real daemon."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from stage import BINARIES, Stage, manifest_of

PAGE = Path(__file__).resolve().parents[2] / "docs/api.md"


class ApiPage(unittest.TestCase):
    def test_every_example_does_what_it_says(self) -> None:
        stage = Stage()
        self.addCleanup(stage.close)
        first, second = stage.pull_requests
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL))
        self.assertIn("diffgate submit", script)
        with tempfile.TemporaryDirectory() as folder:
            for name, run_type in (("prod", "production"), ("target", "pull_request")):
                (Path(folder) / name).mkdir()
                (Path(folder) / name / "manifest.json").write_bytes(manifest_of(run_type))
            environment = {
                "PATH": f"{BINARIES}:{os.environ['PATH']}",
                "DIFFGATE_SERVER": stage.server,
                "DIFFGATE_API_KEY": stage.key,
                "PROJECT": str(stage.project),
                "PR": str(first["number"]),
                "HEAD_SHA": first["head_sha"],
                "BASE_SHA": first["base_sha"],
                "OTHER_PR": str(second["number"]),
            }
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
            )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("compares 2 tables", ran.stdout)


if __name__ == "__main__":
    unittest.main()
