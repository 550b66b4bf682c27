"""How wide text becomes, so that a heading can be broken into lines before it is drawn."""

import functools

from matplotlib.font_manager import FontProperties, findfont, get_font

_POINTS_PER_INCH = 72
_FIXED_POINT = 65536  # how FreeType counts advances


@functools.cache
def _advance_points(character: str, size: float, weight: str) -> float:
    font = get_font(findfont(FontProperties(weight=weight)))
    font.set_size(size, _POINTS_PER_INCH)
    return float(font.load_char(ord(character)).linearHoriAdvance) / _FIXED_POINT


def inches(text: str, size: float, weight: str = "normal") -> float:
    """Without kerning, which only brings characters nearer to each other."""
    points = sum(_advance_points(character, size, weight) for character in text)
    return points / _POINTS_PER_INCH


def wrapped(text: str, limit_inches: float, size: float, weight: str = "normal") -> list[str]:
    """Lines of at most `limit_inches`, broken at spaces; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and inches(longer, size, weight) <= limit_inches:
            lines[-1] = longer
        elif word or not lines:
            lines.append(word)
    return lines
