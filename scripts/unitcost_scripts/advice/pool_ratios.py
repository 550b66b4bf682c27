"""What tasks take with a unit for each, in times of what they take with a pool (`pool_worth`).

A sweep ends where two lengths in a row differ by less than 5 %. Of longer tasks no difference is
predicted.
"""

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import EXTRAPOLATED, MEASURED, Prediction
from unitcost_scripts.runs.records import parameters_in
from unitcost_scripts.same_places import same_lengths, same_places
from unitcost_scripts.statistics import CONFIDENCE, Interval, median, median_interval

_SERIES = "advantage"
_INDIFFERENT = 0.05  # what the measure calls no difference

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
    pools: dict[str, dict[str, dict[float, Prediction]]] = {}
    for case in evidence.cases("pool_worth"):
        pool, model = parameters_in(case)["beside"], evidence.records(case)[0].model
        pools.setdefault(pool, {})[model] = _ratios(evidence, case)
    return {pool: _by_length(pool, found) for pool, found in pools.items()}


def _by_length(pool: str, found: dict[str, dict[float, Prediction]]) -> RatiosByLength:
    every = same_lengths(length for by_length in found.values() for length in by_length)
    by_place: RatiosByLength = {}
    for place in every:
        here = set(place)
        exactly = Prediction(1.0, Interval(1.0, 1.0, CONFIDENCE), MEASURED, ())
        by_place[min(here)] = {pool: exactly}
        for model, by_length in found.items():
            measured = [ratio for length, ratio in by_length.items() if length in here]
            if measured:
                by_place[min(here)][model] = measured[0]
            elif max(by_length, default=0.0) < min(here):
                by_place[min(here)][model] = _no_difference(by_length)
    return by_place


def _no_difference(by_length: dict[float, Prediction]) -> Prediction:
    cases = tuple({case for ratio in by_length.values() for case in ratio.cases})
    interval = Interval(1 / (1 + _INDIFFERENT), 1 + _INDIFFERENT, CONFIDENCE)
    return Prediction(1.0, interval, EXTRAPOLATED, cases)
