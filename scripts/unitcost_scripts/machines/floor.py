"""The physical floor: what a machine itself takes for what every unit is made of.

The records say which they are: every metric of the model `floor` in the measure `primitives`.
Switches from thread to thread and from process to process are the measure `switch`'s; a run from
before there were primitives has a cache line's way in `ipc`.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from unitcost_scripts.runs.records import Quantity, parameters_in

SYSTEM_CALL, COMPUTE, CACHE_LINE = "system call", "step of computing", "cache line"
# What names a primitive in its metric, or else in its case; in the order in which they are told.
_NAMED = (
    ("system_call", SYSTEM_CALL),
    ("page_fault", "page fault"),
    ("copied", "memory copy"),
    ("memory_copy", "memory copy"),
    ("compute", COMPUTE),
    ("cache_line", CACHE_LINE),
)
_SWITCH = "switch/{model}/idle/by:futex/cores:{cores}/units:2"
_SWITCHED = (("std_thread", "thread"), ("process", "process"))
_STANDS_IN = {"ipc/floor/cache_line/size:8B/cores:2": CACHE_LINE}
# Ways in which the kernel hands over; by the others a unit hands over in user space.
_KERNEL_WAYS = ("futex", "condition_variable", "pipe", "eventfd")


class Measured(Protocol):
    """A summary of one run, or a comparison of two."""

    @property
    def case(self) -> str:
        ...

    @property
    def quantity(self) -> Quantity:
        ...


M = TypeVar("M", bound=Measured)


def _switch_name(what: str, cores: str) -> str:
    return f"{what} switch, {'one CPU' if cores == '1' else 'across CPUs'}"


_OF_CASE = {
    _SWITCH.format(model=model, cores=cores): _switch_name(what, cores)
    for model, what in _SWITCHED
    for cores in ("1", "2")
} | _STANDS_IN


def _primitive_of(case: str, metric: str) -> str | None:
    if case in _OF_CASE:
        return _OF_CASE[case]
    if not case.startswith("primitives/floor/"):
        return None
    for text in (metric, case):
        for mark, name in _NAMED:
            if mark in text:
                return name
    return metric.replace("_", " ")


def floor_of(measured: Iterable[M]) -> list[tuple[str, M]]:
    """Those that are of the floor, each with the primitive's name; stand-ins only where what they
    stand for is missing.
    """
    found = [(_primitive_of(each.case, each.quantity.name), each) for each in measured]
    named = [(name, each) for name, each in found if name is not None]
    genuine = {name for name, each in named if each.case not in _STANDS_IN}
    kept = [
        (name, each) for name, each in named if each.case not in _STANDS_IN or name not in genuine
    ]
    order = [*(name for _, name in _NAMED), *_OF_CASE.values()]
    return sorted(kept, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def leans_on(case: str) -> str | None:
    """The primitive beside which a case is read: the one that no model can do without there. None
    where that is several, or depends on the model.
    """
    measure, _, workload, *_ = case.split("/")
    parameters = parameters_in(case)
    if measure == "switch":
        in_kernel = parameters.get("by") in _KERNEL_WAYS
        return _switch_name("thread", parameters.get("cores", "1")) if in_kernel else COMPUTE
    if measure in ("throughput", "grain"):
        return COMPUTE
    return SYSTEM_CALL if (measure, workload) == ("latency", "echo") else None
