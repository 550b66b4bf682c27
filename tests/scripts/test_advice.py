"""Which model suits which need: ranked, ruled out or not judged, each with its reason."""

from pathlib import Path

import advice_run
import pytest
from synthetic_run import Document, metric, record
from unitcost_scripts.advice import wording
from unitcost_scripts.advice.evidence import Evidence
from unitcost_scripts.advice.question import Question
from unitcost_scripts.advice.ranking import Advice, Candidate, advise

_GIB = 2.0**30
_MS = 1e6


def _places(advice: Advice) -> dict[str, int]:
    return {each.candidate.model: each.place for each in advice.ranked}


def _one(candidates: tuple[Candidate, ...], model: str) -> Candidate:
    (found,) = [each for each in candidates if each.model == model]
    return found


def test_idle_units_are_ranked_by_their_memory(evidence: Evidence) -> None:
    advice = advise(evidence, Question(1_000))
    assert _places(advice) == {"stackless": 1, "std_thread": 2, "thread_pool": 2, "process": 4}
    memory = advice.ranked[0].candidate.memory
    assert memory is not None and memory.interval is not None
    assert memory.interval.low <= 100_000 <= memory.interval.high


def test_tasks_that_compute_are_ranked_by_their_time_on_all_cpus(evidence: Evidence) -> None:
    advice = advise(evidence, Question(10, 10 * 1e3))
    assert _places(advice) == {"stackless": 1, "thread_pool": 2, "std_thread": 3, "process": 4}
    cost, rate = advice.ranked[0].candidate.cost, advice.ranked[0].candidate.rate
    assert cost is not None and rate is not None
    assert cost.value == pytest.approx(10_000 / 2 + 500, rel=0.02)
    assert rate.value == pytest.approx(1e9 / cost.value)


def test_tasks_that_wait_are_ranked_by_the_cpu_time_of_a_request(evidence: Evidence) -> None:
    advice = advise(evidence, Question(64, 1 * _MS, 0.97))
    assert _places(advice) == {"stackless": 1, "std_thread": 2, "thread_pool": 2, "process": 4}
    cost = _one(tuple(each.candidate for each in advice.ranked), "process").cost
    assert cost is not None and cost.value == pytest.approx(30_000 + 30_000, rel=0.05)
    assert cost.cases == (
        "latency/process/mixed/load:closed/connections:64/bytes:64/computing:10000",
        "latency/process/mixed/load:closed/connections:64/bytes:64/computing:100000",
    )


def test_so_many_in_flight_cannot_begin_faster_than_they_end(evidence: Evidence) -> None:
    advice = advise(evidence, Question(1, 1 * _MS, 0.97))
    rates = [each.candidate.rate for each in advice.ranked]
    assert [rate.value for rate in rates if rate] == pytest.approx([1000] * 4)


def test_one_task_that_computes_has_one_cpu(evidence: Evidence) -> None:
    advice = advise(evidence, Question(1, 1 * _MS))
    rates = [each.candidate.rate for each in advice.ranked]
    assert max(rate.value for rate in rates if rate) == pytest.approx(1000)


def test_a_pool_keeps_no_worker_for_each_task_that_only_computes(evidence: Evidence) -> None:
    computing = advise(evidence, Question(100_000, 1 * _MS))
    pool = _one(tuple(each.candidate for each in computing.ranked), "thread_pool")
    assert pool.memory is not None
    assert pool.memory.value == pytest.approx(advice_run.WORKERS * 36_100, rel=0.05)
    assert "2 workers" in pool.remarks[0]
    waiting = advise(evidence, Question(100_000, 1 * _MS, 0.5))
    assert "pid_max" in wording.reasons(_one(waiting.ruled_out, "thread_pool"))


def test_memory_rules_out_only_what_surely_takes_more(evidence: Evidence) -> None:
    advice = advise(evidence, Question(1_000, memory_bytes=36_000_000))
    process = wording.reasons(_one(advice.ruled_out, "process"))
    assert "more than 34.3 MiB (footprint/process/idle/touch:0, journal.jsonl:1," in process
    thread = _one(tuple(each.candidate for each in advice.ranked), "std_thread")
    assert "may not fit" in thread.remarks[-1]


def test_without_a_cap_the_machine_is_one(evidence: Evidence) -> None:
    advice = advise(evidence, Question(100_000_000))
    assert "more than 8.00 GiB" in wording.reasons(_one(advice.ruled_out, "stackless"))
    roomy = advise(evidence, Question(100_000_000, memory_bytes=100 * _GIB))
    assert _places(roomy) == {"stackless": 1}


def test_a_model_of_which_the_kernel_schedules_each_unit_has_the_kernels_limits(
    evidence: Evidence,
) -> None:
    advice = advise(evidence, Question(40_000))
    assert "pid_max allows 32,768" in wording.reasons(_one(advice.ruled_out, "std_thread"))
    assert "max_map_count" in wording.reasons(_one(advice.ruled_out, "std_thread"))
    assert "max_map_count" not in wording.reasons(_one(advice.ruled_out, "process"))
    assert _places(advice) == {"stackless": 1}


@pytest.mark.parametrize(
    ("need", "fitting"),
    [
        ("isolation", {"process"}),
        ("blocking-calls", {"process", "std_thread", "thread_pool"}),
        ("parallelism", {"process", "std_thread", "thread_pool", "stackless"}),
    ],
)
def test_a_need_rules_out_by_what_was_measured(
    tmp_path: Path, need: str, fitting: set[str]
) -> None:
    long_tasks = [
        record(f"throughput/{model}/fib/n:20/workers:2", index, [metric("speedup", 1.9, "1")])
        for model in advice_run.LAWS
        for index in range(6)
    ]
    evidence = advice_run.evidence(tmp_path, [*advice_run.records(6), *long_tasks])
    advice = advise(evidence, Question(10, needs=(need,)))
    assert set(_places(advice)) == fitting
    for candidate in advice.ruled_out:
        assert "journal.jsonl:" in wording.reasons(candidate)


