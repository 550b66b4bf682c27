"""The script of the report's page, and the policy by which a browser runs no other and fetches nothing."""

import base64
import hashlib
import json

from markupsafe import Markup

from unitcost_scripts.numbers import SCALES
from unitcost_scripts.page.rendering import TEMPLATES

_FILES = ("data.js", "tables.js", "charts.js", "marks.js", "start.js")


def script() -> str:
    """All of it, for one <script> element."""
    return "".join((TEMPLATES / "script" / name).read_text(encoding="utf-8") for name in _FILES)


def content_security_policy(of_script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(of_script.encode("utf-8")).digest()).decode("ascii")
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        f" script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def for_tables() -> dict[str, str]:
    """What a template takes whose page has tables to sort and filter, and nothing to draw."""
    return {
        "policy": content_security_policy(script()),
        "script": Markup(script()),
        "data": Markup(json.dumps({"scales": SCALES}, ensure_ascii=False)),
    }
