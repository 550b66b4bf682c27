"""export.sh: a run as other tools read it, one file a format.

Values are medians with their 95 % intervals wherever a format has a place for these.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from unitcost_scripts import files
from unitcost_scripts.export import (
    action_benchmark,
    bencher,
    google_benchmark,
    job_summary,
    junit,
    results_csv,
)
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.run_directory import Run


@dataclass(frozen=True)
class Format:
    file: str
    text: Callable[[Run], str]
    reader: str  # who reads it


FORMATS = {
    "google-benchmark": Format(
        "google-benchmark.json", google_benchmark.text, "Google Benchmark's compare.py"
    ),
    "smaller-is-better": Format(
        "smaller-is-better.json",
        action_benchmark.smaller,
        "github-action-benchmark, tool customSmallerIsBetter",
    ),
    "bigger-is-better": Format(
        "bigger-is-better.json",
        action_benchmark.bigger,
        "github-action-benchmark, tool customBiggerIsBetter",
    ),
    "bencher": Format("bencher.json", bencher.text, "Bencher, adapter json"),
    "junit": Format("junit.xml", junit.text, "whatever shows test results"),
    "csv": Format("results.csv", results_csv.text, "spreadsheets and programs"),
    "markdown": Format("summary.md", job_summary.text, "a GitHub job's summary"),
}


def write_exports(run: Run, directory: Path, formats: Iterable[str] = FORMATS) -> list[Path]:
    """One file for each format, or none where one cannot be written; those of formats that are not
    asked for stay as they are.
    """
    texts = {directory / FORMATS[name].file: FORMATS[name].text(run) for name in formats}
    with files.refused(directory):
        directory.mkdir(parents=True, exist_ok=True)
    files.replace_files(texts)
    return list(texts)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="export.sh",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="formats:\n"
        + "\n".join(f"  {name:18}{each.file}, for {each.reader}" for name, each in FORMATS.items()),
    )
    parser.add_argument("run", metavar="RUN", type=Path, help="a run directory")
    parser.add_argument(
        "--format",
        dest="formats",
        action="append",
        choices=FORMATS,
        help="one of those below, as often as wanted (default: all)",
    )
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="where they go")
    given = parser.parse_args(arguments)
    run = run_directory.load(given.run)
    for path in write_exports(run, given.out, given.formats or FORMATS):
        print(path)