def test_units_that_outlive_a_death_but_share_memory_are_not_isolated(tmp_path: Path) -> None:
    made = advice_run.records(6)
    for each in made:
        if each["measure"] == "blast_radius":
            each["metrics"] = [metric("others_finished", 7, "1")]
    advice = advise(advice_run.evidence(tmp_path, made), Question(10, needs=("isolation",)))
    assert set(_places(advice)) == {"process"}
    assert "sees what a unit writes" in wording.reasons(_one(advice.ruled_out, "std_thread"))


def test_short_tasks_alone_do_not_disprove_parallelism(tmp_path: Path) -> None:
    slow = [
        record("throughput/openmp/fib/n:20/workers:2", index, [metric("speedup", 0.3, "1")])
        for index in range(6)
    ]
    advice = advise(
        advice_run.evidence(tmp_path, [*advice_run.records(6), *slow]),
        Question(10, needs=("parallelism",)),
    )
    assert "0.30 times" in wording.reasons(_one(advice.not_judged, "openmp"))
    assert "process" in {each.model for each in advice.ruled_out}  # with long tasks, too


@pytest.mark.parametrize(
    ("speedups", "said"),
    [
        ((0.98, 1.1, 1.2, 1.3, 1.35, 1.4), "between 0.98 and 1.40 times what one CPU does ("),
        ((0.5, 0.6, 0.7, 0.8, 0.9, 1.0), "no more than 1.00 times what one CPU does ("),
    ],
)
def test_parallelism_is_ruled_out_by_the_upper_end_of_its_interval(
    tmp_path: Path, speedups: tuple[float, ...], said: str
) -> None:
    graphs = [
        record("throughput/process/fib/n:20/workers:2", index, [metric("speedup", each, "1")])
        for index, each in enumerate(speedups)
    ]
    evidence = advice_run.evidence(tmp_path, [*advice_run.records(6), *graphs])
    advice = advise(evidence, Question(10, needs=("parallelism",)))
    left = advice.not_judged if max(speedups) > 1 else advice.ruled_out
    assert said in wording.reasons(_one(left, "process"))


def test_what_was_not_tested_is_not_ranked_and_not_ruled_out(tmp_path: Path) -> None:
    left = [each for each in advice_run.records(6) if each["measure"] != "blast_radius"]
    advice = advise(advice_run.evidence(tmp_path, left), Question(10, needs=("isolation",)))
    assert not advice.ranked and not advice.ruled_out
    process = wording.reasons(_one(advice.not_judged, "process"))
    assert process == "isolation: blast_radius: not part of this run"
    assert "skipped: null has no units" in wording.reasons(_one(advice.not_judged, "null"))
    assert wording.verdict(advice).startswith("No model")


def test_who_failed_in_more_than_a_fifth_of_the_repetitions_is_not_told_by_the_rest(
    tmp_path: Path,
) -> None:
    def unranked(failures: int) -> list[str]:
        made = advice_run.records(10)
        footprints = [each for each in made if each["case"] == "footprint/stackless/idle/touch:0"]
        for each in footprints[:failures]:
            each.update(end="crashed", reason="signal 11", metrics=[], series=[], sources={})
        evidence = advice_run.evidence(tmp_path / str(failures), made)
        left = advise(evidence, Question(10)).not_judged
        return [wording.reasons(each) for each in left if each.model == "stackless"]

    assert unranked(2) == []
    assert unranked(3) == ["footprint: crashed: signal 11"]


def test_the_worst_death_counts_of_each_way_to_use_a_model(tmp_path: Path) -> None:
    others = [
        record(
            f"blast_radius/process/{workload}/{key}:8/dies_by:exit/workers:2",
            index,
            [metric("others_finished", finished, "1")],
        )
        for workload, key, finished in (("units", "units", 3), ("pool", "tasks", 7))
        for index in range(6)
    ]
    made = [*advice_run.records(6), *others]
    assert _isolated(tmp_path / "pool", made)
    assert not _isolated(tmp_path / "units", [each for each in made if each["workload"] != "pool"])


def _isolated(directory: Path, made: list[Document]) -> bool:
    advice = advise(advice_run.evidence(directory, made), Question(10, needs=("isolation",)))
    return "process" in _places(advice)


def test_without_any_cost_memory_decides_and_that_is_said(tmp_path: Path) -> None:
    left = [each for each in advice_run.records(6) if each["measure"] != "latency"]
    advice = advise(advice_run.evidence(tmp_path, left), Question(10, 1 * _MS, 0.9))
    assert _places(advice)["stackless"] == 1 and advice.cost_is == ""
    assert "Memory alone decides" in advice.notes[0]


def test_far_beyond_what_was_alive_is_said(evidence: Evidence) -> None:
    advice = advise(evidence, Question(10_000))
    first = advice.ranked[0].candidate
    assert first.remarks == ("20 times as many units as were alive at most (500)",)
    assert first.memory is not None and first.memory.kind == "extrapolated"


def test_few_repetitions_have_no_interval_and_share_no_place(tmp_path: Path) -> None:
    advice = advise(advice_run.evidence(tmp_path, advice_run.records(5)), Question(10))
    assert sorted(_places(advice).values()) == [1, 2, 3, 4]
    assert wording.rows(advice)[0][2].startswith("~")
    assert any("Fewer than six" in note for note in advice.notes)
