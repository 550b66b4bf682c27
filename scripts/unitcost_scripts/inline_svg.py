"""Makes an SVG file part of an HTML page: several share one page without a clash of ids."""

import re
from html import escape

_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_PIXELS_PER_POINT = 1.45
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


def inline_svg(text: str, prefix: str, title: str) -> str:
    """The <svg> element alone: ids behind `prefix`, sized by the page, named for the blind."""
    text = _METADATA.sub("", _PROLOGUE.sub("", text, count=1))
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r'href="#', f'href="#{prefix}-', text)
    text = re.sub(r"url\(#", f"url(#{prefix}-", text)
    opening, rest = text.split(">", 1)
    opening = re.sub(r'\s(?:width|height)="[^"]*"', "", opening)
    style = f"max-width: {_natural_width(opening):.0f}px"
    return f'{opening} role="img" aria-label="{escape(title)}" style="{style}">{rest}'


def _natural_width(opening: str) -> float:
    """In pixels, so that text is equally large in all plots; the view box counts points."""
    found = re.search(r'viewBox="\S+ \S+ (\S+) ', opening)
    return float(found.group(1)) * _PIXELS_PER_POINT if found else 0.0
