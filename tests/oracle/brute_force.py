"""Two tables compared row by row in Python: what any diff in SQL has to agree with.

A table is a list of dicts. Values are None, bool, int, float, Decimal, str, date and datetime.
"""
import math
from collections import Counter, defaultdict
from datetime import date, datetime, time
from decimal import Decimal


def comparable(value, precision=None):
    """The value so that == is equality as the comparison means it: NaN is NaN, 1 is 1.00, a date is its midnight."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and math.isinf(value):
        return value
    if isinstance(value, (int, float, Decimal)):
        return Decimal(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, datetime) and precision is not None:
        unit = 10 ** (6 - precision)
        return value.replace(microsecond=value.microsecond // unit * unit)
    return value


def is_within(a, b, tolerance):
    kind, amount = tolerance.split(":")
    a, b = Decimal(a), Decimal(b)
    if not a.is_finite() or not b.is_finite():
        return False
    larger = max(abs(a), abs(b))
    if kind == "abs":
        return abs(a - b) <= Decimal(amount)
    if kind == "rel":
        return abs(a - b) <= Decimal(amount) * larger
    return abs(a - b) <= Decimal(5) * Decimal(10) ** (larger.adjusted() - int(amount))


def keyed(prod, pr, key, columns, tolerance, precision=None):
    def grouped(rows):
        out = defaultdict(list)
        for row in rows:
            parts = tuple(comparable(row[k]) for k in key)
            if None not in parts:
                out[parts].append(row)
        return out

    sides = grouped(prod), grouped(pr)
    repeated = {k for side in sides for k, rows in side.items() if len(rows) > 1}
    a, b = ({k: rows[0] for k, rows in side.items() if k not in repeated} for side in sides)

    def health(rows, side):
        return {
            "null": len(rows) - sum(len(found) for found in side.values()),
            "duplicate": sum(len(found) for found in side.values() if len(found) > 1),
            "distinct": len(side),
        }

    counts = {c: dict(changed=0, became_null=0, was_null=0, within_tolerance=0) for c in columns}
    changed = set()
    for k in a.keys() & b.keys():
        for c in columns:
            x, y = comparable(a[k][c], precision), comparable(b[k][c], precision)
            if x == y:
                counts[c]["within_tolerance"] += comparable(a[k][c]) != comparable(b[k][c])
                continue
            if x is not None and y is not None and c in tolerance and is_within(x, y, tolerance[c]):
                counts[c]["within_tolerance"] += 1
                continue
            counts[c]["changed"] += 1
            counts[c]["became_null"] += y is None
            counts[c]["was_null"] += x is None
            changed.add(k)
    matched = len(a.keys() & b.keys())
    return {
        "rows": {
            "prod": len(prod),
            "pr": len(pr),
            "added": len(b.keys() - a.keys()),
            "removed": len(a.keys() - b.keys()),
            "changed": len(changed),
            "unchanged": matched - len(changed),
        },
        "prod_key": health(prod, sides[0]),
        "pr_key": health(pr, sides[1]),
        "columns": counts,
    }


def keyless(prod, pr, columns, precision=None):
    a, b = (Counter(tuple(comparable(row[c], precision) for c in columns) for row in rows) for rows in (prod, pr))
    return {
        "rows": {
            "prod": len(prod),
            "pr": len(pr),
            "added": sum((b - a).values()),
            "removed": sum((a - b).values()),
            "changed": None,
            "unchanged": sum((a & b).values()),
        }
    }
