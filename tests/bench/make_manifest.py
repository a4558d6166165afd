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


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    return json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def renamed(entry, ids, copy):
    """One entry with its own names and the ids of others ending in the copy's number."""
    entry = dict(entry)
    for key in ("name", "alias", "identifier"):
        if isinstance(entry.get(key), str):
            entry[key] = f"{entry[key]}__{copy}"
    if isinstance(entry.get("relation_name"), str):
        entry["relation_name"] = re.sub(r'([^."`]+)(["`]?)$', rf"\1__{copy}\2", entry["relation_name"])
    if isinstance(entry.get("fqn"), list) and entry["fqn"]:
        entry["fqn"] = entry["fqn"][:-1] + [f"{entry['fqn'][-1]}__{copy}"]
    for key in ("attached_node", "unique_id"):
        if entry.get(key) in ids:
            entry[key] = f"{entry[key]}__{copy}"
    depends = entry.get("depends_on")
    if isinstance(depends, dict) and isinstance(depends.get("nodes"), list):
        nodes = [f"{node}__{copy}" if node in ids else node for node in depends["nodes"]]
        entry["depends_on"] = {**depends, "nodes": nodes}
    return entry


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
            if section in ("parent_map", "child_map"):
                value = {f"{key}__{copy}": [f"{node}__{copy}" for node in nodes]
                         for copy in range(options.factor) for key, nodes in value.items()}
            if section not in COPIED or not isinstance(value, dict):
                json.dump(value, out)
                continue
            out.write("{")
            first = True
            for copy in range(options.factor):
                for key, entry in value.items():
                    entry = renamed(entry, ids, copy)
                    if entry.get("resource_type") == "model":
                        models += 1
                        code = "raw_code" if "raw_code" in entry else "raw_sql"
                        if options.change_every and models % options.change_every == 0:
                            entry[code] = (entry.get(code) or "") + "\n-- edited"
                    out.write(("" if first else ", ") + json.dumps(f"{key}__{copy}") + ": " + json.dumps(entry))
                    first = False
            out.write("}")
        out.write("}")
    print(f"{options.output}: {models} models")


if __name__ == "__main__":
    main()
