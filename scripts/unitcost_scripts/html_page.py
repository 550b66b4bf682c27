"""A page of templates/, filled in, and the cells of its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from unitcost_scripts.numbers import humanise, humanise_interval
from unitcost_scripts.statistics import median, median_interval

_TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, facts: Mapping[str, Any]) -> str:
    """What a record says cannot become markup; a name that `facts` lacks is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(template).render(facts)


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
