"""A page of templates/, filled in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

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
