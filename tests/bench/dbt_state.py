#!/usr/bin/env python3
"""How long dbt-core itself takes to load two manifests and select state:modified+ of the second against the first.

Usage: dbt_state.py BASE HEAD        (with a Python that has dbt-core)

Only dbt's own loader, graph and selector run: neither its start nor the parse of the project, which a real `dbt ls`
adds. Prints one JSON object: seconds for each step and how many models were selected.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.compilation import Linker
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.state import PreviousState
from dbt.flags import set_from_args
from dbt.graph.graph import Graph
from dbt.graph.selector import NodeSelector
from dbt.graph.selector_spec import SelectionCriteria


def main():
    base, head = sys.argv[1:3]
    set_from_args(Namespace(state_modified_compare_more_unrendered_values=False), {})
    folder = Path(tempfile.mkdtemp())
    try:
        os.symlink(os.path.abspath(base), folder / "manifest.json")
        start = time.perf_counter()
        cpu = time.process_time()
        previous = PreviousState(folder, folder / "target", folder)
        manifest = Manifest.from_writable_manifest(WritableManifest.read_and_check_versions(head))
        loaded = time.perf_counter()
        linker = Linker()
        linker.link_graph(manifest)
        selector = NodeSelector(Graph(linker.graph), manifest, previous)
        linked = time.perf_counter()
        selected, _ = selector.select_nodes(SelectionCriteria.from_single_spec("state:modified+"))[:2]
        end = time.perf_counter()
    finally:
        shutil.rmtree(folder)
    models = sum(1 for name in selected if name.startswith(("model.", "seed.", "snapshot.")))
    print(json.dumps({"load": loaded - start, "graph": linked - loaded, "select": end - linked,
                      "total": end - start, "cpu": time.process_time() - cpu, "diffable": models, "nodes": len(selected)}))


if __name__ == "__main__":
    main()
