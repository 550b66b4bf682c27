"""HTML from templates: what a run says of itself never becomes markup, and the page's own script is the
only one that a browser runs.
"""

import base64
import functools
import hashlib
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")
_SCRIPT_FILES = ("data.js", "tables.js", "charts.js", "marks.js", "start.js")


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def rendered(template: str, **facts: Any) -> Markup:
    return Markup(_environment().get_template(template).render(facts))


def verbatim(name: str) -> Markup:
    """A file of ours that goes into the page as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def script() -> Markup:
    """All of it, for one <script> element."""
    return Markup("").join(verbatim(f"script/{name}") for name in _SCRIPT_FILES)


def content_security_policy(script: str) -> str:
    """Nothing is fetched, and of scripts only `script` runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        f" script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
