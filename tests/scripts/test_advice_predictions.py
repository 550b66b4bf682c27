"""Predictions of a task's time and of memory, and whether they are honest."""

import json
import re
from pathlib import Path

import advice_run
import pytest
from conftest import Command
from script_sandbox import ROOT
from synthetic_run import metric, record
from unitcost_scripts.advice import held_out
from unitcost_scripts.advice.cost_curve import CostCurve, Place
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.prediction import Prediction, neighbours_interval
from unitcost_scripts.advice.time_curves import request_curves, task_curves
from unitcost_scripts.advice.unit_memory import memory_by_model
from unitcost_scripts.machines.published import published_runs
from unitcost_scripts.runs import records, run_directory
from unitcost_scripts.runs.run_directory import Run
from unitcost_scripts.statistics import FEWEST_FOR_INTERVAL, Interval, median_interval

_PUBLISHED = published_runs(ROOT / "results")
_PREDICTED = (b'"measure":"grain"', b'"measure":"latency"', b'"measure":"footprint"')


def _place(length: float, overhead: float, count: int = 6) -> Place:
    return Place(length, tuple(overhead + index for index in range(count)), f"case at {length}")


_CURVE = CostCurve("fox", 0.5, (_place(100, 40), _place(200, 60), _place(400, 80)))


def test_a_measured_length_is_its_own_prediction() -> None:
    found = _CURVE.at(200)
    assert found.value == 100 + 62.5
    assert found.interval == Interval(160, 165, 0.95)
    assert (found.kind, found.cases) == ("measured", ("case at 200",))


def test_between_two_lengths_the_overhead_is_carried_from_both() -> None:
    found = _CURVE.at(300)
    assert found.value == 150 + (62.5 + 82.5) / 2
    # Halfway between both ends, and as much more as the two differ by.
    assert found.interval == Interval(150 + 70 - 20, 150 + 75 + 20, 0.95)
    assert found.kind == "interpolated" and found.cases == ("case at 200", "case at 400")


def test_nearer_to_one_side_there_is_less_room_for_a_bend() -> None:
    found = _CURVE.at(250)  # a quarter of the way
    assert found.interval == Interval(125 + 65 - 15, 125 + 70 + 15, 0.95)


def test_beyond_the_longest_the_overhead_stays_or_grows_with_the_length() -> None:
    found = _CURVE.at(1600)
    assert found.interval == Interval(800 + 80, 800 + 4 * 85, 0.95)
    assert found.value == 800 + 2 * 82.5
    assert found.kind == "extrapolated"


def test_below_the_shortest_the_overhead_is_as_there() -> None:
    found = _CURVE.at(10)
    assert found.value == 5 + 42.5
    assert found.interval == Interval(5 + 40 - 20, 5 + 65 + 20, 0.95)


def test_no_task_is_predicted_to_take_less_than_itself() -> None:
    curve = CostCurve("fox", 1, (_place(100, -300), _place(200, -300)))
    assert curve.at(150).value == 150
    assert curve.at(150).interval == Interval(150, 150, 0.95)


def test_too_few_repetitions_on_one_side_leave_no_interval() -> None:
    curve = CostCurve("fox", 1, (_place(100, 5, count=5), _place(200, 5)))
    assert curve.at(150).interval is None
    assert curve.at(200).interval is not None


def test_neighbours_that_agree_widen_nothing() -> None:
    assert neighbours_interval([[1, 2, 3, 4, 5, 6]] * 2) == Interval(1, 6, 0.95)
    assert neighbours_interval([]) is None


def test_the_fewest_for_an_interval_are_the_fewest() -> None:
    assert median_interval([1.0] * FEWEST_FOR_INTERVAL) is not None
    assert median_interval([1.0] * (FEWEST_FOR_INTERVAL - 1)) is None


def test_a_rate_turns_the_ends_around_and_none_is_without_bound() -> None:
    found = Prediction(4, Interval(2, 8, 0.95), "measured", ())
    assert found.inverse(16).interval == Interval(2, 8, 0.95)
    assert found.inverse(32).value == 8
    assert Prediction(4, Interval(0, 8, 0.95), "measured", ()).inverse(1).interval is None


def test_a_ratio_has_the_widest_interval_that_both_leave() -> None:
    first = Prediction(4, Interval(2, 8, 0.95), "measured", ())
    second = Prediction(2, Interval(1, 4, 0.95), "measured", ())
    assert first.ratio_to(second) == (2, Interval(0.5, 8, 0.95))


def test_an_interval_that_reaches_zero_bounds_no_ratio() -> None:
    first = Prediction(4, Interval(2, 8, 0.95), "measured", ())
    second = Prediction(2, Interval(0, 4, 0.95), "measured", ())
    assert first.ratio_to(second) == (2, None)


def test_lengths_that_few_repetitions_reached_are_left_out(tmp_path: Path) -> None:
    made = advice_run.records(10, models=["stackless"])
    reached = 0
    for each in made:
        if each["measure"] == "grain":
            reached += 1
            if reached > 5:
                each["series"][0]["points"].pop()
    (curve,) = task_curves(advice_run.evidence(tmp_path, made)).values()
    assert len(curve.places) == len(advice_run.LENGTHS_NS) - 1


def test_requests_of_the_nearest_number_of_connections_are_taken(tmp_path: Path) -> None:
    made = advice_run.records(6, models=["stackless"])
    for each in list(made):
        if each["measure"] == "latency":
            case = each["case"].replace("connections:64", "connections:1000")
            costs = [metric("cpu_ns_per_request", 500_000, "ns"), *each["metrics"][1:]]
            made.append(record(case, each["repetition"], costs))
    evidence = advice_run.evidence(tmp_path, made)
    assert "connections:64" in request_curves(evidence, 100)["stackless"].places[0].case
    assert "connections:1000" in request_curves(evidence, 500)["stackless"].places[0].case
    trials = held_out.trials_of(evidence)  # of both, whichever is asked for
    checked = [each.subject for each in trials if each.family == held_out.REQUESTS]
    assert ["connections:64" in each for each in checked] == [True, False]


