"""What the eye would find wrong with a drawing and a program can: text that is cut off or lies on other
text, and marks beyond their axes.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

_TOUCHING = (
    0.5  # pixels by which boxes may lie in each other: they are a little larger than what is drawn
)


def _texts(figure: Figure, renderer: Any) -> list[tuple[str, Bbox]]:
    """All that is drawn; a tick outside its axis is not."""
    ticks_outside = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            shown = {id(tick) for tick in axis._update_ticks()}
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if id(tick) not in shown:
                    ticks_outside |= {id(tick.label1), id(tick.label2)}
    found = []
    for text in figure.findobj(Text):
        parents_hidden = text.axes is not None and not text.axes.get_visible()
        if text.get_text().strip() and text.get_visible() and not parents_hidden:
            if id(text) not in ticks_outside:
                found.append((text.get_text(), text.get_window_extent(renderer)))
    return found


def _overlap(first: Bbox, second: Bbox) -> bool:
    shared = Bbox.intersection(first, second)
    return shared is not None and min(shared.width, shared.height) > _TOUCHING


def _of_texts(texts: Sequence[tuple[str, Bbox]], sheet: Bbox) -> Iterator[str]:
    for text, box in texts:
        if box.x0 < sheet.x0 or box.y0 < sheet.y0 or box.x1 > sheet.x1 or box.y1 > sheet.y1:
            yield f"{text!r} is cut off"
    for (text, box), (other, other_box) in itertools.combinations(texts, 2):
        if _overlap(box, other_box):
            yield f"{text!r} lies on {other!r}"


def _of_legends(figure: Figure, renderer: Any) -> Iterator[str]:
    legends = [axes.get_legend() for axes in figure.axes] + figure.legends
    for legend in legends:
        if legend is None:
            continue
        box = legend.get_window_extent(renderer)
        for axes in figure.axes:
            if axes.get_visible() and _overlap(box, axes.get_window_extent(renderer)):
                yield f"a legend lies on the axes {axes.get_title(loc='left')!r}"
        sheet = figure.bbox
        if box.x0 < 0 or box.y0 < 0 or box.x1 > sheet.x1 or box.y1 > sheet.y1:
            yield "a legend is cut off"


def _of_marks(figure: Figure) -> Iterator[str]:
    for axes in figure.axes:
        inside = axes.get_window_extent()
        for line in axes.lines:
            if line.get_marker() in ("None", "", None) or not line.get_visible():
                continue
            half = 0 if line.get_marker() in "|_" else line.get_markersize() / 2 / 72 * figure.dpi
            for x, y in line.get_transform().transform(line.get_xydata()):
                # Zero is at the very edge, and half a mark beyond it can be seen all the same.
                if not (inside.x0 - 1 <= x <= inside.x1 - half and inside.y0 - 1 <= y <= inside.y1):
                    yield f"a mark is cut off in the axes {axes.get_title(loc='left')!r}"


def faults_of(figure: Figure) -> list[str]:
    """In words, each once."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = _texts(figure, renderer)
    found = [*_of_texts(texts, figure.bbox), *_of_legends(figure, renderer), *_of_marks(figure)]
    return list(dict.fromkeys(found))
