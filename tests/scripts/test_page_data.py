"""What the page's script is told of a run."""

import json
from pathlib import Path
from typing import Any

from synthetic_run import metric, record, repeated, series, write_run
from unitcost_scripts.page import data
from unitcost_scripts.plots.marks import name_of_curve, name_of_median
from unitcost_scripts.runs import run_directory
from unitcost_scripts.runs.summary import summarise


def _told(tmp_path: Path, records: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, str]]:
    run = run_directory.load(write_run(tmp_path, records))
    summaries, curves = summarise(run.counted), data.all_curves(run)
    document = data.document(run, summaries, curves)
    assert "<" not in document  # it stands in a script element
    return json.loads(document), data.mark_numbers(summaries, curves)


def test_each_median_comes_with_its_interval_and_with_all_values_by_their_lines(
    tmp_path: Path,
) -> None:
    case = "switch/tbb/idle/by:yield"
    spoilt = {**record(case, 9, [metric("switch_ns", 99.0, "ns")]), "discarded": True}
    others = repeated("switch/stackful/idle/by:yield", [0.123456789])
    records = [spoilt, *repeated(case, [10, 11, 12, 13, 14, 15]), *others]
    told, numbers = _told(tmp_path, records)
    row = told["rows"][int(numbers[name_of_median(case, "switch_ns")])]
    case_at, quantity_at, source_at, lines_at, *values = row
    assert told["cases"][case_at] == case
    assert told["quantities"][quantity_at] == ["switch_ns", "switch ns", "ns", "smaller"]
    assert told["sources"][source_at] == "synthetic"
    assert told["lines"][lines_at] == [2, 3, 4, 5, 6, 7]
    assert values == [12.5, 10, 15, [10, 11, 12, 13, 14, 15]]
    assert told["rows"][0][4:] == [0.123456789, None, None, [0.123457]]


def test_models_come_in_reading_order_with_their_colours(tmp_path: Path) -> None:
    records = [
        each for model in ("stackless", "process") for each in repeated(f"switch/{model}/idle", [1])
    ]
    told, _ = _told(tmp_path, records)
    assert list(told["models"].items()) == [("process", "#D55E00"), ("stackless", "#882255")]


def test_curves_are_told_point_by_point_with_their_range(tmp_path: Path) -> None:
    curves = [series("foxes", [[1.0, low], [2.0, 3.0]]) for low in (2.0, 4.0)]
    records = [
        record("zoology/fox/meadow", index, series=[curve]) for index, curve in enumerate(curves)
    ]
    told, numbers = _told(tmp_path, records)
    assert numbers[name_of_curve("zoology/fox/meadow", "foxes")] == "c0"
    case, label, *axes, lines_at, x, y, low, high = told["curves"][0]
    assert told["lines"][lines_at] == [1, 2]
    assert (case, label, axes) == ("zoology/fox/meadow", "foxes", ["time", "ns", "foxes", "1"])
    assert (x, y, low, high) == ([1, 2], [3, 3], [2, 3], [4, 3])


def test_what_a_record_says_cannot_end_the_script_element(tmp_path: Path) -> None:
    label = "</script><b>fox</b>"
    told, _ = _told(tmp_path, [record("a/b/c", 0, [metric("d", 1.0, "1", label=label)])])
    assert told["quantities"][0][1] == label
