"""What tasks take with a unit for each, in times of what they take with a pool (`pool_worth`)."""

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import MEASURED, Prediction
from unitcost_scripts.records import parameters_in
from unitcost_scripts.same_places import same_places
from unitcost_scripts.statistics import CONFIDENCE, Interval, median, median_interval

_SERIES = "advantage"

RatiosByLength = dict[float, dict[str, Prediction]]  # by a task's length in ns, then by model


def _ratios(evidence: Evidence, case: str) -> dict[float, Prediction]:
    """By length, where at least half of the repetitions have been."""
    records = evidence.records(case)
    points = [
        point
        for record in records
        if _SERIES in record.series
        for point in record.series[_SERIES].points
    ]
    found = {}
    for place in same_places(points):
        if 2 * len(place) >= len(records):
            ratios = [ratio for _, ratio in place]
            length_ns = median([length for length, _ in place])
            interval = median_interval(ratios)
            found[length_ns] = Prediction(median(ratios), interval, MEASURED, (case,))
    return found


def ratios_beside(evidence: Evidence) -> dict[str, RatiosByLength]:
    """By the pool, which takes exactly once what it takes itself."""
    pools: dict[str, list[tuple[float, str, Prediction]]] = {}
    for case in evidence.cases("pool_worth"):
        pool, model = parameters_in(case)["beside"], evidence.records(case)[0].model
        for length_ns, ratio in _ratios(evidence, case).items():
            pools.setdefault(pool, []).append((length_ns, model, ratio))
    return {pool: _by_length(pool, found) for pool, found in pools.items()}


def _by_length(pool: str, found: list[tuple[float, str, Prediction]]) -> RatiosByLength:
    by_length: RatiosByLength = {}
    lengths = same_places((length_ns, 0.0) for length_ns, _, _ in found)
    for place in lengths:
        here = {length_ns for length_ns, _ in place}
        ratios = {model: ratio for length_ns, model, ratio in found if length_ns in here}
        exactly = Interval(1.0, 1.0, CONFIDENCE)
        cases = tuple(case for ratio in ratios.values() for case in ratio.cases)
        by_length[min(here)] = {pool: Prediction(1.0, exactly, MEASURED, cases), **ratios}
    return by_length
