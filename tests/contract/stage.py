"""A running daemon for a test: see stage.cpp."""

import gzip
import json
import os
import subprocess
import time
from pathlib import Path

import requests

BINARIES = Path(os.environ["DIFFGATE_BINARY_DIR"]).resolve()
BUILT = Path(__file__).resolve().parents[2] / "app/demo/project/built"


class Stage:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [BINARIES / "tests/contract/contract_stage"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        world = json.loads(self.process.stdout.readline())
        self.server = world["server"]
        self.key = world["key"]
        self.project = world["project"]
        self.pull_requests = world["pull_requests"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait(timeout=60) != 0:
            raise RuntimeError("the stage did not end well")

    def call(self, method: str, path: str, **options) -> requests.Response:
        headers = {"Authorization": f"Key {self.key}"}
        return requests.request(method, self.server + path, headers=headers, timeout=60, **options)

    def upload(self, run_type: str, sha: str) -> None:
        path = f"/api/v1/projects/{self.project}/artifacts/{run_type}/{sha}/manifest.json"
        self.call("PUT", path, data=manifest_of(run_type)).raise_for_status()

    def wait_for_run(self, run: int, seconds: float = 60) -> dict:
        """The run as it ended."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.call("GET", f"/api/v1/runs/{run}").json()
            if found["state"] in ("done", "failed", "cancelled", "skipped"):
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"run {run} is still {found['state']}")
            time.sleep(0.1)


def manifest_of(run_type: str) -> bytes:
    """What dbt-core made of the demo's project, in that version."""
    return gzip.decompress((BUILT / f"{run_type}_manifest.json.gz").read_bytes())
