"""Which parameters belong to the workload, and tell panels apart, and which to a model, and tell
lines apart.
"""

from collections.abc import Sequence

from unitcost_scripts.runs.records import natural_order, parameters_in

Facet = tuple[tuple[str, str], ...]


def shared_keys(cases: Sequence[str]) -> set[str]:
    """The parameters that all these cases have: a model's own options are missing in others."""
    keys = [set(parameters_in(case)) for case in cases]
    return set.intersection(*keys) if keys else set()


def facet_of(case: str, keys: set[str], axis: str | None = None) -> Facet:
    """The values of the shared parameters, without the one that is the x axis."""
    parameters = parameters_in(case)
    return tuple((key, value) for key, value in parameters.items() if key in keys and key != axis)


def facet_order(facet: Facet) -> list[tuple[str, object]]:
    """Sorts facets by number where their values are numbers."""
    return [(key, natural_order(value)) for key, value in facet]


def facet_name(name: str, facet: Facet) -> str:
    """For files: "footprint-idle-touch-0"."""
    return "-".join([name, *(part for item in facet for part in item)])


def facet_title(name: str, facet: Facet) -> str:
    return "  ".join([name, *(f"{key}:{value}" for key, value in facet)])


def named(measure: str, workload: str) -> str:
    """ "latency echo": idle units do nothing that would have to be named."""
    return measure if workload == "idle" else f"{measure} {workload}"
