"""Statements of any dialect as DuckDB's, by sqlglot.

What DuckDB lacks, first of all the engines' hash functions, is written in its own functions: the counting of a
statement is under test here, not the quality of a hash. The stand-ins keep what a statement relies on: xxhash64 of
Spark passes over NULL, and a hash depends on the places of its arguments.
"""
import sqlglot
from sqlglot import exp

# By our name of the dialect.
SQLGLOT = {
    "postgres": "postgres",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "databricks": "databricks",
    "trino": "trino",
    "duckdb": "duckdb",
    "clickhouse": "clickhouse",
    "sqlserver": "tsql",
    "mysql": "mysql",
}

MACROS = {
    "postgres": [
        "hash_record_extended(r, seed) AS CAST(hash(r, seed) >> 1 AS BIGINT)",
        "hashfloat8extended(r, seed) AS CAST(hash(r, seed) >> 1 AS BIGINT)",
        "hashint4extended(r, seed) AS CASE WHEN r IS NOT NULL THEN CAST(hash(r, seed) >> 1 AS BIGINT) END",
        "hashint8extended(r, seed) AS CASE WHEN r IS NOT NULL THEN CAST(hash(r, seed) >> 1 AS BIGINT) END",
        "hashtextextended(r, seed) AS CASE WHEN r IS NOT NULL THEN CAST(hash(r, seed) >> 1 AS BIGINT) END",
        "hash_numeric_extended(r, seed) AS CASE WHEN r IS NOT NULL THEN CAST(hash(r, seed) >> 1 AS BIGINT) END",
        "timestamp_hash_extended(r, seed) AS CASE WHEN r IS NOT NULL THEN CAST(hash(r, seed) >> 1 AS BIGINT) END",
        "timestamp_send(x) AS x",
        "timestamptz_send(x) AS x",
    ],
    "redshift": [
        "fnv_hash(x) AS hash(x), (x, seed) AS hash(x, seed)",
        "farm_fingerprint(x) AS hash(x)",
        "octet_length(x) AS strlen(x)",
    ],
    "bigquery": ["farm_fingerprint(x) AS hash(x)"],
    "trino": ["from_big_endian_64(x) AS x", "xxhash64(x) AS hash(x)"],
    "clickhouse": [
        "bitAnd(a, b) AS a & b",
        "toString(x) AS CAST(x AS VARCHAR)",
        "toTimeZone(x, zone) AS x",
        "toUInt128(x) AS CAST(x AS UHUGEINT)",
        "substringUTF8(x, a, b) AS substring(x, a, b)",
        "lengthUTF8(x) AS length(x)",
        "lowerUTF8(x) AS lower(x)",
        "toUnixTimestamp64Micro(x) AS epoch_us(x)",
    ],
    "sqlserver": ["datalength(x) AS 2 * length(x)", "switchoffset(x, zone) AS x"],
    "mysql": ["conv(x, a, b) AS CAST('0x' || x AS UBIGINT)"],
}

BYTES = (exp.DataType.Type.BINARY, exp.DataType.Type.VARBINARY, exp.DataType.Type.CHARACTER_SET)
TIMESTAMPS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.DATETIME64, exp.DataType.Type.TIMESTAMPNTZ, exp.DataType.Type.DATETIME2)


def call(name, *arguments):
    return exp.Anonymous(this=name, expressions=list(arguments))


def type_in_duckdb(dialect, type_):
    # Texts are made bytes so that no collation applies; DuckDB has none unless asked.
    if type_.this in BYTES or (type_.this in exp.DataType.TEXT_TYPES and type_.expressions):
        return exp.DataType.build("TEXT")
    # A numeric without digits holds any number, and infinity.
    if dialect == "postgres" and type_.this == exp.DataType.Type.DECIMAL and not type_.expressions:
        return exp.DataType.build("DOUBLE")
    # T-SQL's float has 53 bits.
    if dialect == "sqlserver" and type_.this == exp.DataType.Type.FLOAT:
        return exp.DataType.build("DOUBLE")
    if dialect in ("trino", "clickhouse", "sqlserver") and type_.this in TIMESTAMPS and type_.expressions:
        return exp.DataType.build("TIMESTAMP")
    if type_.this == exp.DataType.Type.DATE32:
        return exp.DataType.build("DATE")
    return exp.DataType.build("HUGEINT") if type_.this == exp.DataType.Type.INT256 else type_


def clock(value, digits):
    """A timestamp as a text with a fixed number of digits of a second."""
    nanoseconds = call("strftime", exp.cast(value, exp.DataType.build("TIMESTAMP_NS", dialect="duckdb")), exp.Literal.string("%Y-%m-%d %H:%M:%S.%n"))
    return call("rpad", nanoseconds, exp.Literal.number(20 + digits), exp.Literal.string("0"))


def arguments_of(node):
    """Of tuple(a, b), which sqlglot reads as a struct with names."""
    return [e.expression if isinstance(e, exp.PropertyEQ) else e.unalias() for e in node.expressions]


def in_duckdb(dialect, node):
    """The node as DuckDB's, its children being that already."""
    if isinstance(node, exp.DataType):
        return type_in_duckdb(dialect, node)
    # Of few values, approximately is exactly.
    if isinstance(node, exp.ApproxDistinct) or node.name.lower() == "uniqcombined64":
        return exp.Count(this=exp.Distinct(expressions=[node.this if isinstance(node, exp.ApproxDistinct) else node.expressions[0]]))
    # DuckDB's texts are compared by their bytes, and its lower() knows all letters.
    if isinstance(node, exp.Collate) and dialect in ("sqlserver", "redshift", "mysql", "postgres"):
        return node.this
    # The style of a number, which sqlglot takes for that of a date.
    if dialect == "sqlserver" and isinstance(node, exp.Convert) and str(node.args.get("style")) == "3":
        return exp.cast(node.expression, "TEXT")
    if dialect == "trino" and isinstance(node, exp.Cast) and node.is_type("varchar") and node.this.is_type("timestamp"):
        return clock(node.this, 12)
    if dialect == "clickhouse" and isinstance(node, exp.Anonymous) and node.name.lower() == "tostring" and node.expressions[0].is_type("timestamp"):
        return clock(node.expressions[0], 9)
    if dialect == "databricks" and isinstance(node, exp.Anonymous) and node.name.lower() == "xxhash64":
        texts = exp.Array(expressions=[exp.cast(a, "TEXT") for a in node.expressions])
        return call("hash", call("array_to_string", texts, exp.Literal.string("|")))
    if dialect == "clickhouse" and node.key == "cityhash64":
        inner = node.expressions[0]
        return call("hash", *(arguments_of(inner) if isinstance(inner, (exp.Struct, exp.Tuple)) else [inner]))
    if dialect == "sqlserver" and isinstance(node, (exp.MD5Digest, exp.MD5)):
        return exp.cast(call("md5_number_lower", node.this), "TEXT")
    if dialect == "snowflake" and isinstance(node, exp.ToChar):
        return clock(node.this, 9)
    return node


def parse(dialect, sql):
    """The statement's tree. Raises for what is no statement of the dialect, or is only passed through."""
    tree = sqlglot.parse_one(sql, read=SQLGLOT[dialect], error_level=sqlglot.ErrorLevel.RAISE)
    if list(tree.find_all(exp.Command)):
        raise ValueError("sqlglot does not know this statement")
    return tree


def to_duckdb(dialect, sql):
    tree = parse(dialect, sql)
    for node in reversed(list(tree.walk())):
        new = in_duckdb(dialect, node)
        if new is not node:
            node.replace(new)
    return tree.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)
