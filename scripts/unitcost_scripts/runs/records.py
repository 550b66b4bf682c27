"""A journal line as a typed value, made of what results/schema.json has accepted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unitcost_scripts.errors import InputError

Point = tuple[float, float]


@dataclass(frozen=True)
class Quantity:
    """What a number is: enough to head a table or an axis without knowing the measure."""

    name: str
    label: str
    unit: str
    direction: str  # "smaller" or "greater" is better, or "neither": a fact, no cost


@dataclass(frozen=True)
class Metric:
    quantity: Quantity
    value: float
    expected: tuple[float, float] | None  # a known answer: where the true value lies
    derived_from: str | None  # the metric that it is a function of, as a rate is of a time
    headline: bool  # a column of the answer table, where the case is a headline too
    samples: int | None  # how many observations the value was made of, where the record says it


@dataclass(frozen=True)
class Histogram:
    name: str
    label: str
    unit: str
    samples: int
    percentiles: Mapping[float, float]
    buckets: tuple[tuple[float, int], ...]  # (least value, how many)
    sub_buckets: int  # of HdrHistogram's layout; 0: quarter octaves


@dataclass(frozen=True)
class Series:
    name: str
    label: str
    x_name: str
    x_unit: str
    y_name: str
    y_unit: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Record:
    case: str
    measure: str
    model: str
    workload: str
    parameters: Mapping[str, Any]
    repetition: int
    end: str
    reason: str | None
    discarded: bool
    headline: bool  # stands for its model in the answer table
    metrics: Mapping[str, Metric]
    histograms: Mapping[str, Histogram]
    series: Mapping[str, Series]
    checks: Mapping[str, Any]  # how many units were to be, and were, and their checksums
    sources: Mapping[str, str]
    notes: tuple[str, ...]
    conditions: Mapping[str, Any]
    line: int  # in journal.jsonl, from 1

    @property
    def counted(self) -> bool:
        """Whether its numbers may be plotted, averaged or compared."""
        return self.end == "ok" and not self.discarded


def variant_of(case: str) -> str:
    """The key:value part of a case's name, "by:futex/cores:1"; empty where it has none."""
    return "/".join(case.split("/")[3:])


def parameters_in(case: str) -> dict[str, str]:
    """The parameters that tell this case from its siblings, as they are spelt in its name."""
    variant = variant_of(case)
    return dict(part.split(":", 1) for part in variant.split("/")) if variant else {}


# The parameters that say how a model does the work, and are no part of the work.
WAYS = ("over", "accept", "stacks")


def contestant_of(model: str, parameters: Mapping[str, str]) -> str:
    """Who is compared with others under the same work: "stackless", "stackless over:io_uring"."""
    return " ".join([model, *(f"{way}:{parameters[way]}" for way in WAYS if way in parameters)])


def natural_order(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which "units:64" comes before "units:1024"."""
    parts = re.split(r"(\d+)", text)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def _metric(document: Mapping[str, Any]) -> Metric:
    quantity = Quantity(
        document["name"], document["label"], document["unit"], document["direction"]
    )
    expected = None
    if "expected_low" in document:
        expected = (float(document["expected_low"]), float(document["expected_high"]))
    return Metric(
        quantity,
        float(document["value"]),
        expected,
        document.get("derived_from"),
        document.get("headline", False),
        document.get("samples"),
    )


def _histogram(document: Mapping[str, Any]) -> Histogram:
    percentiles = {float(rank): float(value) for rank, value in document["percentiles"].items()}
    return Histogram(
        document["name"],
        document["label"],
        document["unit"],
        document["samples"],
        dict(sorted(percentiles.items())),
        tuple((float(least), int(count)) for least, count in document.get("buckets", [])),
        document.get("sub_buckets", 0),
    )


def _series(document: Mapping[str, Any]) -> Series:
    return Series(
        name=document["name"],
        label=document["label"],
        x_name=document["x_name"],
        x_unit=document["x_unit"],
        y_name=document["y_name"],
        y_unit=document["y_unit"],
        points=tuple((float(x), float(y)) for x, y in document["points"]),
    )


def _check_consistent(record: Record, document: Mapping[str, Any], where: str) -> None:
    """What a JSON schema cannot say."""
    prefix = f"{record.measure}/{record.model}/{record.workload}"
    if record.case != prefix and not record.case.startswith(prefix + "/"):
        raise InputError(f"{where}: case {record.case!r} does not begin with {prefix!r}.")
    for kind, named in (
        ("metrics", record.metrics),
        ("histograms", record.histograms),
        ("series", record.series),
    ):
        if len(named) != len(document.get(kind, [])):
            raise InputError(f"{where}: two of the {kind} of case {record.case!r} share one name.")
    for metric in document["metrics"]:
        if "fit_low" in metric and metric["fit_low"] > metric["fit_high"]:
            raise InputError(f"{where}: fit_low of {metric['name']!r} is above its fit_high.")


def from_document(document: Mapping[str, Any], line: int, where: str) -> Record:
    """The record in a validated journal line."""
    metrics = [_metric(each) for each in document["metrics"]]
    record = Record(
        case=document["case"],
        measure=document["measure"],
        model=document["model"],
        workload=document["workload"],
        parameters=document["parameters"],
        repetition=document["repetition"],
        end=document["end"],
        reason=document["reason"],
        discarded=document.get("discarded", False),
        headline=document.get("headline", False),
        metrics={each.quantity.name: each for each in metrics},
        histograms={each["name"]: _histogram(each) for each in document.get("histograms", [])},
        series={each["name"]: _series(each) for each in document.get("series", [])},
        checks=document.get("checks", {}),
        sources=document.get("sources", {}),
        notes=tuple(document.get("notes", [])),
        conditions=document["conditions"],
        line=line,
    )
    _check_consistent(record, document, where)
    return record
