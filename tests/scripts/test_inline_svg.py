"""SVG files become parts of one page, and what they have in common stands in it once."""

import re
import xml.etree.ElementTree as ET

from unitcost_scripts.page.inline_svg import SvgPage

HEAD = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="200pt" height="100pt" viewBox="0 0 200 100"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><about xmlns="urn:x">unseen</about></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
"""
MARKED = (
    HEAD
    + """<g id="figure_1"><g id="patch_1"><path d="M 0 100 \nL 200 100 \nz\n" style="fill: #ffffff"/></g>
 <g id="line2d_1"><defs><path id="m1a" d="M 0 3 \nC 0.756789 3 1.5 2 3 0 \n" style="stroke: #0072b2"/></defs>
 <g clip-path="url(#p7)"><use xlink:href="#m1a" x="12.3456" y="-0.04" style="fill: #0072b2"/></g></g>
 <g id="median|a/b/c|d"><text style="font: 9px 'DejaVu Sans'">2 &lt; 3</text></g></g>
 <defs><clipPath id="p7"><rect x="1.23456" y="2" width="3" height="4"/></clipPath></defs></svg>
"""
)
NUMBERS = {"median|a/b/c|d": "17"}


def test_an_svg_is_small_and_still_says_what_it_said() -> None:
    page = SvgPage(NUMBERS)
    svg = page.inline(MARKED, "A <title>")
    assert svg == (
        '<svg viewBox="0 0 200 100" role="img" aria-label="A &lt;title&gt;" style="--natural:290px">'
        '<g clip-path="url(#d1)"><use href="#d0" x="12.3" y="0" class="s1"/></g>'
        '<g data-mark="17"><text class="s2">2 &lt; 3</text></g></svg>'
    )
    assert page.stylesheet().splitlines() == [
        ".s0{stroke:#0072b2}",
        ".s1{fill:#0072b2}",
        ".s2{font:9px 'DejaVu Sans'}",
    ]
    ET.fromstring(page.definitions())
    assert '<path id="d0" d="M0 3C0.76 3 1.5 2 3 0" class="s0"/>' in page.definitions()
    assert '<clipPath id="d1"><rect x="1.23" y="2" width="3" height="4"/>' in page.definitions()


def test_what_two_svgs_share_stands_in_the_page_once() -> None:
    page = SvgPage(NUMBERS)
    first = page.inline(MARKED, "one")
    other_ids = MARKED.replace("m1a", "m9f").replace("p7", "p8")
    assert page.inline(other_ids, "one") == first
    assert len(re.findall(" id=", page.definitions())) == 2
    other_mark = MARKED.replace("C 0.756789", "C 0.1")
    assert 'href="#d2"' in page.inline(other_mark, "two")


def test_a_line_names_its_marks_in_their_order_and_what_is_not_known_has_no_name() -> None:
    page = SvgPage({"median|a/b/c|d": "17", "median|e/f/g|h": "4"})
    both = MARKED.replace("median|a/b/c|d", "median|e/f/g|h||median|a/b/c|d")
    assert 'data-mark="4 17"' in page.inline(both, "both")
    one_unknown = MARKED.replace("median|a/b/c|d", "median|e/f/g|h||median|x/y/z|d")
    assert "data-mark" not in page.inline(one_unknown, "one")
