"""When gate.sh fails a build, when it does not, and when it says that it cannot tell."""

import random
from pathlib import Path
from typing import Any

import pytest
from conftest import Command
from synthetic_run import MANIFEST, metric, record, repeated, write_run

CASE = "switch/tbb/idle"
OTHERS = [f"switch/{model}/idle" for model in ("serial", "std_thread", "stackful", "stackless")]


def times(seed: int, factor: float = 1.0, spread: float = 0.01, repetitions: int = 10) -> list[Any]:
    """Five cases of which the one under test costs `factor` times as much."""
    noise = random.Random(seed)
    made = []
    for case in (CASE, *OTHERS):
        scale = 100 * (factor if case == CASE else 1)
        made += repeated(
            case, [scale * noise.lognormvariate(0, spread) for _ in range(repetitions)]
        )
    return made


def gate(command: Command, home: Path, base: list[Any], run: list[Any], *options: object) -> Any:
    before, after = write_run(home / "before", base), write_run(home / "after", run)
    return command("gate", before, after, *options)


def test_nothing_changed_passes(tmp_path: Path, command: Command) -> None:
    code, out, _ = gate(command, tmp_path, times(1), times(2))
    assert code == 0
    assert "0 of 5 numbers of both runs regressed by more than a factor of 1.1" in out


def test_a_regression_beyond_doubt_fails_and_is_cited(tmp_path: Path, command: Command) -> None:
    code, out, _ = gate(command, tmp_path, times(1), times(2, 1.5))
    (line,) = (line for line in out.splitlines() if line.startswith("regression: "))
    assert code == 1
    assert f"{CASE} switch_ns: " in line
    assert "before journal.jsonl:1, 2, 3, 4, 5, 6, 7, 8, 9, 10, now journal.jsonl:1, 2," in line


def test_a_regression_whose_interval_holds_the_threshold_passes(
    tmp_path: Path, command: Command
) -> None:
    """The median is beyond it, and compare.sh calls it worse: that is not enough."""
    code, out, _ = gate(command, tmp_path, times(1), times(2, 1.5), "--threshold", 1.5)
    assert code == 0 and "1 worse" in out


def test_what_was_never_and_is_always_now_is_a_regression_without_a_ratio(
    tmp_path: Path, command: Command
) -> None:
    def hung(count: float) -> list[Any]:
        return repeated("deadlock/tbb/two", [count] * 10, "hung", "1")

    code, out, _ = gate(command, tmp_path, times(1) + hung(0), times(2, 1.5) + hung(1))
    first, second = (line for line in out.splitlines() if line.startswith("regression: "))
    assert code == 1
    assert "deadlock/tbb/two hung: 0 before, 1.00 now; no ratio, but every value of now" in first
    assert f"{CASE} switch_ns: " in second
    assert gate(command, tmp_path, times(1) + hung(1), times(2) + hung(0))[0] == 0


def test_noise_that_moves_a_median_passes(tmp_path: Path, command: Command) -> None:
    code, out, _ = gate(command, tmp_path, times(3, 1.0, 0.3), times(4, 1.15, 0.3))
    assert code == 0 and "regression:" not in out


def test_what_became_cheaper_passes(tmp_path: Path, command: Command) -> None:
    assert gate(command, tmp_path, times(1, 1.5), times(2))[0] == 0


@pytest.mark.parametrize(("direction", "code"), [("greater", 1), ("smaller", 0), ("neither", 0)])
def test_a_number_that_halved_is_a_regression_where_more_is_better(
    tmp_path: Path, command: Command, direction: str, code: int
) -> None:
    def rates(factor: float) -> list[Any]:
        return [
            record(
                CASE, index, [metric("rate", factor * (100 + index), "1/s", direction=direction)]
            )
            for index in range(10)
        ]

    ended, out, _ = gate(command, tmp_path, rates(2), rates(1))
    assert ended == code
    assert ("cost 1.9" in out) == bool(code)


def test_a_case_that_crashes_now_is_told(tmp_path: Path, command: Command) -> None:
    crash = record(CASE, 10, end="crashed", reason="signal 11")
    code, out, _ = gate(command, tmp_path, times(1), [*times(2), crash])
    assert code == 0 and f"ended differently: {CASE}: crashed 0 times in A, 1 in B" in out
    assert f"A is {tmp_path / 'before'}, B is {tmp_path / 'after'}\n" in out


def test_too_few_repetitions_cannot_be_judged(tmp_path: Path, command: Command) -> None:
    runs = times(1, repetitions=9), times(2, 3.0, repetitions=9)
    code, out, err = gate(command, tmp_path, *runs)
    assert (code, out) == (2, "")
    assert "--repetitions 10" in err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cpu_model": "Other CPU"}, "(CPU: Example CPU 3000 @ 2.60GHz in A, Other CPU in B)"),
        ({"cores_used": [0]}, "(CPUs used: "),
        ({"kernel": "6.2.0"}, "(kernel: 6.1.0 in A, 6.2.0 in B)"),
    ],
)
def test_runs_of_two_machines_or_of_one_that_was_changed_cannot_be_judged(
    tmp_path: Path, command: Command, changes: dict[str, Any], said: str
) -> None:
    before = write_run(tmp_path / "before", times(1))
    elsewhere = {**MANIFEST, "machine": {**MANIFEST["machine"], **changes}}
    after = write_run(tmp_path / "after", times(2, 1.5), elsewhere)
    code, out, err = command("gate", before, after)
    assert (code, out) == (2, "")
    assert f"different machines, or on one that was changed {said}" in err


@pytest.mark.parametrize("threshold", ["1", "1.01", "nan", "-2"])
def test_a_threshold_that_nothing_could_pass_is_refused(
    tmp_path: Path, command: Command, threshold: str
) -> None:
    code, _, err = gate(command, tmp_path, times(1), times(2), f"--threshold={threshold}")
    assert code == 2 and "below 1.05 nothing is ever called different" in err


def test_bad_input_is_no_regression(tmp_path: Path, command: Command) -> None:
    run = write_run(tmp_path / "run", times(1))
    code, _, err = command("gate", tmp_path / "absent", run)
    assert code == 2 and "no such run directory" in err
    with pytest.raises(SystemExit) as ended:
        command("gate", run)
    assert ended.value.code == 2
