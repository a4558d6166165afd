"""A diff beside other people's tools, on the same tables of one PostgreSQL server, by turns.

    rivals.py DIFF_PROGRAM [ROWS] [ROUNDS]        (1,000,000 rows, 3 rounds)

Tools that are programs run end to end, ours as well. Of tools that are macros, dbt itself compiles the SQL, and one client
runs it. What cannot be had is named in one line, and the others go on.
"""

import ast
import json
import os
import pathlib
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import psycopg2

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.executable).parent
COLUMNS = ["small", "day", "at_time", "status", "amount", "ratio", "token", "segment", "flag"]
WORK_MEM = "256MB"  # as diffgate asks for
LONGEST = 1800  # seconds that one contestant may take in one round

# Sources that no package index has: a commit names its whole content.
PACKAGES = {
    "audit_helper": ("https://github.com/dbt-labs/dbt-audit-helper", "3bd0ca4e9d79b7d740ad7e77384b3d03a16cf242"),
    "dbt_utils": ("https://github.com/dbt-labs/dbt-utils", "700764ce230b2fb775b5338b6bc77a72233ea34c"),
}


class Missing(Exception):
    """A tool that cannot be had here, and why."""


class Server:
    """A PostgreSQL server of our own, gone at the end."""

    def __init__(self, folder):
        binaries = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        self.log = open(folder / "postgres.log", "w")
        user = []
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        data = str(folder / "data")
        subprocess.run([*user, str(binaries / "initdb"), "-D", data, "-U", "admin", "-A", "trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "--no-sync"], check=True, stdout=self.log, stderr=self.log)
        self.process = subprocess.Popen(
            [*user, str(binaries / "postgres"), "-D", data, "-p", str(self.port), "-k", str(folder), "-h", "127.0.0.1"],
            stdout=self.log, stderr=self.log)
        for _ in range(300):
            try:
                psycopg2.connect(self.url("postgres")).close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.1)
        raise SystemExit("PostgreSQL does not start")

    def url(self, database="postgres"):
        # data-diff wants a password, whatever the server wants.
        return f"postgresql://admin:unused@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements):
        connection = psycopg2.connect(self.url())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"SET work_mem = '{WORK_MEM}'; SET jit = off")
            for statement in statements:
                cursor.execute(statement)
                if cursor.description:
                    cursor.fetchall()
        connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def make_tables(server, rows):
    # As in bench_diff, but that every number has a precision: data-diff takes no other.
    server.execute(f"""
        CREATE TABLE a AS SELECT i AS id, i % 1000 AS small, DATE '2020-01-01' + i % 1000 AS day,
          TIMESTAMP '2020-01-01' + i % 86400 * INTERVAL '1 second' AS at_time,
          CASE i % 5 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'sent' ELSE 'done' END AS status,
          CAST(i::bigint * 7 % 100000 / 100.0 AS numeric(12,2)) AS amount, CAST(i AS double precision) / 7 AS ratio,
          md5(CAST(i AS text)) AS token, CASE WHEN i % 3 = 0 THEN NULL ELSE CAST(i % 77 AS text) END AS segment,
          i % 2 = 0 AS flag FROM generate_series(1, {rows}) t(i)""", f"""
        CREATE TABLE few AS SELECT CASE WHEN id % 5000 = 7 THEN id + {rows} ELSE id END AS id, small, day, at_time,
          CASE WHEN id % 1000 = 1 THEN 'lost' ELSE status END AS status, amount, ratio, token, segment, flag
          FROM a""", "ANALYZE")


def run(*command, cwd=None):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, timeout=LONGEST)
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
        raise Missing(f"{pathlib.Path(str(command[0])).name} failed: {'; '.join(lines[-3:])[:300]}")
    return done.stdout


def diffgate(program, server):
    return lambda: run(program, server.url(), "a", "few", "id", "1")


DATA_DIFF = """
import sys, data_diff
data_diff.disable_tracking()
tables = [data_diff.connect_to_table(sys.argv[1], name, "id") for name in ("a", "few")]
rows = list(data_diff.diff_tables(*tables, key_columns=("id",), extra_columns=tuple(sys.argv[2:]),
                                  algorithm=data_diff.Algorithm.JOINDIFF))
assert rows, "no difference found"
"""


def data_diff(server):
    # Its command imports what pydantic 2 no longer has; its Python API is the same engine.
    return lambda: run(sys.executable, "-c", DATA_DIFF, server.url(), *COLUMNS)


def reladiff(server):
    columns = [word for name in COLUMNS for word in ("-c", name)]
    return lambda: run(BIN / "reladiff", server.url(), "a", "few", "-k", "id", *columns, "--algorithm", "joindiff",
                       "--stats")


def checked_out(name, folder):
    """The package's sources at the pinned commit; DIFFGATE_BENCH_MIRROR may name a folder with repositories NAME.git."""
    address, commit = PACKAGES[name]
    mirror = os.environ.get("DIFFGATE_BENCH_MIRROR")
    source = f"{mirror}/{name}.git" if mirror else address
    git = ["git", "-C", str(folder)]
    folder.mkdir(parents=True)
    for command in ([*git, "init", "-q"], [*git, "fetch", "-q", "--depth", "1", source, commit],
                    [*git, "checkout", "-q", commit]):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Missing(f"{name} is not to be had from {source}: {done.stderr.strip().splitlines()[-1][:150]}")
    for wants in ("packages.yml", "package-lock.yml"):  # a plain folder is enough
        (folder / wants).unlink(missing_ok=True)


