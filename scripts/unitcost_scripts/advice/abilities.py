"""What a model's units can and cannot do, as this run's records show it: nothing is known by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.runs.records import parameters_in
from unitcost_scripts.runs.summary import Summary
from unitcost_scripts.statistics import median, median_interval

# Ways to hand over that are calls to the kernel, so that a unit that waits by them is a task of it.
_KERNEL_WAYS = ("futex", "condition_variable", "pipe", "eventfd")


@dataclass(frozen=True)
class Finding:
    holds: bool | None  # None: this run does not tell
    why: str  # with case and lines


def _first(evidence: Evidence, measure: str, model: str, metric: str) -> Summary | None:
    for case in evidence.cases(measure, model):
        found = evidence.summary(case, metric)
        if found is not None:
            return found
    return None


def _fraction(evidence: Evidence, summary: Summary, of: str) -> tuple[float, float]:
    """A count, and what the case's name says that it is out of."""
    return summary.median, float(summary.parameters[of])


# What only models with units of their own are tried with: base lines have none.
_OF_UNITS = ("grain", "switch", "response", "burst")


def has_units(evidence: Evidence, model: str) -> bool:
    return any(evidence.cases(measure, model) for measure in _OF_UNITS)


def unit_is_kernel_task(evidence: Evidence, model: str) -> Finding:
    """Whether the kernel schedules each waiting unit by itself: a process, or a thread."""
    threads = _first(evidence, "containment", model, "thread_ids")
    if threads is not None:
        found, units = _fraction(evidence, threads, "units")
        if found == units:
            why = f"{units:.0f} units live in {found:.0f} threads"
            return Finding(True, f"{why} ({evidence.cited(threads.case)})")
    for case in evidence.cases("switch", model):
        way = parameters_in(case).get("by")
        if way in _KERNEL_WAYS:
            return Finding(True, f"its units hand over by {way} ({evidence.cited(case)})")
    if threads is not None:
        return Finding(
            False,
            f"{units:.0f} units live in {_threads(found)}: one that blocks it blocks them all"
            f" ({evidence.cited(threads.case)})",
        )
    return Finding(None, evidence.why_not(model, "containment"))


def _threads(count: float) -> str:
    return "one thread" if count == 1 else f"{count:.0f} threads"


def unit_is_worker(evidence: Evidence, model: str) -> Finding:
    """Whether what waits is a worker that stays, and what computes a task in its queue."""
    threads = _first(evidence, "containment", model, "thread_ids")
    if threads is None:
        return Finding(None, evidence.why_not(model, "containment"))
    found, units = _fraction(evidence, threads, "units")
    holds = found < units and bool(unit_is_kernel_task(evidence, model).holds)
    return Finding(
        holds, f"{units:.0f} tasks in {_threads(found)} ({evidence.cited(threads.case)})"
    )


def _isolation(evidence: Evidence, model: str) -> Finding:
    """Who dies takes no other unit with it, and its starter's memory is its own."""
    survivors = _survivors(evidence, model)
    seen = _first(evidence, "isolation", model, "seen_by_starter")
    if not survivors or seen is None:
        missing = "isolation" if survivors else "blast_radius"
        return Finding(None, evidence.why_not(model, missing))
    best = max(survivors, key=lambda each: each.median)
    others = float(best.parameters.get("units") or best.parameters["tasks"]) - 1
    survived = f"{best.median:.0f} of {others:.0f} others outlive one ({evidence.cited(best.case)})"
    if best.median == others and seen.median > 0:
        return Finding(False, f"its starter sees what a unit writes ({evidence.cited(seen.case)})")
    return Finding(best.median == others, survived)


def _survivors(evidence: Evidence, model: str) -> list[Summary]:
    """Of each way to use the model the death that fewest others outlived."""
    worst: dict[str, Summary] = {}
    for case in evidence.cases("blast_radius", model):
        found = evidence.summary(case, "others_finished")
        if found is not None:
            so_far = worst.get(found.workload, found)
            worst[found.workload] = min(so_far, found, key=lambda each: each.median)
    return list(worst.values())


def shares_memory(evidence: Evidence, model: str) -> Finding:
    """Whether units live in their starter's address space."""
    seen = _first(evidence, "isolation", model, "seen_by_starter")
    if seen is None:
        return Finding(None, evidence.why_not(model, "isolation"))
    return Finding(seen.median > 0, evidence.cited(seen.case))


def _blocking_calls(evidence: Evidence, model: str) -> Finding:
    """A unit may block in the kernel, or in a library, without holding up the others."""
    return unit_is_kernel_task(evidence, model)


@dataclass(frozen=True)
class _Gain:
    """How many times what one CPU does; without an interval both ends are the median."""

    low: float
    high: float
    case: str


def _gain(values: Sequence[float], factor: float, case: str) -> _Gain:
    interval = median_interval(values)
    low, high = (interval.low, interval.high) if interval else (median(values), median(values))
    return _Gain(factor * low, factor * high, case)


def _parallelism(evidence: Evidence, model: str) -> Finding:
    """Several units make something go faster than one CPU could."""
    of_long_tasks = _rates_of_tasks(evidence, model)
    tried = [*_speedups(evidence, model), *of_long_tasks]
    if not tried:
        return Finding(None, evidence.why_not(model, "throughput"))
    surely = max(tried, key=lambda each: each.low)
    if surely.low > 1:
        return Finding(True, f"at best surely {_times(surely.low, evidence, surely.case)}")
    at_most = max(tried, key=lambda each: each.high)
    if at_most.high > 1:
        up_to = _times(at_most.high, evidence, at_most.case)
        return Finding(None, f"between {at_most.low:.2f} and {up_to}, which may be no gain")
    # Short tasks alone prove nothing: grain goes on to lengths at which any model is of use.
    said = f"no more than {_times(at_most.high, evidence, at_most.case)} was seen"
    return Finding(False if of_long_tasks else None, said)


def _times(gain: float, evidence: Evidence, case: str) -> str:
    return f"{gain:.2f} times what one CPU does ({evidence.cited(case)})"


def _speedups(evidence: Evidence, model: str) -> list[_Gain]:
    """Over plain calls, of task graphs."""
    return [
        _gain(found.values, 1, case)
        for case in evidence.cases("throughput", model)
        if (found := evidence.summary(case, "speedup")) is not None
        and int(found.parameters.get("workers", "1")) > 1
    ]


def _rates_of_tasks(evidence: Evidence, model: str) -> list[_Gain]:
    """Of waves of equal tasks: the highest rate of each repetition, in CPUs."""
    found = []
    for case in evidence.cases("grain", model):
        workers = int(parameters_in(case).get("workers", "1"))
        shares = [
            max((share for _, share in series.points), default=0.0)
            for record in evidence.records(case)
            for series in record.series.values()
            if series.y_name == "efficiency"
        ]
        if workers > 1 and shares:
            found.append(_gain(shares, workers, case))
    return found


NEEDS: dict[str, Callable[[Evidence, str], Finding]] = {
    "isolation": _isolation,
    "blocking-calls": _blocking_calls,
    "parallelism": _parallelism,
}
