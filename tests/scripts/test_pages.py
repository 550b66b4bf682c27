"""What all pages share is written once."""

import pytest
from unitcost_scripts.page import script
from unitcost_scripts.page.rendering import TEMPLATES, render

PAGES = ("report", "results", "compare")


def test_one_template_alone_has_the_head_and_the_end_of_a_page() -> None:
    whole = [
        path.name
        for path in TEMPLATES.rglob("*.j2")
        if any(
            tag in path.read_text(encoding="utf-8") for tag in ("<!DOCTYPE", "<head>", "</body>")
        )
    ]
    assert whole == ["base.html.j2"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_made_of_it(page: str) -> None:
    text = (TEMPLATES / f"{page}.html.j2").read_text(encoding="utf-8")
    assert text.startswith('{% extends "base.html.j2" %}')


def test_a_page_without_title_or_content_is_an_error() -> None:
    with pytest.raises(Exception, match="Required block 'title' not found"):
        render("base.html.j2", script.for_tables())
