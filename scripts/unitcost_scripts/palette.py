"""One look per model, the same in every plot of every run.

Colours are Okabe and Ito's, joined by four of Paul Tol's "muted" scheme and two bright ones:
distinct under the common forms of colour blindness. Marker and hatch differ too, so that black and
white prints can be read.
"""

import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    colour: str
    marker: str
    hatch: str


_KNOWN = {
    "null": Look("#B8B8B8", "x", ""),
    "serial": Look("#000000", "+", "++"),
    "floor": Look("#5C3317", "P", "-"),
    "process": Look("#D55E00", "s", "//"),
    "process_pool": Look("#E69F00", "D", "\\\\"),
    "std_thread": Look("#0072B2", "o", "--"),
    "std_async": Look("#3344EE", "8", "--//"),
    "thread_pool": Look("#56B4E9", "p", "||"),
    "asio_pool": Look("#B366FF", "H", "||xx"),
    "tbb": Look("#CC79A7", "^", "xx"),
    "openmp": Look("#332288", "h", "OO"),
    "boost_context": Look("#117733", "d", "-\\"),
    "boost_fiber": Look("#009E73", "v", ".."),
    "asio": Look("#AA4499", "X", "xx//"),
    "stackful": Look("#999933", "<", "oo"),
    "stackless": Look("#882255", ">", "**"),
}

# Models that the table above does not know draw from these by their name, so they keep their look
# across runs.
_SPARE_COLOURS = ("#F0E442", "#88CCEE", "#DDCC77", "#44AA99", "#661100")
_SPARE_MARKERS = ("P", "h", "*", "d", "8", "1", "2", "3")
_SPARE_HATCHES = ("/", "\\", "-", "|", "x", ".", "o", "O")


def without_way(model: str) -> tuple[str, str]:
    """ "stackless over:io_uring" as the model and the way in which it does the same work."""
    base, _, way = model.partition(" ")
    return base, way


def look_of(model: str) -> Look:
    """How `model` is drawn. In another way ("stackless over:io_uring") it keeps its colour."""
    base, way = without_way(model)
    if way:
        return Look(look_of(base).colour, "*", look_of(base).hatch)
    known = _KNOWN.get(model)
    if known is not None:
        return known
    number = zlib.crc32(model.encode())
    colour = _SPARE_COLOURS[number % len(_SPARE_COLOURS)]
    number //= len(_SPARE_COLOURS)
    marker = _SPARE_MARKERS[number % len(_SPARE_MARKERS)]
    number //= len(_SPARE_MARKERS)
    return Look(colour, marker, _SPARE_HATCHES[number % len(_SPARE_HATCHES)])


def known_models() -> list[str]:
    """Those with a look of their own, as they are told: base lines, then heaviest first."""
    return list(_KNOWN)


def reading_order(model: str) -> tuple[int, str]:
    """Sorts models as a reader expects them; unknown ones follow by name."""
    names = known_models()
    base, _ = without_way(model)
    return (names.index(base) if base in names else len(names), model)
