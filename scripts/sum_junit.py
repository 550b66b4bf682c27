"""sum_junit.py FILE…: one line, "N passed, N failed, N skipped", over JUnit files.

A file that is missing counts as one failed test. Exit 1 if a test failed or a file is empty.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

FAILED, SKIPPED = {"failure", "error"}, {"skipped"}


def outcome(case: ElementTree.Element) -> str:
    marks = {mark.tag for mark in case}
    if marks & FAILED:
        return "failed"
    return "skipped" if marks & SKIPPED else "passed"


def count(path: Path) -> Counter[str]:
    try:
        cases = ElementTree.parse(path).iter("testcase")
    except (OSError, ElementTree.ParseError) as error:
        print(
            f"{path}: no test results ({error}); its test runner did not end by itself.",
            file=sys.stderr,
        )
        return Counter(failed=1)
    return Counter(outcome(case) for case in cases)


def main(arguments: Sequence[str]) -> int:
    counts = [count(Path(name)) for name in arguments]
    total = sum(counts, Counter[str]())
    print(", ".join(f"{total[kind]} {kind}" for kind in ("passed", "failed", "skipped")))
    return 0 if all(counts) and not total["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
