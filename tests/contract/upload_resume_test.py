"""An upload of several files that is killed in the middle sends only what is missing when it is made again: the real
`diffgate upload` against a real daemon, with a line between them that counts bytes and can be cut."""

import json
import os
import secrets
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from stage import BINARIES, Stage, manifest_of

SHA = "31d0" * 10


class Line:
    """Forwards to the server; while `holds`, a manifest stops in its middle and goes no further."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self.target = (parts.hostname, parts.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.holds = False
        self.has_held = threading.Event()
        self.sent = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            threading.Thread(target=self.forward, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.forward, args=(server, client, False), daemon=True).start()

    def forward(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        try:
            while data := source.recv(16_384):
                if counts and self.holds and b"/manifest.json?" in data and b"gzip" in data:
                    sink.sendall(data[: len(data) // 2])
                    self.has_held.set()
                    threading.Event().wait()
                if counts:
                    self.sent += len(data)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                end.close()


class UploadResume(unittest.TestCase):
    def setUp(self) -> None:
        self.stage = Stage()
        self.addCleanup(self.stage.close)
        self.line = Line(self.stage.server)
        self.addCleanup(self.line.listener.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.target = Path(folder.name)

    def start(self) -> subprocess.Popen:
        command = [BINARIES / "diffgate", "upload", "--server", self.line.url, "--project", str(self.stage.project)]
        command += ["--run-type", "pull_request", "--target-folder", self.target, "--commit-sha", SHA]
        environment = {"PATH": os.environ["PATH"], "DIFFGATE_API_KEY": self.stage.key}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def stored(self) -> set[str]:
        answer = self.stage.call("GET", f"/api/v1/projects/{self.stage.project}/artifacts?sha={SHA}").json()
        return {each["artifact"] for each in answer["artifacts"]}

    def test_only_what_is_missing_is_sent_again(self) -> None:
        # Random digits do not become smaller by gzip than half.
        padding = secrets.token_hex(2_000_000)
        schema = "https://schemas.getdbt.com/dbt/run-results/v6.json"
        results = {"metadata": {"dbt_schema_version": schema}, "results": [], "args": {"which": "build"}, "padding": padding}
        (self.target / "run_results.json").write_text(json.dumps(results))
        (self.target / "manifest.json").write_bytes(manifest_of("pull_request"))

        self.line.holds = True
        first = self.start()
        self.assertTrue(self.line.has_held.wait(60), "the manifest was never sent")
        first.kill()
        first.communicate()
        self.assertEqual(self.stored(), {"run_results.json"})
        self.assertGreater(self.line.sent, 1_900_000)

        self.line.holds = False
        self.line.sent = 0
        second = self.start()
        out, err = second.communicate(timeout=120)
        self.assertEqual(second.returncode, 0, err)
        self.assertIn("run_results.json: there already", out)
        self.assertEqual(self.stored(), {"run_results.json", "manifest.json"})
        self.assertLess(self.line.sent, 200_000)

        self.line.sent = 0
        third = self.start()
        out, err = third.communicate(timeout=120)
        self.assertEqual(third.returncode, 0, err)
        self.assertEqual(out.count("there already"), 2, out)
        self.assertLess(self.line.sent, 5_000)


if __name__ == "__main__":
    unittest.main()