def test_connections_with_which_nothing_computed_are_passed_over(tmp_path: Path) -> None:
    idle_ones = [
        record(
            "latency/stackless/echo/load:closed/connections:1000/bytes:64",
            index,
            [metric("cpu_ns_per_request", 500_000, "ns")],
        )
        for index in range(6)
    ]
    made = [*advice_run.records(6, models=["stackless"]), *idle_ones]
    curves = request_curves(advice_run.evidence(tmp_path, made), 1000)
    assert "connections:64" in curves["stackless"].places[0].case


def test_a_model_in_another_way_to_wait_is_no_place_of_it(tmp_path: Path) -> None:
    made = advice_run.records(6, models=["stackless"])
    ring = [
        record(
            "latency/stackless/mixed/over:io_uring/load:closed/connections:64/bytes:64"
            "/computing:5000",
            index,
            [metric("cpu_ns_per_request", 1, "ns"), metric("computing_ns", 1, "ns")],
        )
        for index in range(6)
    ]
    curves = request_curves(advice_run.evidence(tmp_path, [*ring, *made]), 64)
    assert [len(curve.places) for curve in curves.values()] == [3]


def test_memory_of_one_unit_is_measured_and_of_many_predicted(tmp_path: Path) -> None:
    evidence = advice_run.evidence(tmp_path, advice_run.records(6))
    memory = memory_by_model(evidence)["std_thread"]
    one, some, many = memory.of(1), memory.of(500), memory.of(100_000)
    assert (one.kind, some.kind, many.kind) == ("measured", "interpolated", "extrapolated")
    assert one.interval == memory.per_unit.interval
    assert many.value == pytest.approx(100_000 * one.value)


def test_steps_that_disagree_widen_the_memory_of_many(tmp_path: Path) -> None:
    made = advice_run.records(6, spread=0, models=["std_thread"])
    for each in made:
        if each["measure"] == "footprint" and each["series"]:
            each["series"][0]["points"][-1][1] += 100 * 36_000  # the last step is twice as dear
    memory = memory_by_model(advice_run.evidence(tmp_path, made))["std_thread"]
    interval = memory.of(100_000).interval
    assert interval is not None
    assert interval.low < 36_000e5 < 2 * 36_000e5 < interval.high


def test_an_honest_run_passes_its_check(tmp_path: Path) -> None:
    trials = held_out.trials_of(advice_run.evidence(tmp_path, advice_run.records()))
    every, *families = held_out.tallies(trials)
    kinds = [held_out.TASKS, held_out.REQUESTS, held_out.BEYOND, held_out.UNITS]
    assert [each.name for each in families] == kinds
    assert len(every.trials) == 4 * (8 + 1 + 3 + 1)
    assert every.is_honest and every.median_factor < 1.2


def test_a_planted_lie_is_found(tmp_path: Path) -> None:
    trials = held_out.trials_of(advice_run.evidence(tmp_path, advice_run.records(lie=1.5)))
    _, tasks, requests, beyond, units = held_out.tallies(trials)
    assert requests.share_inside == 0 and not requests.is_honest
    assert not beyond.is_honest  # longer requests are told from the lie
    assert tasks.is_honest and units.is_honest


def test_an_interval_that_says_nothing_is_not_honest(tmp_path: Path) -> None:
    trials = held_out.trials_of(advice_run.evidence(tmp_path, advice_run.records(spread=1.5)))
    every, *_ = held_out.tallies(trials)
    assert every.median_factor > held_out.WIDEST_FACTOR and not every.is_honest


def _what_is_predicted(published: Path) -> Run:
    """Its records of these measures, without the validation of all others: other tests see to that."""
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    lines = run_directory.journal_bytes(published)[1].splitlines()
    wanted = [
        records.from_document(json.loads(line), number, published.name)
        for number, line in enumerate(lines, start=1)
        if any(measure in line for measure in _PREDICTED)
    ]
    assert wanted, "the journal spells its measures in another way"
    return Run(published, manifest, tuple(wanted))


@pytest.mark.parametrize("published", _PUBLISHED, ids=lambda path: str(path.name))
def test_predictions_of_a_published_run_are_honest(published: Path) -> None:
    trials = held_out.trials_of(Evidence(_what_is_predicted(published)))
    if not trials:
        pytest.skip("it holds nothing that could be left out")
    every, *_ = held_out.tallies(trials)
    assert every.share_inside >= held_out.LEAST_SHARE_INSIDE, [
        each.subject for each in every.missed
    ]
    assert every.median_factor <= held_out.WIDEST_FACTOR


def test_the_command_prints_the_check(tmp_path: Path, command: Command) -> None:
    evidence = advice_run.evidence(tmp_path, advice_run.records(lie=1.5))
    code, out, _ = command("advise", evidence.run.path, "--check")
    assert code == 0
    (line,) = [each for each in out.splitlines() if each.startswith(held_out.REQUESTS)]
    assert line.split()[-1] == "no"
    assert re.search(
        r"missed: latency/\S+ at 10.0 µs: measured [0-9.]+ µs, predicted .* µs$", out, re.M
    )


def test_a_run_in_which_nothing_can_be_left_out_is_refused(
    tmp_path: Path, command: Command
) -> None:
    evidence = advice_run.evidence(tmp_path, advice_run.records(5))
    code, _, err = command("advise", evidence.run.path, "--check")
    assert code == 2 and "six repetitions" in err
