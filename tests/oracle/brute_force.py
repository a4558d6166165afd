"""Two tables compared row by row in Python: what any diff in SQL has to agree with.

A table is a list of dicts. Values are None, bool, int, float, Decimal, str, date and datetime.
"""
import math
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
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


class Rules:
    """What of a value does not count: digits of a second, by column or ("") of all; case, blanks, empty texts of all."""

    def __init__(self, precision=None, text=(), texts=()):
        self.precision, self.text, self.texts = precision or {}, set(text), set(texts)

    def apply(self, column, value):
        if column in self.texts:
            return self.loosened(value)
        return comparable(value, self.precision.get(column, self.precision.get("")))

    def loosened(self, text):
        if text is not None and "ignore_case" in self.text:
            text = text.lower()
        if text is not None and "trim" in self.text:
            text = text.strip(" ")
        return "" if text is None and "null_equals_empty" in self.text else text


def keyed(prod, pr, key, columns, tolerance, rules, times=None):
    """`times`: a column; then where on it rows were added, removed, changed and equal is in the result, too."""
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
            x, y = rules.apply(c, a[k][c]), rules.apply(c, b[k][c])
            if x == y:
                counts[c]["within_tolerance"] += comparable(a[k][c]) != comparable(b[k][c])
                continue
            if x is not None and y is not None and c in tolerance and is_within(x, y, tolerance[c]):
                counts[c]["within_tolerance"] += 1
                continue
            counts[c]["changed"] += 1
            counts[c]["became_null"] += b[k][c] is None
            counts[c]["was_null"] += a[k][c] is None
            changed.add(k)
    matched = len(a.keys() & b.keys())
    timeline = {} if times is None else {"timeline": timeline_of(a, b, changed, times)}
    return timeline | {
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


def keyless(prod, pr, columns, rules):
    a, b = (Counter(tuple(rules.apply(c, row[c]) for c in columns) for row in rows) for rows in (prod, pr))
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


def unit_of(moments):
    seconds = (max(moments) - min(moments)).total_seconds() if moments else 0
    for days, unit in ((3, "hour"), (90, "day"), (700, "week"), (3650, "month")):
        if seconds <= days * 86400:
            return unit
    return "year"


def truncated(moment, unit):
    if unit == "week":
        moment -= timedelta(days=moment.weekday())
    kept = {"hour": 4, "day": 3, "week": 3, "month": 2, "year": 1}[unit]
    return datetime(*([moment.year, moment.month, moment.day, moment.hour][:kept] + [1, 1][: max(0, 3 - kept)]))


def timeline_of(a, b, changed, times):
    """a, b: the rows by their key. Of all rows of either side, not only these, the unit is made."""
    counts = defaultdict(lambda: [0, 0, 0, 0])
    at = {k: comparable((b.get(k) or a.get(k))[times]) or comparable(a.get(k, {}).get(times)) for k in a.keys() | b.keys()}
    for k, moment in at.items():
        kind = 1 if k not in b else 0 if k not in a else 2 if k in changed else 3
        counts[moment][kind] += 1
    return dict(counts)


def overlap(prod, pr, column):
    """The rows of both in the time that both have, and how many were before, after and without a time; or None."""
    sides = [[comparable(row[column]) for row in rows if row[column] is not None] for rows in (prod, pr)]
    if not all(sides):
        return None
    first, last = max(min(side) for side in sides), min(max(side) for side in sides)
    if first > last:
        return None
    kept, outside = [], []
    for rows in (prod, pr):
        values = [comparable(row[column]) for row in rows]
        kept.append([row for row, v in zip(rows, values) if v is not None and first <= v <= last])
        outside.append([sum(v is not None and v < first for v in values), sum(v is not None and v > last for v in values), values.count(None)])
    return kept, dict(zip(("prod", "pr"), outside))


def likely_rename(prod, pr, key, old, new):
    """Whether the values of a column of production are those of one of the PR."""
    pairs = []
    for a in prod:
        for b in pr:
            parts = [comparable(a[k]) for k in key]
            if None not in parts and parts == [comparable(b[k]) for k in key]:
                pairs.append((comparable(a[old]), comparable(b[new])))
    pairs = [(x, y) for x, y in pairs if x is not None or y is not None]
    equal = [x for x, y in pairs if x == y]
    return len(equal) >= 0.95 * len(pairs) and len(set(equal)) > 1


def order_of(value):
    """NaN is larger than everything."""
    return (1, 0) if value == "NaN" else (0, value.encode() if isinstance(value, str) else value)


def as_number(value):
    """A number or a time as a double to calculate with; None if it is none, or not finite."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1)) / timedelta(microseconds=1) / 1e6
    if isinstance(value, (bool, str)) or value is None:
        return None
    return float(value) if abs(value) < 1e290 else None


def profile(values, kind):
    """What a profile says of one column of one side."""
    known = [comparable(v) for v in values if v is not None]
    out = {"rows": len(values), "nulls": len(values) - len(known), "distinct": len(set(known))}
    if kind == "boolean":
        return out | {"trues": known.count(True)}
    if known:
        out |= {"min": min(known, key=order_of), "max": max(known, key=order_of)}
    if kind == "text" and known:
        lengths = [len(v) for v in known]
        return out | {"min_length": min(lengths), "max_length": max(lengths), "mean_length": sum(lengths) / len(lengths)}
    numbers = sorted(n for n in map(as_number, known) if n is not None)
    if numbers and kind not in ("date", "timestamp", "text"):
        picks = [numbers[max(math.ceil(q * len(numbers)), 1) - 1] for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
        out |= {"mean": sum(numbers) / len(numbers), "sum": sum(numbers), "quantiles": picks}
    return out


def histogram(sides, bars=20):
    """Of the values of both sides; None without a number."""
    sides = [[n for n in (as_number(comparable(v)) for v in values) if n is not None] for values in sides]
    if not any(sides):
        return None
    low, high = min(map(min, filter(None, sides))), max(map(max, filter(None, sides)))
    width = high / bars - low / bars
    counts = []
    for numbers in sides:
        side = [0] * bars
        for n in numbers:
            side[min(bars - 1, int((n - low) // width)) if width > 0 and n < high else bars - 1 if width > 0 else 0] += 1
        counts.append(side)
    return {"low": low, "high": high, "prod": counts[0], "pr": counts[1]}
