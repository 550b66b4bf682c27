"""What a chapter of the report's page is, and what it is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from unitcost_scripts.answers import AnswerTable
from unitcost_scripts.claims.verdict import Judgement
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary


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
    judgements: Sequence[Judgement]  # of the textbook's claims
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
