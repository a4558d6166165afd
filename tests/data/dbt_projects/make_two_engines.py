#!/usr/bin/env python3
"""Makes two_engines/: the project before and after the edits, written by dbt 1.x and by dbt 2 (Fusion's open core).

Usage: make_two_engines.py DBT_2_BINARY

Needs dbt-core 1.12.6 and dbt-duckdb 1.11.1 in this Python, and the program `dbt` of the wheel dbt-core 2.0.0a4.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pull_request import edit, make_changes

os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
HERE = Path(__file__).resolve().parent
OUT = HERE / "two_engines"
DBT_2 = str(Path(sys.argv[1]).resolve())
COMMANDS = {
    "dbt1": [str(Path(sys.executable).parent / "dbt"), "parse", "--profiles-dir", ".", "--quiet", "--no-partial-parse"],
    "dbt2": [DBT_2, "parse", "--profiles-dir", "."],
}


# Spelled so that dbt 2 reads it, too; and what the engines name differently.
BOTH_READ = [
    (
        "    loaded_at_field: ordered_at\n    freshness: {warn_after: {count: 12, period: hour}}\n",
        "    config: {loaded_at_field: ordered_at, freshness: {warn_after: {count: 12, period: hour}}}\n",
    ),
    ("    access: public\n    config: {group: finance,", "    config: {access: public, group: finance,"),
    (
        "        identifier: pay_ments\n",
        "        identifier: pay_ments\n      - name: odd-name.v2\n        columns:\n"
        "          - name: a_rather_long_column_name_that_goes_on\n            data_tests:\n"
        "              - accepted_values:\n"
        "                  arguments: {values: ['first value that is long', 'second value that is long']}\n",
    ),
]


def parse(name, side):
    shutil.rmtree("target", ignore_errors=True)
    subprocess.run(COMMANDS[name], check=True, stdout=subprocess.DEVNULL)
    text = Path("target/manifest.json").read_text().replace(os.getcwd(), "/project")
    manifest = json.loads(text)
    with gzip.GzipFile(OUT / f"{name}_{side}.json.gz", "wb", compresslevel=9, mtime=0) as file:
        file.write(json.dumps(manifest).encode())


OUT.mkdir(exist_ok=True)
work = Path(tempfile.mkdtemp()) / "project"
shutil.copytree(HERE / "project", work)
os.chdir(work)
for before, after in BOTH_READ:
    edit(work / "models/schema.yml", before, after)
for side in ("base", "head"):
    if side == "head":
        make_changes(work)
    for name in COMMANDS:
        parse(name, side)
