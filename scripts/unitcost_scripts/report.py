"""report.sh: RUN/report/index.html, one page that answers first and works without a network."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from unitcost_scripts import claims, files, plots, tables
from unitcost_scripts.answers import answer_table
from unitcost_scripts.errors import InputError
from unitcost_scripts.page import chapters, data, first_screen
from unitcost_scripts.page.chapter import Figure, Figures, Material
from unitcost_scripts.page.rendering import TEMPLATES, render
from unitcost_scripts.page.inline_svg import SvgPage
from unitcost_scripts.page.script import content_security_policy, script
from unitcost_scripts.plots import dots
from unitcost_scripts.plots.canvas import Drawing
from unitcost_scripts.plots.curves import Curve
from unitcost_scripts.runs import conditions, describe, open_load, run_directory
from unitcost_scripts.runs.log_linear import percentile_text
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, summarise

_NS_PER_MS = 1e6


def _about(title: str, measure: str) -> str:
    return title.removeprefix(measure).lstrip(": ")


def _figures(drawn: Sequence[Drawing], directory: Path, page: SvgPage) -> Figures:
    """In the order in which they were drawn, but all of a measure together."""
    figures: Figures = {}
    for drawing in drawn:
        text = (directory / f"{drawing.name}.svg").read_text(encoding="utf-8")
        svg = Markup(page.inline(text, drawing.title))
        figure = Figure(drawing.name, _about(drawing.title, drawing.measure), svg)
        figures.setdefault(drawing.measure, []).append(figure)
    return figures


def _add_plain(figures: Figures, run: Run, summaries: Sequence[Summary]) -> None:
    """What nothing has to be composed for, the page's script draws."""
    row_of = {(each.case, each.quantity.name): row for row, each in enumerate(summaries)}
    for name, chosen in dots.plain_metrics(run, summaries).items():
        rows = tuple(row_of[each.case, each.quantity.name] for each in chosen)
        measure = chosen[0].measure
        better = describe.better(chosen[0].quantity.direction)
        figure = Figure(name, _about(dots.about(chosen), measure), rows=rows, better=better)
        figures.setdefault(measure, []).append(figure)


def _styles(page: SvgPage) -> Markup:
    ours = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "claims.css")]
    return Markup("\n".join([*ours, page.stylesheet()]))


def _page(material: Material, curves: Sequence[Curve], svg_page: SvgPage) -> str:
    run = material.run
    facts = {
        "policy": content_security_policy(script()),
        "script": Markup(script()),
        "data": Markup(data.document(run, material.summaries, curves)),
        "styles": _styles(svg_page),
        "shared": Markup(svg_page.definitions()),
        "run": run,
        "machine": describe.machine(run),
        "date": describe.date(run),
        "tool": describe.tool(run),
        "repetitions": describe.repetitions(run),
        "warnings": conditions.warnings(run),
        "answers": material.answers,
        "better": describe.better,
        "pictures": first_screen.pictures(material),
        "chapters": chapters.written(material),
    }
    return render("report.html.j2", facts)


def _write_percentiles(run: Run, directory: Path) -> None:
    """One file a case, in milliseconds, as HdrHistogram's plotter takes them."""
    for case, latencies in open_load.latencies_by_case(run).items():
        directory.mkdir(exist_ok=True)
        name = case.replace("/", "-").replace(":", "-")
        text = percentile_text(latencies, _NS_PER_MS)
        (directory / f"{name}.hgrm").write_text(text, encoding="utf-8")


def _write(run: Run, directory: Path, slo_ns: float) -> None:
    plot_directory = directory / "plots"
    plot_directory.mkdir()
    drawn = plots.draw_all(run, plot_directory, plots.COMPOSED)
    summaries, curves = summarise(run.counted), data.all_curves(run)
    svg_page = SvgPage(data.mark_numbers(summaries, curves))
    figures = _figures(drawn, plot_directory, svg_page)
    _add_plain(figures, run, summaries)
    material = Material(run, summaries, answer_table(run), claims.judge(run), figures, slo_ns)
    tables.write_tables(directory, material.answers, summaries, run.records)
    claims.write_tables(directory, material.judgements, run.path.name)
    _write_percentiles(run, directory / "percentiles")
    page = _page(material, curves, svg_page)
    (directory / "index.html").write_text(page, encoding="utf-8")


def write_report(run: Run, slo_ns: float = open_load.DEFAULT_SLO_NS) -> Path:
    """Replaces RUN/report whole; returns the page."""
    target = run.path / "report"
    with files.replaced_directory(target) as directory:
        _write(run, directory, slo_ns)
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
    if not 0 < given.slo_ms < math.inf:
        raise InputError(f"--slo-ms {given.slo_ms:g}: it has to be a number above zero.")
    print(write_report(run_directory.load(given.run), given.slo_ms * _NS_PER_MS))
