#!/usr/bin/env python3
"""Makes seeds/manifest from the projects of tests/data: a few nodes of each type, a few macros, nothing that is long.

Usage: tests/fuzz/make_seeds.py        (from the repository's root; the seeds are kept in the repository)
"""

import gzip
import json
from pathlib import Path

SELECTORS = ["state:modified+", "tag:nightly,config.materialized:table+ --", "@source:* path:models/*",
             "1+state:new+2 test_type:unit", "selector:* resource_type:model"]


def shorter(value):
    if isinstance(value, str):
        return value[:60]
    if isinstance(value, dict):
        return {key: shorter(item) for key, item in list(value.items())[:12]}
    if isinstance(value, list):
        return [shorter(item) for item in value[:3]]
    return value


def small(path):
    manifest = json.loads(gzip.decompress(Path(path).read_bytes()))
    kept = {"metadata": manifest["metadata"], "selectors": manifest.get("selectors") or {}}
    macros = []
    for section in ("nodes", "sources", "exposures", "metrics", "semantic_models", "unit_tests", "saved_queries",
                    "functions"):
        seen = {}
        for key, entry in (manifest.get(section) or {}).items():
            kind = entry.get("resource_type")
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] > 1:
                continue
            macros += (entry.get("depends_on") or {}).get("macros", [])[:2]
            kept.setdefault(section, {})[key] = {
                name: shorter(value) for name, value in entry.items() if value not in (None, {}, [], "")
                and name not in ("compiled_code", "docs", "created_at", "build_path", "compiled_path")}
    kept["macros"] = {key: shorter(manifest["macros"][key]) for key in sorted(set(macros))[:4]
                      if key in manifest["macros"]}
    disabled = manifest.get("disabled") or {}
    if isinstance(disabled, dict):
        kept["disabled"] = {key: [{}] for key in list(disabled)[:2]}
    else:
        kept["disabled"] = [{"unique_id": entry.get("unique_id")} for entry in disabled[:2]]
    return json.dumps(kept, separators=(",", ":"))


def main():
    seeds = Path("tests/fuzz/seeds/manifest")
    seeds.mkdir(parents=True, exist_ok=True)
    pairs = [("tests/data/dbt_projects/more_unrendered_on", 0), ("tests/data/state_pairs/01", 1),
             ("tests/data/state_pairs/18", 2), ("tests/data/state_pairs/08", 3)]
    for folder, choice in pairs:
        head, base = small(f"{folder}/head.json.gz"), small(f"{folder}/base.json.gz")
        selector = SELECTORS[choice]
        text = f"{choice}{selector}\n{head}\f{base}"
        (seeds / folder.rsplit("/", 1)[1]).write_text(text)
        print(seeds / folder.rsplit("/", 1)[1], len(text))


if __name__ == "__main__":
    main()
