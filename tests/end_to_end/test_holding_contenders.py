"""A stranger's program that holds idle units while its memory is read: what goes wrong on the way
gets its typed end, as it does between the clock's readings of others."""

import json
from pathlib import Path

import pytest
from contenders import holder
from ends import check_end, seen_end
from supervised import UNITCOST, Finished, Place, counted_in
from trial import STILL_RUNNING, Trial, try_programs

_MIDDLE = "before == 409"  # the third of five questions: two fifths of 1,024 are held

# What each program does when it is asked, and at its end; its end, and what the reason says.
HOLDERS = {
    "honest": ("pass", "end(count)", "ok", "^$"),
    "holds_fewer": (
        "hold(max(0, count - 1)); tell(holding=count); continue",
        "end(count)",
        "wrong_result",
        "^it says that it holds 204 units, and has 203 threads more than when it held none",
    ),
    "lets_some_go": (
        f"if {_MIDDLE}: gate.set(); [each.join() for each in threads]; gate.clear()",
        "end(count)",
        "wrong_result",
        r"^it says that it holds 614 units, and has 205 threads",
    ),
    "says_fewer": (
        "hold(count); tell(holding=max(0, count - 1)); continue",
        "end(count)",
        "wrong_result",
        "^it says that it holds 203 units where 204 are due",
    ),
    "speaks_twice": (
        "hold(count); os.write(3, b'{\"holding\": %d}\\n' % count * 2); continue",
        "end(count)",
        "wrong_result",
        r"^it answered before it was asked \{\"hold\": 204\}",
    ),
    "misses_an_arrival": (
        "pass",
        "end(count, lost=(7,))",
        "wrong_result",
        "checksum",
    ),
    "lies_at_the_end": ("pass", "end(count - 1)", "wrong_result", "1023 units where 1024 were due"),
    "hangs_in_the_middle": (
        f"if {_MIDDLE}: time.sleep(60)",
        "end(count)",
        "timed_out",
        STILL_RUNNING,
    ),
    "hangs_at_the_end": ("pass", "time.sleep(60)", "timed_out", STILL_RUNNING),
    "falls_in_the_middle": (
        f"if {_MIDDLE}: print('about to fall', flush=True); os.kill(os.getpid(), signal.SIGSEGV)",
        "end(count)",
        "crashed",
        r'asked \{"hold": 614\}, and killed by Segmentation fault: about to fall$',
    ),
    "leaves_in_the_middle": (
        f"if {_MIDDLE}: os._exit(0)",
        "end(count)",
        "crashed",
        "and ended with status 0",
    ),
    "fails_at_the_end": ("pass", "end(count); os._exit(3)", "crashed", "^ended with status 3"),
    "mumbles": (
        f"if {_MIDDLE}: os.write(3, b'fine\\n'); continue",
        "end(count)",
        "crashed",
        'asked to hold 614 units it wrote "fine"',
    ),
    "mumbles_at_the_end": ("pass", "gate.set(); os.write(3, b'fine')", "crashed", "parse error"),
    "says_nothing_at_the_end": ("pass", "gate.set()", "crashed", "nothing was written"),
    "floods_the_dialogue": (
        f"if {_MIDDLE}: [os.write(3, b'bla ' * 2**16) for _ in range(1024)]",
        "end(count)",
        "limit_reached",
        r"wrote more than \d+ bytes to descriptor 3",
    ),
    "meets_a_limit": (
        f"if {_MIDDLE}: tell(end='limit_reached', reason='no more threads'); os._exit(0)",
        "end(count)",
        "limit_reached",
        "^no more threads$",
    ),
    "meets_a_limit_and_fails": (
        f"if {_MIDDLE}: tell(end='limit_reached', reason='no more threads'); os._exit(3)",
        "end(count)",
        "crashed",
        "^ended with status 3",
    ),
    "has_helpers_of_its_own": (
        "if not count: helpers = [threading.Thread(target=gate.wait) for _ in range(3)];"
        " [each.start() for each in helpers]\n"
        "    hold(max(0, count - 3)); tell(holding=count); continue",
        "end(count)",
        "wrong_result",
        "^it says that it holds 204 units, and has 201 threads more",
    ),
    "has_had_enough": (
        f"if {_MIDDLE}: end(before); sys.exit()",
        "end(count)",
        "wrong_result",
        "came to its end when asked to hold 614 units",
    ),
    "leaves_a_child": (
        "pass",
        "subprocess.Popen(['sleep', '60'], start_new_session=True); end(count)",
        "wrong_result",
        "left 1 processes behind",
    ),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def run_holders(place: Place, models: str, *options: object, out: str = "run") -> Finished:
    chosen = ["--filter", f"^footprint/{models}/idle/", "--repetitions", 1, "--seed", 1]
    return place.run(UNITCOST, "run", *chosen, *options, "--out", place.home / out)


@pytest.fixture(scope="module")
def holders(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    place = Place(tmp_path_factory.mktemp("holders"))
    programs = {name: holder(place, name, act, last) for name, (act, last, *_) in HOLDERS.items()}
    hanging = [name for name, (*_, end, _) in HOLDERS.items() if end == "timed_out"]
    return try_programs(place, programs, hanging, run_holders)


@pytest.mark.parametrize("name", HOLDERS)
def test_a_program_that_holds_units_gets_its_typed_end(holders: Trial, name: str) -> None:
    record = holders.record_of(name)
    _, _, expected_end, expected_reason = HOLDERS[name]
    check_end(record, expected_end, expected_reason)


def test_nothing_of_them_is_left_behind(holders: Trial) -> None:
    assert holders.remains == []


def test_the_honest_one_has_the_columns_of_a_model(holders: Trial) -> None:
    record = holders.record_of("honest")
    assert record["case"] == "footprint/honest/idle/unit:thread/touch:0"
    assert record["checks"]["units"] == record["checks"]["expected_units"] == 1024
    if record["end"] != "ok":
        pytest.skip("the machine is in use")
    values = {metric["name"]: metric["value"] for metric in record["metrics"]}
    assert list(values) == [
        f"{column}_bytes_per_unit" for column in ("resident", "kernel", "total", "reserved")
    ]
    assert values["total_bytes_per_unit"] > 4096  # a kernel stack and a page of its own
    assert values["reserved_bytes_per_unit"] > 2**20


def test_coroutines_that_take_no_memory_are_none(place: Place) -> None:
    """What only a control group of our own can tell."""
    run_holders(
        place, "empty", *holder(place, "empty", "tell(holding=count); continue", unit="coroutine")
    )
    (record,) = counted_in(place.home / "run")
    if record["end"] == "ok":
        assert "machine-wide" in record["sources"]["total_bytes_per_unit"]
        return
    end, reason = seen_end(record)
    assert end == "wrong_result" and "bytes of memory: there is none" in reason


def test_it_is_told_its_case_and_may_use_all_cpus_of_the_run(place: Place) -> None:
    act = "tell(end='skipped', reason=json.dumps([case, sorted(os.sched_getaffinity(0))])); break"
    run_holders(place, "curious", *holder(place, "curious", act, last="pass"))
    (record,) = counted_in(place.home / "run")
    assert record["end"] == "skipped", record["reason"]
    case, affinity = json.loads(record["reason"])
    assert (case["measure"], case["workload"]) == ("footprint", "idle")
    assert case["parameters"] == {"unit": "thread", "touch": 0}
    assert case["case"] == record["case"] and case["cpus"] == affinity
    assert case["memory_limit_bytes"] > 0


def test_a_kind_of_unit_that_there_is_not_is_bad_usage(place: Place) -> None:
    ran = place.run(UNITCOST, "list", *holder(place, "mine", unit="fibre"))
    assert ran.code == 2
    assert "no 'fibre' of footprint; there are thread, process, coroutine" in ran.err
