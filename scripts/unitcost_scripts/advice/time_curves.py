"""What a task costs under each model, over its length, as the run's records have it.

Of tasks that never wait: `grain`, waves of equal tasks on all workers, elapsed time a task. Of tasks
that wait once: a server's requests in a closed loop (`latency` of echo and mixed), CPU time a
request on one CPU, over the computing for each.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from unitcost_scripts.advice.cost_curve import CostCurve, Place
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.runs.records import WAYS, Point, Record, parameters_in
from unitcost_scripts.same_places import same_places
from unitcost_scripts.statistics import FEWEST_FOR_INTERVAL, median

_EFFICIENCY = "efficiency"
_COST, _COMPUTING = "cpu_ns_per_request", "computing_ns"
_REQUEST_WORKLOADS = ("echo", "mixed")
_FEWEST_PLACES = 2  # from one alone nothing follows for another

Curves = dict[str, CostCurve]  # by model


def _overheads(record: Record, workers: int) -> list[Point]:
    """(task length, what a task took beyond its share of the workers)."""
    points = [
        point
        for series in record.series.values()
        if series.y_name == _EFFICIENCY
        for point in series.points
    ]
    return [
        (length, length / workers / share - length / workers)
        for length, share in points
        if share > 0
    ]


def _places(points: Iterable[Point], case: str, repetitions: int) -> tuple[Place, ...]:
    """Where at least half of the repetitions have been, and enough of them for an interval unless all
    are too few."""
    fewest = min(repetitions, max(FEWEST_FOR_INTERVAL, repetitions / 2))
    return tuple(
        Place(median([length for length, _ in found]), tuple(over for _, over in found), case)
        for found in same_places(points)
        if len(found) >= fewest
    )


def task_curves(evidence: Evidence) -> Curves:
    """Each model on as many workers as it was tried with."""
    chosen: dict[str, tuple[int, str]] = {}
    for case in evidence.cases("grain"):
        model = evidence.records(case)[0].model
        found = (int(parameters_in(case).get("workers", "1")), case)
        chosen[model] = max(chosen.get(model, found), found)
    curves = {}
    for model, (workers, case) in chosen.items():
        records = evidence.records(case)
        points = [point for record in records for point in _overheads(record, workers)]
        places = _places(points, case, len(records))
        if len(places) >= _FEWEST_PLACES:
            curves[model] = CostCurve(model, 1 / workers, places)
    return curves


def why_no_curve(evidence: Evidence, model: str, waits: bool) -> str:
    measure = "latency" if waits else "grain"
    if not evidence.cases(measure, model):
        return evidence.why_not(model, measure)
    of = "requests that compute (latency of mixed)" if waits else "tasks of two lengths (grain)"
    return f"{measure}: {of} were not measured"


Setting = tuple[tuple[str, str], ...]


def _is_request(record: Record, parameters: Mapping[str, str]) -> bool:
    """Under way in a closed loop, in the model's first way to wait."""
    return (
        record.workload in _REQUEST_WORKLOADS
        and parameters.get("load") == "closed"
        and not set(WAYS) & set(parameters)
        and _COST in record.metrics
        and (record.workload == "echo" or _COMPUTING in record.metrics)
    )


def _request_place(records: Iterable[Record], case: str) -> Place:
    """A request of echo computes nothing; the others say how long their computing takes alone."""
    pairs = [
        (each.metrics[_COST].value, each.metrics[_COMPUTING].value)
        if _COMPUTING in each.metrics
        else (each.metrics[_COST].value, 0.0)
        for each in records
    ]
    overheads = tuple(cost - computing for cost, computing in pairs)
    return Place(median([computing for _, computing in pairs]), overheads, case)


def _curves_through(places_by_model: Mapping[str, Sequence[Place]]) -> Curves:
    """Of those models that were tried with enough lengths."""
    return {
        model: CostCurve(model, 1.0, tuple(sorted(places, key=lambda each: each.length_ns)))
        for model, places in places_by_model.items()
        if len(places) >= _FEWEST_PLACES
    }


def request_curves_by_setting(evidence: Evidence) -> dict[Setting, Curves]:
    """Of each setting with which requests that compute were measured, too."""
    found: dict[Setting, dict[str, list[Place]]] = {}
    for case in evidence.cases("latency"):
        records = evidence.records(case)
        parameters = parameters_in(case)
        if not _is_request(records[0], parameters):
            continue
        setting = tuple(item for item in parameters.items() if item[0] != "computing")
        places = found.setdefault(setting, {}).setdefault(records[0].model, [])
        places.append(_request_place(records, case))
    return {
        setting: curves
        for setting, by_model in found.items()
        if (curves := _curves_through(by_model))
    }


def request_curves(evidence: Evidence, units: int) -> Curves:
    """Measured with as nearly so many connections as there are, all models with the same."""
    tried = request_curves_by_setting(evidence)
    if not tried:
        return {}
    return tried[min(tried, key=lambda setting: _distance(setting, units))]


def _distance(setting: Setting, units: int) -> tuple[float, float]:
    """First by the number of connections, then by the size of their messages."""
    parameters = dict(setting)
    connections = int(parameters.get("connections", "1"))
    return abs(math.log(connections / units)), float(parameters.get("bytes", "0"))
