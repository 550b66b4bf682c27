"""Who still fits, and who of them is best, over the units in flight and the memory there is; and what
was measured of a burst where memory or tasks are limited.
"""

from collections.abc import Iterator, Mapping, Sequence

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.limits import Limit, limits_of
from unitcost_scripts.advice.prediction import MEASURED, Prediction
from unitcost_scripts.advice.time_curves import request_curves
from unitcost_scripts.advice.unit_memory import memory_by_model
from unitcost_scripts.numbers import humanise
from unitcost_scripts.palette import look_of, reading_order
from unitcost_scripts.plots.canvas import Drawing, panels, sheet
from unitcost_scripts.plots.choice_map import (
    EXPLAINED,
    Choice,
    cheapest,
    draw_choices,
    explain_choices,
)
from unitcost_scripts.plots.facets import Facet, facet_of, facet_order
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.runs.summary import Summary, select

_UNITS = tuple(10**power for power in range(8))
_CAPS = tuple(2.0**power for power in (20, 24, 28, 30, 32, 34, 36, 40))
_IN_FLIGHT = 64  # of the connections whose requests were timed the number nearest to it
_BURST = {"answered": "answered at all", "answered_in_time": "answered within 0.1 s"}
_BURST_FACETS = {"burst", "limit", "at_most"}

Choices = dict[tuple[int, int], Choice]


class _Fit:
    """Which models find room for so many units in so much memory."""

    def __init__(self, evidence: Evidence) -> None:
        self.memory = memory_by_model(evidence)
        self._limits: dict[str, list[Limit]] = {
            model: limits_of(evidence, model, unit) for model, unit in self.memory.items()
        }

    def of(self, units: int, cap_bytes: float) -> tuple[dict[str, Prediction], set[str]]:
        """Those that may fit, and of these the ones that surely do."""
        may: dict[str, Prediction] = {}
        surely = set()
        for model, unit in self.memory.items():
            if any(limit.units < units for limit in self._limits[model]):
                continue
            needed = unit.of(units)
            low, high = _ends(needed)
            if low <= cap_bytes:
                may[model] = needed
            if high <= cap_bytes:
                surely.add(model)
        return may, surely


def _ends(needed: Prediction) -> tuple[float, float]:
    interval = needed.interval
    if interval is None:
        return needed.value, needed.value
    return interval.low, interval.high


def _dearest(may: Mapping[str, Prediction], surely: set[str]) -> Choice:
    """Of those that fit; with all that cannot be told from it, or of which it is not sure."""
    if not may:
        return Choice((), True, True)
    sure = {model: may[model] for model in surely}
    top = max(sure.values() or may.values(), key=lambda each: each.value)
    alike = [
        model
        for model, each in may.items()
        if each.overlaps(top) or (each.value > top.value and model not in surely)
    ]
    return Choice(
        tuple(sorted(alike, key=reading_order)),
        all(may[model].is_measured for model in alike),
        all(each.interval is not None for each in may.values()),
    )


def _best(may: Mapping[str, Prediction], requests: Mapping[str, Prediction]) -> Choice | None:
    """Whoever takes least CPU time for a request; that it fits was predicted."""
    timed = {model: requests[model] for model in may if model in requests}
    if not timed:
        return None if may else Choice((), True, True)
    found = cheapest(timed)
    is_measured = all(may[model].is_measured for model in found.winners)
    return Choice(found.winners, is_measured and found.is_measured, found.has_interval)


def _caps(run: Run) -> list[float]:
    """Up to what the machine has."""
    has_bytes = run.manifest["machine"].get("memory_bytes") or max(_CAPS)
    return [cap for cap in _CAPS if cap <= has_bytes] or [min(_CAPS)]


def _maps(
    caps: Sequence[float], fit: _Fit, requests: Mapping[str, Prediction]
) -> dict[str, Choices]:
    """By the panel's title."""
    dearest: Choices = {}
    best: Choices = {}
    for x, units in enumerate(_UNITS):
        for y, cap in enumerate(caps):
            may, surely = fit.of(units, cap)
            dearest[x, y] = _dearest(may, surely)
            chosen = _best(may, requests)
            if chosen is not None:
                best[x, y] = chosen
    maps = {"who takes most memory of those that fit: all that take less fit too": dearest}
    if requests:
        maps["who takes least CPU time for a request of those that fit"] = best
    return maps


def _draw_fit(run: Run, evidence: Evidence, fit: _Fit) -> Drawing:
    curves = request_curves(evidence, _IN_FLIGHT)
    requests = {model: curve.at(0) for model, curve in curves.items() if model in fit.memory}
    caps = _caps(run)
    maps = _maps(caps, fit, requests)
    drawing = sheet(
        run,
        "crossover-memory",
        "crossover: which models fit, by units in flight and memory",
        "memory of idle units, predicted from the slope (footprint), within the limits that are known;"
        " requests: CPU time of an echo",
        width_inches=10,
        plot_inches=len(maps) * (0.95 + 0.34 * len(caps)),
        drawn=EXPLAINED,
    )
    grid = panels(drawing, len(maps), 1)[:, 0]
    for axes, (title, choices) in zip(grid, maps.items(), strict=True):
        labels = [f"{units:,}" for units in _UNITS]
        draw_choices(axes, choices, labels, [humanise(cap, "bytes") for cap in caps], look_of)
        axes.set_title(title)
        axes.set_xlabel("units in flight")
        axes.set_ylabel("memory")
        models = sorted(fit.memory, key=reading_order)
        explain_choices(axes, list(choices.values()), look_of, models)
    return drawing


def _burst_choices(measured: Sequence[Summary], facets: Sequence[Facet]) -> Choices:
    choices: Choices = {}
    for x, facet in enumerate(facets):
        for y, metric in enumerate(_BURST):
            failed = {
                each.model: _failures(each)
                for each in select(measured, "burst", metric)
                if facet_of(each.case, _BURST_FACETS) == facet
            }
            if failed:
                choices[x, y] = cheapest(failed)
    return choices


def _draw_burst(run: Run, measured: Sequence[Summary]) -> Drawing:
    facets = sorted({facet_of(each.case, _BURST_FACETS) for each in measured}, key=facet_order)
    choices = _burst_choices(measured, facets)
    drawing = sheet(
        run,
        "crossover-burst",
        "crossover: who answers most of a burst where memory or tasks are limited",
        "requests that were answered, of those at once and a few before and after them (burst)",
        width_inches=9,
        plot_inches=2.6,
        drawn=EXPLAINED,
    )
    axes = panels(drawing, 1, 1)[0][0]
    labels = ["\n".join(f"{key}:{value}" for key, value in facet) for facet in facets]
    draw_choices(axes, choices, labels, list(_BURST.values()), look_of)
    models = sorted({each.model for each in measured}, key=reading_order)
    explain_choices(axes, list(choices.values()), look_of, models)
    return drawing


def _failures(answered: Summary) -> Prediction:
    """More answers are better, so what is compared is the answers' negative."""
    return Prediction(answered.median, answered.interval, MEASURED, (answered.case,)).negative()


def draw(run: Run, summaries: Sequence[Summary]) -> Iterator[Drawing]:
    """Of models that stand in the answer table with their memory."""
    evidence = Evidence(run)
    fit = _Fit(evidence)
    if fit.memory:
        yield _draw_fit(run, evidence, fit)
    measured = [
        each
        for each in select(summaries, "burst")
        if each.workload == "requests"
        and each.quantity.name in _BURST
        and evidence.records(each.case)
    ]
    if measured:
        yield _draw_burst(run, measured)
