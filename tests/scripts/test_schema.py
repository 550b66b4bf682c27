"""results/schema.json takes what the design shows and refuses what breaks the contract."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import synthetic_run
from unitcost_scripts.errors import InputError
from unitcost_scripts.runs import schema

Document = dict[str, Any]
Fault = Callable[[Document], object]


def _record() -> Document:
    values = [synthetic_run.metric("switch_ns", 12.5, "ns")]
    return synthetic_run.record("switch/tbb/idle/by:yield/cores:1", 0, values)


def _without(key: str) -> Fault:
    def remove(document: Document) -> None:
        del document[key]

    return remove


def _with(**replaced: Any) -> Fault:
    return lambda document: document.update(replaced)


def _metric_with(**replaced: Any) -> Fault:
    return lambda document: document["metrics"][0].update(replaced)


def _conditions_with(**replaced: Any) -> Fault:
    return lambda document: document["conditions"].update(replaced)


_SERIES = {"name": "s", "label": "s", "x_name": "x", "x_unit": "1", "y_name": "y", "y_unit": "1"}
_HISTOGRAM = {"name": "h", "label": "h", "unit": "ns", "samples": 3, "percentiles": {"50": 1.0}}

RECORD_FAULTS: dict[str, Fault] = {
    **{
        f"no {key}": _without(key)
        for key in ("case", "measure", "model", "end", "reason", "metrics")
    },
    "another schema": _with(schema="unitcost.record/3"),
    "a case without workload": _with(case="switch/tbb"),
    "a case with an empty parameter": _with(case="switch/tbb/idle/by:"),
    "a model with a colon in its name": _with(model="go:1.22"),
    "a model whose name begins with a sign": _with(model="@go"),
    "a case of a model with a space in its name": _with(case="switch/go 1/idle"),
    "a negative repetition": _with(repetition=-1),
    "a fractional repetition": _with(repetition=0.5),
    "an unknown end": _with(end="fine"),
    "a skip without a reason": _with(end="skipped", reason=None),
    "a crash with an empty reason": _with(end="crashed", reason=""),
    "a discarded that is a number": _with(discarded=1),
    "a parameter that is an object": _with(parameters={"by": {}}),
    "a value that is text": _metric_with(value="12"),
    "a value that is null, as NaN becomes": _metric_with(value=None),
    "an unknown direction": _metric_with(direction="lower"),
    "an empty label": _metric_with(label=""),
    "half a fit": _metric_with(fit_low=1.0),
    "negative samples": _metric_with(samples=-1),
    "a time that is a fraction": _conditions_with(wall_ns=0.5),
    "a disturbed that is text": _conditions_with(disturbed="no"),
    "a point with one coordinate": _with(series=[{**_SERIES, "points": [[1]]}]),
    "a percentile above 100": _with(histograms=[{**_HISTOGRAM, "percentiles": {"101": 1.0}}]),
    "a checksum that is a number": _with(checks={"checksum": 12}),
    "a source that is a list": _with(sources={"switch_ns": []}),
}


@pytest.mark.parametrize("fault", RECORD_FAULTS)
def test_a_record_is_refused_for(fault: str) -> None:
    document = _record()
    RECORD_FAULTS[fault](document)
    with pytest.raises(InputError):
        schema.check(document, "record", "here")


MANIFEST_FAULTS: dict[str, Fault] = {
    **{f"no {key}": _without(key) for key in synthetic_run.MANIFEST if key != "memory_source"},
    "a tool without its commit": lambda document: document["tool"].pop("commit"),
    "a CPU count of zero": lambda document: document["machine"].update(logical_cpus=0),
    "CPUs as text": lambda document: document["machine"].update(cores_used="0-1"),
    "a library without a version": lambda document: document["libraries"].update(tbb=None),
    "a command line in one piece": _with(command_line="unitcost run"),
    "a contender that does not say what it is": _with(selection={"contenders": [{"name": "go"}]}),
    "a contender without a name": _with(selection={"contenders": [{"about": "go 1.22"}]}),
    "noise without an after": lambda document: document["noise"].pop("after"),
}


@pytest.mark.parametrize("fault", MANIFEST_FAULTS)
def test_a_manifest_is_refused_for(fault: str) -> None:
    document = copy.deepcopy(synthetic_run.MANIFEST)
    MANIFEST_FAULTS[fault](document)
    with pytest.raises(InputError):
        schema.check(document, "manifest", "here")


def test_an_error_names_the_place_and_the_field() -> None:
    document = _record()
    document["metrics"][0]["value"] = "12"
    with pytest.raises(
        InputError, match=r"line 3, field metrics/0/value: '12' is not of type 'number'"
    ):
        schema.check(document, "record", "line 3")


def test_keys_that_are_not_known_yet_are_allowed_everywhere() -> None:
    document = _record()
    document["later"] = document["metrics"][0]["later"] = document["conditions"]["later"] = 1
    schema.check(document, "record", "here")
    schema.check({**synthetic_run.MANIFEST, "later": 1}, "manifest", "here")


@pytest.mark.parametrize("direction", ["smaller", "greater", "neither"])
def test_a_metric_says_which_values_are_better_or_that_neither_are(direction: str) -> None:
    document = _record()
    document["metrics"][0]["direction"] = direction
    schema.check(document, "record", "here")


def test_a_contender_may_have_a_version_and_a_flag_in_its_name() -> None:
    case = "throughput/go-1.22@amd64+lto/fib/n:20"
    schema.check(synthetic_run.record(case), "record", "here")


@pytest.mark.parametrize("command", [{}, {"command": "./go"}], ids=["anonymous", "named"])
def test_a_manifest_may_name_contenders(command: Document) -> None:
    contenders = [{"name": "go", "about": "go 1.22", **command}]
    document = {**synthetic_run.MANIFEST, "selection": {"contenders": contenders}}
    schema.check(document, "manifest", "here")


def test_the_example_of_the_design_is_taken() -> None:
    document = {
        "schema": "unitcost.record/2",
        "case": "footprint/std_thread/idle/stack:default/touch:0",
        "measure": "footprint",
        "model": "std_thread",
        "workload": "idle",
        "parameters": {"stack": "default", "touch": 0, "units": [64, 128, 256, 512, 1024]},
        "repetition": 3,
        "end": "ok",
        "reason": None,
        "metrics": [
            synthetic_run.metric(
                "total_bytes_per_unit",
                35700.0,
                "bytes",
                fit_low=35500.0,
                fit_high=35900.0,
                samples=5,
            )
        ],
        "histograms": [],
        "checks": {"units": 1024, "checksum": "0f"},
        "sources": {"total_bytes_per_unit": "cgroup-v1 memory.usage_in_bytes"},
        "conditions": synthetic_run.CONDITIONS,
    }
    schema.check(document, "record", "here")
