"""Repetitions become one line per case and metric: median, interval, count."""

from collections.abc import Iterable
from dataclasses import dataclass

from unitcost_scripts.runs.records import Quantity, Record, parameters_in, variant_of
from unitcost_scripts.statistics import Interval, median, median_interval


@dataclass(frozen=True)
class Summary:
    case: str
    measure: str
    model: str
    workload: str
    quantity: Quantity
    values: tuple[float, ...]  # by the order of time
    expected: tuple[float, float] | None  # a known answer
    derived: bool  # a function of another metric of the case
    source: str

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def interval(self) -> Interval | None:
        return median_interval(self.values)

    @property
    def parameters(self) -> dict[str, str]:
        return parameters_in(self.case)

    @property
    def variant(self) -> str:
        return variant_of(self.case)


def summarise(counted: Iterable[Record]) -> list[Summary]:
    """One summary for each (case, metric), sorted by case; metrics as the record orders them."""
    values: dict[tuple[str, str], list[float]] = {}
    first: dict[tuple[str, str], Record] = {}
    for record in counted:
        for name, metric in record.metrics.items():
            values.setdefault((record.case, name), []).append(metric.value)
            first.setdefault((record.case, name), record)
    found = [
        Summary(
            case=case,
            measure=record.measure,
            model=record.model,
            workload=record.workload,
            quantity=record.metrics[name].quantity,
            values=tuple(values[case, name]),
            expected=record.metrics[name].expected,
            derived=record.metrics[name].derived_from is not None,
            source=record.sources.get(name, ""),
        )
        for (case, name), record in first.items()
    ]
    return sorted(found, key=lambda summary: summary.case)


def select(summaries: Iterable[Summary], measure: str, metric: str | None = None) -> list[Summary]:
    """Those of one measure, and of one metric if it is named."""
    return [
        summary
        for summary in summaries
        if summary.measure == measure and metric in (None, summary.quantity.name)
    ]