class Dbt:
    """Real dbt, which compiles what it is given to SQL for the server."""

    def __init__(self, server, folder, project):
        self.folder = folder / project
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "dbt_project.yml").exists():
            (self.folder / "dbt_project.yml").write_text(f"name: {project}\nversion: '1.0'\n")
        (self.folder / "profiles.yml").write_text(json.dumps({"rivals": {"target": "bench", "outputs": {"bench": {
            "type": "postgres", "host": "127.0.0.1", "port": server.port, "user": "admin", "password": "unused",
            "dbname": "postgres", "schema": "public", "threads": 1}}}}))

    def compiled(self, templates):
        relations = "".join(
            "{% set " + name + " = api.Relation.create(database='postgres', schema='public', identifier='" + table + "') %}"
            for name, table in (("relation_a", "a"), ("relation_b", "few")))
        sql = run(BIN / "dbt", "--quiet", "--no-send-anonymous-usage-stats", "compile", "--profile", "rivals",
                  "--profiles-dir", ".", "--inline", relations + "\n--NEXT--\n".join(templates), cwd=self.folder)
        return sql.split("--NEXT--")


def recce(server, folder):
    """The statements of its value diff: whether the key is unique on either side, then one statement a column."""
    try:
        import importlib.metadata as metadata
        source = [f for f in metadata.files("recce") if str(f) == "recce/tasks/valuediff.py"][0].locate().read_text()
    except (metadata.PackageNotFoundError, IndexError):
        raise Missing("Recce's package is not installed") from None
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    by_column = [text for text in texts if "match_status" in text and "column_to_compare" in text]
    if not by_column:
        raise Missing("Recce's value diff has no statement where it used to be")
    given = "{% set base_relation, curr_relation, a_relation_name, b_relation_name = relation_a, relation_b, 'a', 'b' %}"
    unique = ["SELECT count(*) FROM ({{ adapter.dispatch('test_unique', 'dbt')(" + name + ", 'id') }}) t"
              for name in ("relation_a", "relation_b")]
    columns = [given + "{% set column_to_compare = '" + column + "' %}{% set primary_keys = ['id'] %}" + by_column[0]
               for column in ["id", *COLUMNS]]
    statements = Dbt(server, folder, "recce_value_diff").compiled([*unique, *columns])
    return lambda: server.execute(*statements)


def audit_helper(server, folder):
    """Its compare macros, each a contestant."""
    checked_out("audit_helper", folder / "audit_helper")
    checked_out("dbt_utils", folder / "audit_helper" / "dbt_packages" / "dbt_utils")
    macros = {
        "compare_relations": "{{ audit_helper.compare_relations(relation_a, relation_b, primary_key='id') }}",
        "compare_which_relation_columns_differ":
            "{{ audit_helper.compare_which_relation_columns_differ(relation_a, relation_b, ['id']) }}",
        "compare_and_classify_relation_rows":
            "{{ audit_helper.compare_and_classify_relation_rows(relation_a, relation_b, ['id']) }}",
        "compare_all_columns": "{{ audit_helper.compare_all_columns(relation_a, relation_b, 'id') }}",
    }
    compiled = Dbt(server, folder, "audit_helper").compiled(macros.values())
    return {f"dbt-audit-helper {name}": (lambda sql=sql: server.execute(sql)) for name, sql in zip(macros, compiled)}


def contestants(program, server, folder):
    out = {"diffgate": diffgate(program, server), "data-diff 0.11 joindiff": data_diff(server),
           "reladiff 0.6 joindiff": reladiff(server)}
    for make in (lambda: {"Recce value diff": recce(server, folder)}, lambda: audit_helper(server, folder)):
        try:
            out |= make()
        except (Missing, OSError, subprocess.TimeoutExpired) as error:
            print(f"skipped: {error}", flush=True)
    return out


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    folder = pathlib.Path(tempfile.mkdtemp(prefix="diffgate-rivals-"))
    os.chmod(folder, 0o755)
    (folder / "server").mkdir()
    server = Server(folder / "server")
    try:
        make_tables(server, rows)
        running = contestants(program, server, folder)
        bare = "a bare full outer join"
        running[bare] = lambda: server.execute("SELECT count(*) FROM a FULL JOIN few b ON a.id = b.id")
        times = {name: [] for name in running}
        for _ in range(rounds):
            for name, action in list(running.items()):
                begin = time.monotonic()
                try:
                    action()
                except (Missing, psycopg2.Error, subprocess.TimeoutExpired) as error:
                    print(f"skipped: {name}: {str(error).strip().splitlines()[0][:200]}", flush=True)
                    del running[name], times[name]
                    continue
                times[name].append(time.monotonic() - begin)
        ours = statistics.median(times["diffgate"])
        print(f"\n{rows:,} rows a side, {1 + len(COLUMNS)} columns, 0.1 % edits; the median of {rounds} by turns\n")
        print("| | seconds | times ours |\n|---|---|---|")
        for name, taken in times.items():
            median = statistics.median(taken)
            print(f"| {name} | {median:.2f} | {median / ours:.1f} |")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
