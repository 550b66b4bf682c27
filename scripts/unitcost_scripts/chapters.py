"""The chapters of the report's page, in the order in which a reader meets them. One more is a function
from the material to its title and markup, listed in CHAPTERS.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from unitcost_scripts import conditions, open_load, tables
from unitcost_scripts.answers import AnswerTable
from unitcost_scripts.numbers import humanise
from unitcost_scripts.page import rendered
from unitcost_scripts.run_directory import Run
from unitcost_scripts.summary import Summary, select


@dataclass(frozen=True)
class Figure:
    """One that was drawn to a file, or else rows of the page's data that its script draws."""

    name: str
    about: str  # its title without the measure
    svg: Markup = Markup("")
    rows: tuple[int, ...] = ()
    better: str = ""  # which of the rows' values are

    @property
    def has_marks(self) -> bool:
        return "data-mark" in self.svg


Figures = dict[str, list[Figure]]  # by measure, in the order in which they were drawn


@dataclass(frozen=True)
class Material:
    """What chapters are made of."""

    run: Run
    summaries: Sequence[Summary]  # the rows of the page's data
    answers: AnswerTable
    figures: Figures
    slo_ns: float


@dataclass(frozen=True)
class Pointer:
    """A line of the first screen that leads into a chapter."""

    target: str  # an id of the page
    text: str
    answer: str = ""  # in a word
    mark: str = ""  # a character that stands for the answer where there is little room
    kind: str = ""  # how the answer looks: good, bad, mixed; else plain


@dataclass(frozen=True)
class Chapter:
    id: str
    title: str
    html: Markup
    lead: str = ""  # the heading of what the first screen shows of it
    said: str = ""  # there, at once
    pointers: tuple[Pointer, ...] = ()


Maker = Callable[[Material], Chapter | None]  # None: the run has nothing for it


def selftests(material: Material) -> Chapter:
    is_selftest = {each.case for each in material.run.records if each.measure == "selftest"}
    html = rendered(
        "chapters/selftests.html.j2",
        headings=tables.SELFTEST_HEADINGS,
        rows=tables.selftest_rows(select(material.summaries, "selftest")),
        end_headings=tables.END_HEADINGS,
        ends=[row for row in tables.end_rows(material.run.records) if row[0] in is_selftest],
    )
    return Chapter("selftests", "Self-tests", html)


def rates(material: Material) -> Chapter | None:
    rows = open_load.highest_rates(material.run, material.summaries, material.slo_ns)
    if not rows:
        return None
    html = rendered(
        "chapters/rates.html.j2",
        headings=open_load.HEADINGS,
        rows=rows,
        slo=humanise(material.slo_ns, "ns"),
    )
    return Chapter("rates", "Requests at a rate", html)


def explore(material: Material) -> Chapter | None:
    if not material.summaries:
        return None
    return Chapter("explore", "Any metric", rendered("chapters/explore.html.j2"))


def plots(material: Material) -> Chapter:
    return Chapter("plots", "Plots", rendered("chapters/plots.html.j2", figures=material.figures))


def results(material: Material) -> Chapter:
    html = rendered(
        "chapters/results.html.j2", headings=tables.RESULT_HEADINGS, count=len(material.summaries)
    )
    return Chapter("results", "All results", html)


def ends(material: Material) -> Chapter:
    records = material.run.records
    html = rendered(
        "chapters/ends.html.j2",
        count=len(records),
        counts=Counter(record.end for record in records).most_common(),
        headings=tables.END_HEADINGS,
        rows=tables.end_rows(records),
    )
    return Chapter("ends", "Skipped, failed or discarded", html)


def circumstances(material: Material) -> Chapter:
    run = material.run
    html = rendered(
        "chapters/conditions.html.j2",
        manifest=conditions.manifest_rows(run.manifest),
        notes=sorted({(record.case, note) for record in run.records for note in record.notes}),
    )
    return Chapter("conditions", "Conditions", html)


CHAPTERS: tuple[Maker, ...] = (
    selftests,
    rates,
    explore,
    plots,
    results,
    ends,
    circumstances,
)


def written(material: Material) -> list[Chapter]:
    made: Iterable[Chapter | None] = (maker(material) for maker in CHAPTERS)
    return [chapter for chapter in made if chapter is not None]
