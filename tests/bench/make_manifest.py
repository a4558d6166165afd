#!/usr/bin/env python3
"""Makes a large manifest from a real one: its nodes, sources and exposures `factor` times, ids renamed consistently.

Usage: make_manifest.py INPUT FACTOR OUTPUT [--change-every N]

INPUT may be gzip. Copy k of `model.shop.orders` is `model.shop.orders__k`, and so on wherever the id stands: as a key,
in depends_on, attached_node and the maps; names, aliases and relation names get the same ending. Macros stay as they
are: every project has the same 700. With --change-every every Nth model's code is edited, so that the result is the
pull request's side of a pair whose other side was made without it.
"""

import argparse
import gzip
import json
import re

COPIED = ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests", "functions")

# Stands for the copy's number, so that an entry is written as JSON once however often it is copied.
COPY = "@copy@"


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def renamed(entry, ids):
    """One entry with its own names and the ids of others ending in the copy's number."""
    entry = dict(entry)
    for key in ("name", "alias", "identifier"):
        if isinstance(entry.get(key), str):
            entry[key] += f"__{COPY}"
    if isinstance(entry.get("relation_name"), str):
        entry["relation_name"] = re.sub(r'([^."`]+)(["`]?)$', rf"\1__{COPY}\2", entry["relation_name"])
    if isinstance(entry.get("fqn"), list) and entry["fqn"]:
        entry["fqn"] = entry["fqn"][:-1] + [f"{entry['fqn'][-1]}__{COPY}"]
    for key in ("attached_node", "unique_id"):
        if entry.get(key) in ids:
            entry[key] += f"__{COPY}"
    depends = entry.get("depends_on")
    if isinstance(depends, dict) and isinstance(depends.get("nodes"), list):
        nodes = [f"{node}__{COPY}" if node in ids else node for node in depends["nodes"]]
        entry["depends_on"] = {**depends, "nodes": nodes}
    return entry


def edited(entry):
    code = "raw_code" if "raw_code" in entry else "raw_sql"
    return {**entry, code: (entry.get(code) or "") + "\n-- edited"}


def member(key, value):
    """A member's text, cut where the copy's number goes."""
    return f"{json.dumps(f'{key}__{COPY}')}: {json.dumps(value)}".split(COPY)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("input")
    arguments.add_argument("factor", type=int)
    arguments.add_argument("output")
    arguments.add_argument("--change-every", type=int, default=0)
    options = arguments.parse_args()

    manifest = read(options.input)
    ids = {key for section in COPIED for key in manifest.get(section) or {}}
    models = 0
    with open(options.output, "w", encoding="utf-8") as out:
        out.write("{")
        for position, (section, value) in enumerate(manifest.items()):
            out.write(("," if position else "") + json.dumps(section) + ": ")
            is_map = section in ("parent_map", "child_map") and isinstance(value, dict)
            if not is_map and (section not in COPIED or not isinstance(value, dict)):
                json.dump(value, out)
                continue
            members = []
            for key, entry in value.items():
                if is_map:
                    members.append((member(key, [f"{node}__{COPY}" for node in entry]), None))
                    continue
                entry = renamed(entry, ids)
                is_model = entry.get("resource_type") == "model"
                members.append((member(key, entry), member(key, edited(entry)) if is_model else None))
            out.write("{")
            first = True
            for copy in range(options.factor):
                for text, changed in members:
                    if changed is not None:
                        models += 1
                        if options.change_every and models % options.change_every == 0:
                            text = changed
                    out.write(("" if first else ", ") + str(copy).join(text))
                    first = False
            out.write("}")
        out.write("}")
    print(f"{options.output}: {models} models")


if __name__ == "__main__":
    main()
