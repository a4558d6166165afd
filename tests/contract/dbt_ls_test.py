"""`diffgate ls` must answer as the real `dbt ls` does, on a project that has every resource type.

dbt parses both states and answers every case here and now; nothing of what is compared was recorded before.
"""

import contextlib
import os
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "data/dbt_projects"))

from cases import CASES, CASES_WITH_DEFAULT, Case  # noqa: E402
from real_dbt import RealDbt  # noqa: E402

DIFFGATE = Path(os.environ["DIFFGATE_BINARY_DIR"]).resolve() / "diffgate"


@contextlib.contextmanager
def without_output():
    """dbt prints what it lists beside returning it."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


class DbtLs(unittest.TestCase):
    maxDiff = None

    def compare(self, dbt: RealDbt, more_unrendered: bool, cases: list[Case]) -> None:
        for case in cases:
            with self.subTest(select=case.select, exclude=case.exclude, indirect=case.indirect):
                with without_output():
                    expected = dbt.ls(case)
                arguments = ["--base", dbt.state / "manifest.json", "--head", dbt.target / "manifest.json"]
                arguments += ["--more-unrendered", str(more_unrendered).lower(), "--indirect-selection", case.indirect]
                if case.select is not None:
                    arguments += ["--select", case.select]
                if case.exclude is not None:
                    arguments += ["--exclude", case.exclude]
                ours = subprocess.run([DIFFGATE, "ls", *arguments], capture_output=True, text=True, timeout=60)
                if "error" in expected:
                    self.assertEqual((ours.returncode, ours.stdout), (2, ""), f"dbt says: {expected['error']}")
                    self.assertRegex(ours.stderr, r"\Adiffgate: select, column 1: .*\n\Z")
                else:
                    self.assertEqual(ours.returncode, 0, ours.stderr)
                    self.assertEqual(ours.stdout.splitlines(), expected["ids"])

    def test_every_case_and_then_with_a_default_selector(self) -> None:
        with without_output():
            dbt = RealDbt(more_unrendered=True)
        self.addCleanup(dbt.close)
        self.compare(dbt, True, CASES)
        with without_output():
            dbt.make_default("marts_only")
        self.compare(dbt, True, CASES_WITH_DEFAULT)

    def test_state_when_the_project_compares_rendered_values(self) -> None:
        with without_output():
            dbt = RealDbt(more_unrendered=False)
        self.addCleanup(dbt.close)
        self.compare(dbt, False, [case for case in CASES if "state:" in (case.select or "")])


if __name__ == "__main__":
    # dbt leaves its log files open between runs.
    unittest.main(warnings="ignore")
