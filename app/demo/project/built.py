"""Turns two finished dbt builds into the files that the demo embeds, or checks that they still say the same.

built.py write|check WORK_FOLDER BUILT_FOLDER
"""

import gzip
import json
import pathlib
import sys

import duckdb

VERSIONS = ("production", "pull_request")
# Different in every run of dbt, whatever it builds.
VOLATILE = {"generated_at", "invocation_id", "invocation_started_at", "run_started_at", "created_at", "started_at",
            "completed_at", "execution_time", "elapsed_time", "thread_id", "project_id", "user_id", "send_anonymous_usage_stats"}


def read_json(path):
    return json.loads(path.read_text())


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, (int, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def seed_sql(connection, relation):
    """A seed's table as dbt typed it, filled row by row."""
    columns = connection.execute(f"describe {relation}").fetchall()
    definition = ", ".join(f"{quoted(c[0])} {c[1].lower()}" for c in columns)
    rows = connection.execute(f"select * from {relation} order by 1").fetchall()
    values = ",\n".join("  (" + ", ".join(literal(v) for v in row) + ")" for row in rows)
    return f"create table {relation} ({definition});\ninsert into {relation} values\n{values};\n"


def build_sql(connection, version, target):
    """Every relation of one version, in the order in which dbt built them, from the SQL that dbt compiled."""
    manifest = read_json(target / "manifest.json")
    results = read_json(target / "run_results.json")["results"]
    schema = "analytics" if version == "production" else "pr_42"
    parts = [f"-- {version}\ncreate schema if not exists {quoted(schema)};\n"]
    for result in results:
        node = manifest["nodes"][result["unique_id"]]
        relation = node["relation_name"]
        if node["resource_type"] == "seed":
            parts.append(seed_sql(connection, relation))
            continue
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        compiled = (target / "compiled" / "shop" / node["original_file_path"]).read_text().strip()
        parts.append(f"create {kind} {relation} as (\n{compiled}\n);\n")
    return "\n".join(parts)


def check_same_tables(by_dbt, by_sql):
    """The SQL must build what dbt built: same relations, same columns, same rows."""
    listing = "select table_schema, table_name, column_name, data_type from information_schema.columns order by all"
    assert by_dbt.execute(listing).fetchall() == by_sql.execute(listing).fetchall(), "other columns than dbt's"
    tables = by_dbt.execute("select distinct table_schema, table_name from information_schema.tables").fetchall()
    for schema, name in tables:
        rows = f"select * from {quoted(schema)}.{quoted(name)} order by all"
        assert by_dbt.execute(rows).fetchall() == by_sql.execute(rows).fetchall(), f"{schema}.{name}: other rows than dbt's"


def without_volatile(value):
    if isinstance(value, dict):
        return {key: without_volatile(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [without_volatile(item) for item in value]
    return value


def stable_text(name, data):
    text = gzip.decompress(data).decode() if name.endswith(".gz") else data.decode()
    if name.endswith(".sql"):
        return text
    stable = without_volatile(json.loads(text))
    if "args" in stable:
        stable["args"] = {}  # the command line, with this machine's folders
    return json.dumps(stable, sort_keys=True)


def main(mode, work, built):
    connection = duckdb.connect(str(work / "shop.duckdb"), read_only=True)
    sql = "\n".join(build_sql(connection, version, work / version / "target") for version in VERSIONS)
    (work / "again").mkdir()
    again = duckdb.connect(str(work / "again" / "shop.duckdb"))
    again.execute(sql)
    check_same_tables(connection, again)

    files = {"tables.sql": sql.encode()}
    for version in VERSIONS:
        target = work / version / "target"
        # A seed's root_path is the folder of the build: the one thing that dbt writes about the machine.
        manifest = (target / "manifest.json").read_text().replace(str(work / version), "/builds/shop")
        files[f"{version}_manifest.json.gz"] = gzip.compress(manifest.encode(), mtime=0)
    results = read_json(work / "pull_request" / "target" / "run_results.json")
    results["args"] = {key: value for key, value in results["args"].items() if str(work) not in str(value)}
    files["pull_request_run_results.json.gz"] = gzip.compress(json.dumps(results).encode(), mtime=0)
    for name, data in files.items():
        text = gzip.decompress(data) if name.endswith(".gz") else data
        assert str(work).encode() not in text, f"{name} names a folder of this machine"

    if mode == "check":
        stale = [name for name, data in files.items()
                 if not (built / name).exists()
                 or stable_text(name, data) != stable_text(name, (built / name).read_bytes())]
        if stale:
            sys.exit(f"not what dbt makes: {', '.join(stale)}; run app/demo/project/rebuild.sh and commit")
        print("built/ is what dbt makes of the sources")
        return
    built.mkdir(exist_ok=True)
    for name, data in files.items():
        (built / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes")


main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
