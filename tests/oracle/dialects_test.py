"""Diffs by every dialect's SQL, run in DuckDB after sqlglot has read it, against a comparison row by row in Python.

Each case is a pair of small random tables and the options of a diff. The program diff_conversation plans the diff as
the daemon would and asks for one statement after another; here each is parsed in its own dialect, translated and run.

DIFFGATE_ORACLE_CASES=n for another number of cases a dialect, DIFFGATE_ORACLE_SEED=n for other cases.
"""
import json
import math
import os
import pathlib
import random
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb

import brute_force
from brute_force import comparable
from transpile import MACROS, SQLGLOT, to_duckdb

CASES = int(os.environ.get("DIFFGATE_ORACLE_CASES", "20"))
SEED = int(os.environ.get("DIFFGATE_ORACLE_SEED", "1"))

# What each kind of column is called in the engine's catalog, and in DuckDB.
DUCKDB = {
    "int": "INTEGER",
    "bigint": "BIGINT",
    "decimal": "DECIMAL(12, 2)",
    "wide_decimal": "DECIMAL(16, 4)",
    "double": "DOUBLE",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
SPELLINGS = {
    "postgres": ["integer", "bigint", "numeric(12,2)", "numeric(16,4)", "double precision", "text", "date", "timestamp without time zone", "boolean"],
    "redshift": ["integer", "bigint", "numeric(12,2)", "numeric(16,4)", "double precision", "character varying(200)", "date", "timestamp without time zone", "boolean"],
    "snowflake": ["NUMBER(10,0)", "NUMBER(19,0)", "NUMBER(12,2)", "NUMBER(16,4)", "FLOAT", "VARCHAR(200)", "DATE", "TIMESTAMP_NTZ", "BOOLEAN"],
    "bigquery": ["INT64", "INT64", "NUMERIC(12, 2)", "NUMERIC(16, 4)", "FLOAT64", "STRING", "DATE", "DATETIME", "BOOL"],
    "databricks": ["int", "bigint", "decimal(12,2)", "decimal(16,4)", "double", "string", "date", "timestamp_ntz", "boolean"],
    "trino": ["integer", "bigint", "decimal(12,2)", "decimal(16,4)", "double", "varchar", "date", "timestamp(6)", "boolean"],
    "duckdb": ["INTEGER", "BIGINT", "DECIMAL(12,2)", "DECIMAL(16,4)", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN"],
    "clickhouse": ["Nullable(Int32)", "Nullable(Int64)", "Nullable(Decimal(12, 2))", "Nullable(Decimal(16, 4))", "Nullable(Float64)", "LowCardinality(Nullable(String))", "Nullable(Date32)", "Nullable(DateTime64(6))", "Nullable(Bool)"],
    "sqlserver": ["int", "bigint", "decimal(12,2)", "numeric(16,4)", "float", "nvarchar(200)", "date", "datetime2(6)", "bit"],
    "mysql": ["int(11)", "bigint(20)", "decimal(12,2)", "decimal(16,4)", "double", "varchar(200)", "date", "datetime(6)", "tinyint(1)"],
}
# Both types hold the same values; the comparison has to widen one.
CHANGED_TYPES = {"int": "bigint", "decimal": "wide_decimal", "date": "timestamp", "bigint": "double"}
HAS_NAN = set(SQLGLOT) - {"mysql", "sqlserver"}


def spelling(dialect, kind):
    return SPELLINGS[dialect][list(DUCKDB).index(kind)]


def relation(dialect, side):
    quotes = {"bigquery": "``", "databricks": "``", "mysql": "``", "clickhouse": "``", "sqlserver": "[]"}.get(dialect, '""')
    return ".".join(quotes[0] + part + quotes[1] for part in (side, "orders"))


class Case:
    """Two tables and what to compare. Mostly alike, with a few of every kind of difference."""

    def __init__(self, dialect, number):
        self.dialect = dialect
        self.rng = random.Random(f"{SEED} {dialect} {number}")
        rng = self.rng
        kinds = rng.sample(list(DUCKDB), rng.choice([1, 2, 9]))
        width = 104 if dialect == "trino" and number == 0 else rng.randint(1, 9)
        self.key = [[], ["id"], ["id", "part"]][0 if rng.random() < 0.35 else rng.randint(1, 2)]
        self.kinds = {"id": rng.choice(["int", "bigint", "text", "decimal"]), "part": "text"}
        self.kinds |= {f"c{i}": rng.choice(kinds) for i in range(width)}
        self.kinds["at"] = rng.choice(["date", "timestamp"])
        self.pr_kinds = {c: CHANGED_TYPES.get(k, k) if rng.random() < 0.15 else k for c, k in self.kinds.items()}
        self.tolerance = {
            c: rng.choice(["abs:0.03", "rel:0.011", "digits:2"])
            for c, kind in self.kinds.items()
            if kind in ("decimal", "double", "wide_decimal") and c.startswith("c") and rng.random() < 0.5
        }
        self.precision = {c: rng.choice([0, 3, 5]) for c in ["", "c1"] if rng.random() < 0.3}
        self.text_rules = rng.sample(["ignore_case", "trim", "null_equals_empty"], rng.choice([0, 0, 1, 2, 3]))
        self.overlap = rng.random() < 0.2
        self.profiles = rng.random() < 0.35
        self.sample = rng.random() < (0.1 if self.key else 0.3)
        self.masked = ["c0"] if rng.random() < 0.3 else []
        self.filter = rng.choice(["", "", "", "part <> 'b' -- not b"])
        self.samples = rng.choice([0, 3, 3])
        self.span = rng.choice([90_000, 40 * 86400, 400 * 86400, 1500 * 86400, 6000 * 86400])
        self.may_skip_join = rng.random() < 0.8
        self.prod = [self.row(i) for i in range(rng.choice([0, 1, 12, 30]))]
        self.pr = self.edited()
        # In the PR, the column "c0" may have another name.
        self.renamed = rng.random() < 0.15 and bool(self.key) and len(self.kinds) > 5
        if number in (1, 2):
            self.make_corner(number == 1)

    def make_corner(self, must_differ):
        """Whole rows that a careless hash takes for each other, or that a careful one must take for each other."""
        self.key, self.filter, self.tolerance, self.masked, self.text_rules = [], "", {}, [], []
        self.renamed = self.overlap = self.sample = self.profiles = False
        kind = "text" if must_differ else "double"
        self.kinds = self.pr_kinds = {"id": "int", "part": "text", "c0": kind, "c1": kind}
        pairs = [("x", None), ("ab", "c"), ("", None), ("N", "1:N")] if must_differ else [(0.0, -0.0), (-0.0, None)]
        others = [(None, "x"), ("a", "bc"), (None, ""), ("N1:", "N")] if must_differ else [(-0.0, 0.0), (0.0, None)]
        self.prod, self.pr = (
            [{"id": i, "part": "a", "c0": a, "c1": b} for i, (a, b) in enumerate(rows)] for rows in (pairs, others)
        )

    def row(self, i):
        out = {c: self.value(kind) for c, kind in self.kinds.items()}
        out["id"] = self.key_value(i)
        out["at"] = self.time()
        out["part"] = self.rng.choice(["a", "a", "b", "A", "a "])
        return out

    def time(self):
        if self.rng.random() < 0.1:
            return None
        at = datetime(2024, 1, 1) + timedelta(seconds=self.rng.randint(0, self.span))
        return at.date() if self.kinds["at"] == "date" else at

    def key_value(self, i):
        kind = self.kinds["id"]
        return f"k{i}" if kind == "text" else Decimal(i) if kind == "decimal" else i

    def value(self, kind):
        rng = self.rng
        if rng.random() < 0.2:
            return None
        if kind in ("int", "bigint"):
            return rng.choice([0, 1, -1, rng.randint(-1000, 1000), 2_000_000_000])
        if kind in ("decimal", "wide_decimal"):
            return Decimal(rng.randint(-100000, 100000)) / 100
        if kind == "double":
            special = [0.0, 0.0, -0.0, float("inf")] + ([float("nan")] if self.dialect in HAS_NAN else [])
            return rng.choice(special) if rng.random() < 0.4 else rng.randint(-4000, 4000) / 8
        if kind == "text":
            return rng.choice(["", " ", "a", "A", "a ", "it's", "1:2", "\\", "ä€😀", "N", rng.choice("xyz") * 5])
        if kind == "date":
            return date(2024, 1, 1) + timedelta(days=rng.randint(-20000, 20000))
        if kind == "timestamp":
            return datetime(2024, 1, 1) + timedelta(microseconds=rng.randint(-(10**15), 10**15))
        return rng.random() < 0.5

    def nudged(self, kind, value):
        """Another value; for a number often one close by."""
        rng = self.rng
        if value is not None and kind in ("decimal", "wide_decimal") and rng.random() < 0.7:
            return value + rng.choice([Decimal("0.01"), Decimal("-0.03"), Decimal("0.04")])
        if value is not None and kind == "double" and abs(value) < 1e6 and rng.random() < 0.7:
            return value + rng.choice([0.015625, -0.25])
        if value is not None and kind == "timestamp" and rng.random() < 0.7:
            return value + timedelta(microseconds=rng.choice([1, 400, 90000]))
        return self.value(kind)

    def edited(self):
        rng = self.rng
        if rng.random() < 0.15:
            return [dict(row) for row in rng.sample(self.prod, len(self.prod))]
        out = []
        for row in self.prod:
            row = dict(row)
            chance = rng.random()
            if chance < 0.1:
                continue
            if chance < 0.4:
                self.edit(row)
            out.append(row)
            if rng.random() < 0.04:
                out.append(dict(row))
        out += [self.row(1000 + i) for i in range(rng.choice([0, 0, 1, 4]))]
        for rows in (self.prod, out):
            if rows and rng.random() < 0.3:
                rng.choice(rows)["id"] = None
            if len(out) > 3 and rng.random() < 0.2:  # two cells change places
                a, b = rng.sample(out, 2)
                a["c0"], b["c0"] = b["c0"], a["c0"]
        return out

    def edit(self, row):
        """Another value in one column; or what a hash must or must not see: values that change places, zeros of both signs."""
        rng = self.rng
        columns = sorted(self.kinds.keys() - {"id", "part"})
        column = rng.choice(columns)
        other = rng.choice([c for c in columns if self.kinds[c] == self.kinds[column]])
        if rng.random() < 0.5 and row[column] != row[other]:
            row[column], row[other] = row[other], row[column]
        elif self.kinds[column] == "double" and row[column] == 0:
            row[column] = -row[column]
        else:
            row[column] = self.nudged(self.kinds[column], row[column])

    def request(self):
        out = {
            "dialect": self.dialect,
            "prod": relation(self.dialect, "prod"),
            "pr": relation(self.dialect, "pr"),
            "key": self.key,
            "tolerance": self.tolerance,
            "filter": self.filter,
            "masked": self.masked,
            "samples": self.samples,
            "may_skip_join": self.may_skip_join,
        }
        precision = dict(self.precision)
        if "" in precision:
            out["timestamp_precision"] = precision.pop("")
        out |= {"precision": {c: p for c, p in precision.items() if c in self.kinds}, "text_rules": self.text_rules}
        out |= {"overlap": "at"} if self.overlap else {}
        out |= {"sample": 0.5} if self.sample else {}
        out |= {"timeline": "at"} if self.key and self.profiles else {}
        return out | {"profiles": self.profiles}

    def catalog(self):
        return [
            [side, self.name(side, column), spelling(self.dialect, kind), None, "YES"]
            for side, kinds in ((0, self.kinds), (1, self.pr_kinds))
            for column, kind in kinds.items()
        ]

    def name(self, side, column):
        return "c0_new" if side == 1 and column == "c0" and self.renamed else column

    def load(self, database):
        for i, side, kinds, rows in ((0, "prod", self.kinds, self.prod), (1, "pr", self.pr_kinds, self.pr)):
            columns = ", ".join(f'"{self.name(i, c)}" {DUCKDB[kind]}' for c, kind in kinds.items())
            database.execute(f"CREATE OR REPLACE TABLE {side}.orders ({columns})")
            if rows:
                marks = ", ".join("?" * len(kinds))
                database.executemany(f"INSERT INTO {side}.orders VALUES ({marks})", [list(row.values()) for row in rows])

    def kept(self):
        return [[row for row in rows if not self.filter or row["part"] != "b"] for rows in (self.prod, self.pr)]

    def expected(self):
        prod, pr = self.kept()
        out = {"overlap": None}
        if self.overlap and (found := brute_force.overlap(prod, pr, "at")):
            (prod, pr), out["overlap"] = found
        columns = [c for c in self.kinds if c not in self.key and not (self.renamed and c == "c0")]
        texts = [c for c in self.kinds if self.kinds[c] == self.pr_kinds[c] == "text"]
        rules = brute_force.Rules(self.precision, self.text_rules, texts)
        if not self.key:
            return out | brute_force.keyless(prod, pr, columns, rules)
        if self.renamed and self.kinds["c0"] == self.pr_kinds["c0"] and not self.sample:
            is_likely = brute_force.likely_rename(prod, pr, self.key, "c0", "c0")
            out["likely_renames"] = {"c0": "c0_new"} if is_likely else {}
        return out | brute_force.keyed(prod, pr, self.key, columns, self.tolerance, rules, "at")


class Disagreement(Exception):
    pass


def check(case, result):
    expected = case.expected()
    timeline = expected.pop("timeline", None)
    for part in expected:
        if case.sample and part in ("prod_key", "pr_key", "columns"):
            continue
        found, wanted = result[part], expected[part]
        if part == "columns":
            found = {c: {k: v for k, v in counts.items() if k != "not_compared"} for c, counts in found.items()}
        if part == "rows" and case.sample:
            found, wanted = ({side: counts[side] for side in ("prod", "pr")} for counts in (found, wanted))
        if found != wanted:
            raise Disagreement(f"{part}: SQL says {found}, row by row it is {wanted}")
    if case.sample and not case.key:
        check_row_sample(expected["rows"], result["rows"], result["sampled"])
    if not case.sample:
        check_samples(case, expected["rows"], result["samples"])
    if "profiles" in result:
        check_profiles(case, result["profiles"])
    if "timeline" in result:
        check_timeline(case, result["timeline"], timeline)


def check_row_sample(wanted, found, sampled):
    """What is certain of a sample of whole rows, whichever rows it has."""
    if not wanted["prod"] and not wanted["pr"]:
        return
    is_exact = found["added"] - found["removed"] == wanted["pr"] - wanted["prod"] and found["unchanged"] == wanted["pr"] - found["added"]
    for kind in ("added", "removed", "unchanged"):
        part = sampled[kind]
        if not (is_exact and part["observed"] <= wanted[kind] and part["low"] <= part["value"] == found[kind] <= part["high"]):
            raise Disagreement(f"{kind}: a sample says {found} and {sampled}, row by row it is {wanted}")


def check_timeline(case, found, moments):
    """Of all rows, as overlap and sample concern the diff alone."""
    prod, pr = case.kept()
    unit = brute_force.unit_of([comparable(row["at"]) for row in prod + pr if row["at"] is not None])
    if case.overlap or case.sample:
        return
    wanted = {}
    for moment, counts in moments.items():
        start = "" if moment is None else str(brute_force.truncated(moment, unit))
        wanted[start] = [a + b for a, b in zip(wanted.get(start, [0] * 4), counts)]
    points = {start.removesuffix(" UTC"): counts for start, *counts in found["points"]}
    if found["unit"] != unit or points != wanted:
        raise Disagreement(f"timeline by {unit}: SQL says {found}, row by row it is {wanted}")


def check_profiles(case, found):
    sides = case.kept()
    for column, kind in case.kinds.items():
        # MySQL's booleans are integers.
        is_number_there = kind == "boolean" and case.dialect == "mysql"
        if column in case.masked or (column == "c0" and case.renamed) or is_number_there:
            continue
        values = [[row[column] for row in rows] for rows in sides]
        for side, own, kinds in zip(("prod", "pr"), values, (case.kinds, case.pr_kinds)):
            # What a float and an integer have in common is digits, of which a profile shows only counts.
            check_side(f"{column} of {side}", found[column][side], brute_force.profile(own, kinds[column]))
        check_histogram(column, found[column].get("histogram"), None if kind in ("text", "boolean") else brute_force.histogram(values))
        check_frequent(column, found[column]["frequent"], values)


def is_near(found, wanted):
    if isinstance(wanted, (list, tuple)):
        return len(found) == len(wanted) and all(map(is_near, found, wanted))
    if isinstance(wanted, str) and wanted != "NaN":
        return found == wanted
    if isinstance(wanted, datetime):
        return datetime.fromisoformat(found[:26].removesuffix(" UTC")) == wanted
    found, wanted = float(found), float(wanted)
    return found == wanted or math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(found) and math.isnan(wanted))


def check_side(where, found, wanted):
    for measure, value in wanted.items():
        if not is_near(found[measure], value):
            raise Disagreement(f"profile of {where}, {measure}: SQL says {found[measure]}, row by row it is {value}")


def check_histogram(column, found, wanted):
    if (found is None) != (wanted is None):
        raise Disagreement(f"bars of {column}: SQL says {found}, row by row it is {wanted}")
    # A value at the border of two bars may be in either.
    for part, value in (wanted or {}).items():
        close = is_near(found[part], value) if part in ("low", "high") else sum(found[part]) == sum(value)
        if not close:
            raise Disagreement(f"bars of {column}, {part}: SQL says {found}, row by row it is {wanted}")


def check_frequent(column, found, values):
    if not found:
        return
    # As texts, the two zeros are two values.
    if any(isinstance(v, float) and str(v) == "-0.0" for side in values for v in side):
        return
    counts = [Counter(map(comparable, side)) for side in values]
    totals = sorted((sum(side[v] for side in counts) for v in counts[0].keys() | counts[1].keys()), reverse=True)
    if [prod + pr for _, prod, pr in found] != totals[:10]:
        raise Disagreement(f"frequent values of {column}: SQL says {found}, row by row it is {counts}")


def check_samples(case, rows, samples):
    if "join" not in str(case.plan) and "multiset" not in str(case.plan):
        return
    for kind in ("added", "removed", "changed"):
        found, wanted = len(samples[kind]), min(case.samples, rows[kind] or 0)
        # Copies of one row are shown once.
        if found != wanted if case.key else found > wanted or (found == 0) != (wanted == 0):
            raise Disagreement(f"{found} samples of rows {kind}, wanted {wanted}")
        for sample in samples[kind]:
            for side in ("prod", "pr"):
                for column in set(case.masked) - ({"c0"} if case.renamed else set()):
                    place = [c for c in case.kinds if c not in case.key].index(column)
                    if sample[side] and sample[side][place] not in (None, "***"):
                        raise Disagreement("a masked value is in a sample")


class Conversation:
    """One program that plans diffs and asks for statements."""

    def __init__(self):
        self.process = subprocess.Popen(
            [os.environ["DIFFGATE_CONVERSATION"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def say(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def diff(self, request, catalog, run):
        reply = self.say(request)
        statements = []
        while "sql" in reply:
            statements.append(reply["sql"])
            sql = reply["sql"]
            # What asks the engine's catalog is answered here: there is no such catalog behind this.
            if sql == statements[0]:
                rows = catalog
            elif "pg_class" in sql:
                rows = [[side, False, False, 0, False, False] for side in (0, 1)]
            else:
                rows = run(sql)
            reply = self.say({"rows": rows})
        if "error" in reply:
            raise Disagreement("the diff failed: " + reply["error"])
        return reply["result"]


def database_for(dialect):
    out = duckdb.connect()
    out.execute("CREATE SCHEMA prod; CREATE SCHEMA pr")
    for macro in MACROS.get(dialect, []):
        out.execute("CREATE MACRO " + macro)
    return out


def plain(cell):
    return str(cell) if isinstance(cell, Decimal) else cell


def run_case(conversation, database, case):
    last = []

    def run(sql):
        last[:] = [sql]
        translated = to_duckdb(case.dialect, sql)
        last.append(translated)
        return [[plain(cell) for cell in row] for row in database.execute(translated).fetchall()]

    case.load(database)
    try:
        result = conversation.diff(case.request(), case.catalog(), run)
        case.plan = result["plan"]
        check(case, result)
    except Exception as error:
        raise Disagreement("\n".join([f"{type(error).__name__}: {error}", json.dumps(case.request()), *last])) from error


def check_golden_files():
    """What tests/golden/sql keeps is a statement of its dialect, and has a translation."""
    files = sorted(pathlib.Path("tests/golden/sql").glob("*/*.sql"))
    failures = 0
    for file in files:
        try:
            to_duckdb(file.parent.name, file.read_text())
        except Exception as error:
            failures += 1
            print(f"FAILED {file}: {error}\n")
    print(f"{len(files)} golden files of {len({f.parent for f in files})} dialects are read by sqlglot")
    return failures + (len({f.parent.name for f in files}) != len(SQLGLOT))


def main():
    wanted = sys.argv[1:] or list(SQLGLOT)
    failures = check_golden_files()
    for dialect in wanted:
        conversation, database = Conversation(), database_for(dialect)
        plans = set()
        agreed = 0
        for number in range(CASES):
            case = Case(dialect, number)
            try:
                run_case(conversation, database, case)
                plans.add(" > ".join(case.plan[1:]))
                agreed += 1
            except Disagreement as error:
                failures += 1
                print(f"FAILED {dialect} case {number}: {error}\n")
                conversation = Conversation()
                if failures > 20:
                    sys.exit("too many failures")
        print(f"{dialect}: {agreed} of {CASES} diffs agree with a comparison row by row, by {len(plans)} plans")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
