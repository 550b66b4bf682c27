"""The script of the report's page, and the policy by which a browser runs no other and fetches nothing."""

import base64
import hashlib

from unitcost_scripts.html_page import TEMPLATES

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
