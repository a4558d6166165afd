"""The real dbt on the project in `project/`, in one process: both states, and `dbt ls` of any case between them."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"

import duckdb  # noqa: E402
from cases import Case  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402
from dbt.node_types import NodeType  # noqa: E402
from dbt.task.list import ListTask  # noqa: E402
from pull_request import edit, make_changes  # noqa: E402

# `dbt ls` never prints operations, which diffgate does; what is selected is not touched by this.
ListTask.resource_types = property(lambda _: list(NodeType))


class RealDbt:
    """A copy of the project in a temporary folder, which is the working directory from then on.

    `state` holds the manifest, run results and freshness of the base, `target` those of the head.
    """

    def __init__(self, more_unrendered: bool) -> None:
        self._temporary = tempfile.TemporaryDirectory()
        self.project = Path(self._temporary.name) / "project"
        shutil.copytree(Path(__file__).resolve().parent / "project", self.project)
        with (self.project / "dbt_project.yml").open("a") as file:
            file.write(f"flags:\n  state_modified_compare_more_unrendered_values: {str(more_unrendered).lower()}\n")
        os.chdir(self.project)
        self.state = self.project / "state"
        self.target = self.project / "target"
        self._load_orders("2026-01-01 00:00:00")
        self._build_base()
        make_changes(self.project)
        self._load_orders("2026-01-02 00:00:00.25")
        self._run("source", "freshness", may_fail=True)
        self.manifest = self._parse()

    def close(self) -> None:
        os.chdir("/")
        self._temporary.cleanup()

    def make_default(self, selector: str) -> None:
        """Makes one of the project's selectors the one that `dbt ls` uses when none is named."""
        edit(self.project / "selectors.yml", f"- name: {selector}\n", f"- name: {selector}\n    default: true\n")
        self.manifest = self._parse()

    def ls(self, case: Case) -> dict[str, Any]:
        """The sorted unique ids, or the error with which dbt ends."""
        arguments = ["--state", "state", "--output", "json", "--output-keys", "unique_id"]
        arguments += ["--indirect-selection", case.indirect]
        if case.select is not None:
            arguments += ["--select", case.select]
        if case.exclude is not None:
            arguments += ["--exclude", case.exclude]
        result = dbtRunner(manifest=self.manifest).invoke(["ls", "--profiles-dir", ".", "--quiet", *arguments])
        if not result.success:
            return {"error": str(result.exception)}
        return {"ids": sorted(json.loads(line)["unique_id"] for line in result.result or [])}

    def names(self) -> dict[str, str]:
        """`dbt ls --output name` by unique id."""
        ids = self._run("ls", "--output", "json", "--output-keys", "unique_id").result
        names = self._run("ls", "--output", "name").result
        return dict(zip((json.loads(line)["unique_id"] for line in ids), names, strict=True))

    def _build_base(self) -> None:
        """Some of it fails, because `pay_ments` does not exist: that gives every kind of status."""
        self._run("build", may_fail=True)
        results = (self.target / "run_results.json").read_text()
        self._run("source", "freshness", may_fail=True)
        self._parse()
        self.state.mkdir()
        for name in ("manifest.json", "sources.json"):
            shutil.copy(self.target / name, self.state / name)
        (self.state / "run_results.json").write_text(results)

    def _load_orders(self, when: str) -> None:
        with duckdb.connect(str(self.project / "dev.duckdb")) as database:
            database.execute("create schema if not exists raw_dev")
            database.execute(
                "create table if not exists raw_dev.orders"
                "(order_id int, customer_id int, amount int, ordered_at timestamp)"
            )
            database.execute(f"insert into raw_dev.orders values (1, 1, 100, '{when}')")

    def _parse(self) -> Any:
        return self._run("parse", "--no-partial-parse").result

    @staticmethod
    def _run(*arguments: str, may_fail: bool = False) -> Any:
        result = dbtRunner().invoke([*arguments, "--profiles-dir", ".", "--quiet"])
        if not result.success and not may_fail:
            raise RuntimeError(f"dbt {' '.join(arguments)} failed: {result.exception}")
        return result
