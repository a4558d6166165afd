#!/usr/bin/env python3
"""Writes what the real dbt answers into one folder here: the manifests, and expected.json for every case.

Usage: build/python/bin/python tests/data/dbt_projects/make.py more_unrendered_on|more_unrendered_off
"""

import gzip
import json
import sys
from importlib.metadata import version
from pathlib import Path

from cases import CASES
from real_dbt import RealDbt

HERE = Path(__file__).resolve().parent


def store(dbt: RealDbt, source: Path, to: Path) -> None:
    """Without this machine's paths, and as small as it goes."""
    text = source.read_text().replace(str(dbt.project), "/project")
    data = json.dumps(json.loads(text)).encode() + b"\n"
    if to.suffix != ".gz":
        to.write_bytes(data)
        return
    with gzip.GzipFile(to, "wb", compresslevel=9, mtime=0) as file:
        file.write(data)


def main(folder: str) -> None:
    more_unrendered = {"more_unrendered_on": True, "more_unrendered_off": False}[folder]
    out = HERE / folder
    out.mkdir(exist_ok=True)
    dbt = RealDbt(more_unrendered)
    store(dbt, dbt.state / "manifest.json", out / "base.json.gz")
    store(dbt, dbt.state / "run_results.json", out / "base_run_results.json")
    store(dbt, dbt.state / "sources.json", out / "base_sources.json")
    store(dbt, dbt.target / "manifest.json", out / "head.json.gz")
    store(dbt, dbt.target / "sources.json", out / "head_sources.json")
    expected = {
        "dbt_version": version("dbt-core"),
        "more_unrendered": more_unrendered,
        "names": dbt.names(),
        "cases": [
            {"select": case.select or "", "exclude": case.exclude or "", "indirect": case.indirect, **dbt.ls(case)}
            for case in CASES
        ],
    }
    dbt.close()
    (out / "expected.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")
    errors = sum("error" in case for case in expected["cases"])
    print(f"{folder}: {len(expected['cases'])} cases, {errors} of them errors")


if __name__ == "__main__":
    main(sys.argv[1])
