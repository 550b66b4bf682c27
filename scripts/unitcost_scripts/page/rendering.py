"""A page of templates/, filled in, and the cells of its tables."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.statistics import median, median_interval

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def render(template: str, facts: Mapping[str, Any]) -> Markup:
    """What a record says cannot become markup; a name that `facts` lacks is an error."""
    return Markup(_environment().get_template(template).render(facts))


@dataclass(frozen=True)
class Cell:
    """What templates/cells.html.j2 shows."""

    text: str
    note: str = ""  # below it: the interval, mostly
    title: str = ""  # where it comes from
    link: str = ""


def value_cell(values: Sequence[float], unit: str, where: str) -> Cell:
    """The median of one case's repetitions, with its interval and where it comes from."""
    interval = median_interval(values)
    between = humanise_interval(interval, unit) if interval else "too few: no interval"
    return Cell(humanise(median(values), unit), between, f"{where}; median of {len(values)}")
