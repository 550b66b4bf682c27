"""report.sh: RUN/report/index.html, one page that answers first and works without a network."""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from unitcost_scripts import conditions, describe, files, open_load, plots, run_directory, tables
from unitcost_scripts.answers import answer_table
from unitcost_scripts.inline_svg import inline_svg
from unitcost_scripts.log_linear import percentile_text
from unitcost_scripts.numbers import humanise
from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.run_directory import Run
from unitcost_scripts.summary import select, summarise

_NS_PER_MS = 1e6
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class _Figure:
    name: str
    about: str  # its title without the measure
    svg: str


Figures = dict[str, list[_Figure]]  # by measure


def _figures(drawn: Sequence[Drawing], directory: Path) -> Figures:
    """In the order in which they were drawn, but all of a measure together."""
    figures: Figures = {}
    for drawing in drawn:
        text = (directory / f"{drawing.name}.svg").read_text(encoding="utf-8")
        svg = inline_svg(text, drawing.name, drawing.title)
        about = drawing.title.removeprefix(drawing.measure).lstrip(": ")
        of_measure = figures.setdefault(drawing.measure, [])
        of_measure.append(_Figure(drawing.name, about, svg))
    return figures


def _facts(run: Run, figures: Figures, slo_ns: float) -> dict[str, Any]:
    """Everything the template shows."""
    summaries = summarise(run.counted)
    is_selftest = {record.case for record in run.records if record.measure == "selftest"}
    ends = tables.end_rows(run.records)
    return {
        "run": run,
        "machine": describe.machine(run),
        "date": describe.date(run),
        "tool": describe.tool(run),
        "repetitions": describe.repetitions(run),
        "warnings": conditions.warnings(run),
        "end_counts": Counter(record.end for record in run.records).most_common(),
        "answers": answer_table(run),
        "better": describe.better,
        "result_headings": tables.RESULT_HEADINGS,
        "selftest_headings": tables.SELFTEST_HEADINGS,
        "selftests": tables.selftest_rows(select(summaries, "selftest")),
        "selftest_ends": [row for row in ends if row[0] in is_selftest],
        "figures": figures,
        "slo": humanise(slo_ns, "ns"),
        "rate_headings": open_load.HEADINGS,
        "rates": open_load.highest_rates(run, summaries, slo_ns),
        "results": tables.result_rows(summaries),
        "manifest": conditions.manifest_rows(run.manifest),
        "end_headings": tables.END_HEADINGS,
        "ends": ends,
        "notes": sorted({(record.case, note) for record in run.records for note in record.notes}),
    }


def render(run: Run, figures: Figures, slo_ns: float) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html.j2").render(_facts(run, figures, slo_ns))


def _write_percentiles(run: Run, directory: Path) -> None:
    """One file a case, in milliseconds, as HdrHistogram's plotter takes them."""
    for case, latencies in open_load.latencies_by_case(run).items():
        directory.mkdir(exist_ok=True)
        name = case.replace("/", "-").replace(":", "-")
        text = percentile_text(latencies, _NS_PER_MS)
        (directory / f"{name}.hgrm").write_text(text, encoding="utf-8")


def write_report(run: Run, slo_ns: float = open_load.DEFAULT_SLO_NS) -> Path:
    """Replaces RUN/report whole; returns the page."""
    target = run.path / "report"
    with files.replaced_directory(target) as directory:
        plot_directory = directory / "plots"
        plot_directory.mkdir()
        drawn = plots.draw_all(run, plot_directory)
        tables.write_tables(directory, answer_table(run), summarise(run.counted), run.records)
        _write_percentiles(run, directory / "percentiles")
        page = render(run, _figures(drawn, plot_directory), slo_ns)
        (directory / "index.html").write_text(page, encoding="utf-8")
    return target / "index.html"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="report.sh", description=__doc__)
    parser.add_argument("run", metavar="RUN", type=Path, help="a run directory")
    parser.add_argument(
        "--slo-ms",
        type=float,
        default=open_load.DEFAULT_SLO_NS / _NS_PER_MS,
        help="the p99 within which the highest rate of requests is looked for (default: 10)",
    )
    given = parser.parse_args(arguments)
    print(write_report(run_directory.load(given.run), given.slo_ms * _NS_PER_MS))
