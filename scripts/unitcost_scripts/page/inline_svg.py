"""Makes SVG files part of one HTML page, small: what they have in common stands in the page once, styles
as classes, marks and hatches as definitions, and no place is told to more than a tenth of a point.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from unitcost_scripts.plots.marks import names_in

_PIXELS_PER_POINT = 1.45  # so that text is equally large in all plots; the view box counts points
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_BACKGROUND = "fill: #ffffff"  # of sheet and axes: the page has its own
_NUMBER = re.compile(r"-?\d+\.\d+")
_AROUND_LETTERS = re.compile(r" *([A-Za-z]) *")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_SKIPPED = frozenset(f"{_SVG}{name}" for name in ("defs", "metadata", "title"))
_DRAWN_DIGITS, _DEFINED_DIGITS = 1, 2  # a mark is small, and drawn many times


def _rounded(text: str, digits: int) -> str:
    def shorter(found: re.Match[str]) -> str:
        value = f"{float(found[0]):.{digits}f}".rstrip("0").rstrip(".")
        return "0" if value in ("-0", "") else value

    return _NUMBER.sub(shorter, text)


def _path(text: str, digits: int) -> str:
    """ "M 1.04 2 L 3 4.26" as "M1 2L3 4.3"."""
    return _AROUND_LETTERS.sub(r"\1", _rounded(" ".join(text.split()), digits))


def _style(text: str) -> str:
    return _rounded(text.strip().rstrip(";").replace(": ", ":").replace("; ", ";"), 2)


@dataclass
class SvgPage:
    """Collects what the SVGs of a page share: `inline` all of them before asking for it."""

    numbers: Mapping[str, str]  # a mark's name -> what the page's script knows it by
    _classes: dict[str, str] = field(default_factory=dict)  # style -> name
    _definitions: dict[str, str] = field(default_factory=dict)  # element -> id

    def inline(self, text: str, title: str) -> str:
        """The <svg> element alone, sized by the page, named for who does not see it."""
        return _Inliner(self, ET.fromstring(text)).written(title)

    def stylesheet(self) -> str:
        return "\n".join(f".{name}{{{style}}}" for style, name in self._classes.items())

    def definitions(self) -> str:
        """The elements that the SVGs refer to; has to stand in the page once, and is not seen."""
        whole = "".join(
            re.sub(r"^<(\w+)", rf'<\1 id="{name}"', element)
            for element, name in self._definitions.items()
        )
        return f'<svg width="0" height="0" aria-hidden="true"><defs>{whole}</defs></svg>'

    def class_of(self, style: str) -> str:
        return self._classes.setdefault(style, f"s{len(self._classes)}")

    def define(self, element: str) -> str:
        return self._definitions.setdefault(element, f"d{len(self._definitions)}")


class _Inliner:
    """One SVG file on its way into the page."""

    def __init__(self, page: SvgPage, root: ET.Element) -> None:
        self._page = page
        self._root = root
        self._names: dict[str, str] = {}  # a definition's id in the file -> in the page

    def written(self, title: str) -> str:
        for holder in self._root.iter(f"{_SVG}defs"):
            for element in holder:
                if "id" in element.attrib:
                    written = self._element(element, _DEFINED_DIGITS)
                    self._names[element.attrib["id"]] = self._page.define(written)
        box = _rounded(self._root.get("viewBox", "0 0 0 0"), _DRAWN_DIGITS)
        width = float(box.split()[2]) * _PIXELS_PER_POINT
        return (
            f'<svg viewBox="{box}" role="img" aria-label="{escape(title)}"'
            f' style="--natural:{width:.0f}px">{self._children(self._root, _DRAWN_DIGITS)}</svg>'
        )

    def _children(self, parent: ET.Element, digits: int) -> str:
        return "".join(
            self._element(child, digits)
            for child in parent
            if child.tag not in _SKIPPED and child.get("style") != _BACKGROUND
        )

    def _element(self, element: ET.Element, digits: int) -> str:
        """A group that says nothing of what is in it is left out, and so is one of nothing."""
        name = element.tag.removeprefix(_SVG)
        attributes = "".join(self._attribute(key, value, digits) for key, value in element.items())
        inner = escape((element.text or "").strip()) + self._children(element, digits)
        if name == "g" and not (attributes and inner):
            return inner
        return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"

    def _attribute(self, name: str, value: str, digits: int) -> str:
        if name == "id":
            known = [self._page.numbers.get(each, "") for each in names_in(value)]
            return f' data-mark="{" ".join(known)}"' if all(known) else ""
        if name == "style":
            return f' class="{self._page.class_of(self._referring(_style(value)))}"'
        if name == _HREF and value.startswith("#"):
            return f' href="#{self._names[value[1:]]}"'
        if name == _HREF:
            return f' href="{escape(value)}"'
        shorter = _path(value, digits) if name == "d" else _rounded(value, digits)
        return f' {name}="{escape(self._referring(shorter))}"'

    def _referring(self, text: str) -> str:
        return _REFERENCE.sub(lambda found: f"url(#{self._names[found[1]]})", text)
