"""A stranger's program as a model: its faults get their typed ends, its facts the same trust as
our workers' have, and nothing of it is left behind."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from contenders import CHECKSUM, DESCRIPTION, GRAPH, UNITS, contender, run_contenders
from ends import Record, check_end, is_sound, seen_end
from python_contenders import answer_of, order
from supervised import BUILD, ROOT, UNITCOST, Finished, Place, counted_in
from trial import STILL_RUNNING, Trial, try_programs
from unitcost_scripts.report import write_report
from unitcost_scripts.runs import run_directory

EXAMPLE = BUILD / "unitcost_example_contender"

# What each contender does when it shall measure, its end, and what the reason says.
CONTENDERS = {
    "honest": ("answer()", "ok", "^$"),
    "lies_about_units": ("answer(units=30)", "wrong_result", r"^30 units where 31 were due"),
    "lies_about_checksum": (
        "answer(checksum='0' * 16)",
        "wrong_result",
        rf"checksum 0{{16}} where {CHECKSUM} was",
    ),
    "outlives_itself": ("answer(elapsed_ns=10**15)", "wrong_result", r"and lived for \d+ ns"),
    "takes_no_time": ("answer(elapsed_ns=0)", "wrong_result", "runs took 0 ns"),
    "never_runs": ("answer(runs=0)", "wrong_result", "ran 0 times"),
    "segfaults": (
        "print('about to fall', flush=True); os.kill(os.getpid(), signal.SIGSEGV)",
        "crashed",
        "^killed by Segmentation fault: about to fall$",
    ),
    "exits_with_3": ("sys.stderr.write('no luck'); sys.exit(3)", "crashed", "status 3: no luck$"),
    "answers_and_fails": ("answer(); sys.exit(3)", "crashed", "ended with status 3"),
    "silent": ("pass", "crashed", "nothing was written to descriptor 3"),
    "mumbles": ("os.write(3, b'fine')", "crashed", "its record cannot be read: .*parse error"),
    "answers_twice": ("answer(); answer()", "crashed", "its record cannot be read: .*parse error"),
    "answers_half": ("os.write(3, b'{\"end\": ')", "crashed", "its record cannot be read"),
    "forgets_runs": ("answer(runs=None)", "crashed", '"runs" is null'),
    "hangs": ("time.sleep(60)", "timed_out", STILL_RUNNING),
    "answers_and_hangs": ("answer(); time.sleep(60)", "timed_out", STILL_RUNNING),
    "chatters": (
        "for _ in range(1024): sys.stdout.buffer.write(b'bla ' * 2**18)",
        "limit_reached",
        r"wrote more than \d+ bytes of output",
    ),
    "chatters_on_3": (
        "for _ in range(1024): os.write(3, b'bla ' * 2**18)",
        "limit_reached",
        r"wrote more than \d+ bytes of output",
    ),
    "leaves_a_child": (
        "subprocess.Popen(['sleep', '60'], start_new_session=True); answer()",
        "wrong_result",
        "left 1 processes behind",
    ),
    "skips": ("answer(end='skipped', reason='too dear here')", "skipped", "^too dear here$"),
    "meets_a_limit": ("answer(end='limit_reached', reason='full')", "limit_reached", "^full$"),
    "calls_itself_unstable": ("answer(end='unstable', reason='x')", "crashed", "only unitcost can"),
}

HANGING = [name for name, (_, end, _) in CONTENDERS.items() if end == "timed_out"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(scope="module")
def contenders(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """All contenders above, serial beside them."""
    place = Place(tmp_path_factory.mktemp("contenders"))
    programs = {name: contender(place, name, act) for name, (act, _, _) in CONTENDERS.items()}
    return try_programs(place, {"serial": [], **programs}, HANGING, run_contenders)


@pytest.mark.parametrize("name", CONTENDERS)
def test_a_contender_gets_its_typed_end(contenders: Trial, name: str) -> None:
    record = contenders.record_of(name)
    _, expected_end, expected_reason = CONTENDERS[name]
    check_end(record, expected_end, expected_reason)


def test_a_model_of_ours_is_not_spoilt_by_faulty_contenders(contenders: Trial) -> None:
    record = contenders.record_of("serial")
    assert is_sound(record), record["reason"]


def test_nothing_of_a_contender_is_left_behind(contenders: Trial) -> None:
    assert contenders.remains == []


def test_failed_contenders_make_the_run_fail_and_are_named(contenders: Trial) -> None:
    assert contenders.finished.code == 1
    assert f"throughput/silent/{GRAPH}/workers:1 #0: crashed: " in contenders.finished.err


def test_a_run_with_contenders_keeps_the_contract_and_has_its_report(contenders: Trial) -> None:
    run = run_directory.load(contenders.directory)
    chosen = run.manifest["selection"]["contenders"]
    assert [each["name"] for each in chosen] == [name for name in CONTENDERS if name not in HANGING]
    assert {each["about"] for each in chosen} == {"a test"}
    assert all("python" in each["command"] for each in chosen)
    page = write_report(run).read_text(encoding="utf-8")
    assert "lies_about_checksum" in page


def test_a_contender_that_eats_memory_is_out_of_it(place: Place) -> None:
    """Apart from the others: on a busy machine it takes longer to reach the limit than these may
    hang."""
    options = contender(place, "greedy", "hog = b'x' * (1 << 30); answer()")
    limits = ["--memory-limit", 128 << 20, "--time-limit", 60]
    assert run_contenders(place, "greedy", *options, *limits).code == 1
    (record,) = counted_in(place.home / "run")
    assert seen_end(record)[0] == "out_of_memory", record["reason"]


def test_a_contender_is_told_its_case_and_confined_to_its_cpus(place: Place) -> None:
    act = "answer(end='skipped', reason=json.dumps([case, sorted(os.sched_getaffinity(0))]))"
    options = contender(place, "curious", act)
    assert run_contenders(place, "curious", *options).code == 0
    (record,) = counted_in(place.home / "run")
    case, affinity = json.loads(record["reason"])
    assert case["case"] == record["case"] == f"throughput/curious/{GRAPH}/workers:1"
    assert case["parameters"] == {"n": 24, "spawn_depth": 4, "workers": 1}
    assert (case["protocol"], case["measure"], case["workload"]) == (1, "throughput", "fib")
    assert (case["repetition"], case["seed"]) == (0, 1)
    assert case["measuring_s"] > 0 and case["memory_limit_bytes"] > 0
    assert len(case["cpus"]) == 1
    assert affinity == case["cpus"]


def sound_run(place: Place, *options: object, model: str) -> tuple[Finished, list[Record]]:
    """One in which nothing failed. What others disturbed has no metrics, but units and checksum."""
    ran = run_contenders(place, model, *options, "--repetitions", 2)
    records = counted_in(place.home / "run")
    assert ran.code == 0, ran.err
    assert all(is_sound(each) for each in records), records
    return ran, records


def test_the_example_tells_the_facts_of_its_graph(place: Place) -> None:
    _, records = sound_run(place, "--contender", f"async={EXAMPLE}", model="async")
    assert len(records) == 2
    for record in records:
        assert record["checks"]["units"] == record["checks"]["expected_units"] == UNITS
        assert record["checks"]["checksum"] == CHECKSUM
        names = [metric["name"] for metric in record["metrics"]]
        assert names == (["ns_per_unit", "units_per_second"] if record["end"] == "ok" else [])


def test_a_run_ends_with_the_ratios_of_models_to_contenders(place: Place) -> None:
    ran, records = sound_run(place, "--contender", f"async={EXAMPLE}", model="(serial|async)")
    ok = {(each["model"], each["repetition"]) for each in records if each["end"] == "ok"}
    if not any({("serial", round_), ("async", round_)} <= ok for round_ in (0, 1)):
        assert "\nno case has a round that counts under both" in ran.out
        pytest.skip("the machine is in use")
    assert re.search(rf"\nserial +async +throughput/{GRAPH}/workers:1 .* ~\d+\.\d+\n", ran.out)
    assert "geometric mean" not in ran.out, "there is but one case"


def test_the_example_skips_what_it_cannot_do(place: Place) -> None:
    chosen = ["--filter", "^throughput/async/fib/n:20/spawn_depth:all/", "--repetitions", 1]
    options = ["--workers", 1, "--contender", f"async={EXAMPLE}", "--out", place.home / "run"]
    assert place.run(UNITCOST, "run", *chosen, *options).code == 0
    (record,) = counted_in(place.home / "run")
    assert (record["end"], record["reason"]) == ("skipped", "a thread for every call is too many")


def test_a_copy_of_the_example_whose_runs_differ_says_so(place: Place) -> None:
    """Also where only the first one does, which nobody times."""
    honest = "return {1, serial_fib(n)};"
    text = (ROOT / "impl/contenders/async.cpp").read_text(encoding="utf-8")
    assert honest in text
    source, copy = place.home / "copy.cpp", place.home / "copy"
    dishonest = "return {1, serial_fib(n) + (leaves++ == 0)};"
    counted = "#include <atomic>\nstatic std::atomic<int> leaves;\n"
    source.write_text(counted + text.replace(honest, dishonest), encoding="utf-8")
    cached = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", cached, re.MULTILINE)
    assert compiler
    subprocess.run(
        [compiler[1], "-std=c++20", "-pthread", str(source), "-o", str(copy)], check=True
    )
    answer = answer_of(copy, "measure", order("fib", {"n": 10, "spawn_depth": 2}))
    assert answer == {"end": "wrong_result", "reason": "runs differ"}


def test_a_build_of_ours_contends_with_the_same_units_and_checksum(place: Place) -> None:
    options = ["--contender", f"stackless@other={UNITCOST} contend stackless"]
    _, records = sound_run(place, *options, model="stackless(@other)?")
    theirs = next(each for each in records if each["model"] == "stackless@other")
    ours = next(each for each in records if each["model"] == "stackless")
    assert theirs["checks"]["units"] == UNITS and theirs["checks"]["checksum"] == CHECKSUM
    # ours also counts the runs of serial before and after
    assert ours["checks"]["units"] == 3 * UNITS


def test_a_build_of_ours_says_what_it_is_and_offers(place: Place) -> None:
    ran = place.run(UNITCOST, "contend", "process", "describe")
    described = json.loads(ran.out)
    assert described["protocol"] == 1
    assert "unitcost" in described["about"] and "-O3" in described["about"]
    assert {"fib", "nqueens"} <= set(described["measures"]["throughput"])
    assert place.run(UNITCOST, "contend", "telepathy", "describe").code == 2


DESCRIPTIONS = {
    "nothing": ("", "is not one JSON object"),
    "no JSON": ("hello", "is not one JSON object"),
    "another protocol": (DESCRIPTION.replace("1", "2"), "speaks protocol 2"),
    "no about": ('{"protocol": 1, "measures": {"throughput": ["fib"]}}', "about"),
    "no measures": ('{"protocol": 1, "about": "x"}', "measures"),
    "an unknown workload": (DESCRIPTION.replace("fib", "fob"), "no 'fob'"),
    "an unknown measure": (DESCRIPTION.replace("throughput", "luck"), "not in 'luck'"),
}


@pytest.mark.parametrize("fault", DESCRIPTIONS)
def test_a_faulty_description_is_bad_usage(place: Place, fault: str) -> None:
    description, complaint = DESCRIPTIONS[fault]
    options = contender(place, "mine", "answer()", description)
    ran = run_contenders(place, "[^/]+", *options)
    assert ran.code == 2
    assert "contender 'mine'" in ran.err and complaint in ran.err
    assert not (place.home / "run").exists()
    assert place.remains_of(ran.pid) == []


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("mine", "NAME=COMMAND"),
        ("Mine=true", "choose a name"),
        ("mine=", "has no command"),
        ("mine=/nonexistent", "try it by hand"),
        ("mine=false", "ended with status 1"),
    ],
)
def test_a_contender_that_cannot_be_started_is_bad_usage(
    place: Place, typed: str, complaint: str
) -> None:
    ran = place.run(UNITCOST, "list", "--contender", typed)
    assert ran.code == 2
    assert complaint in ran.err


def test_the_name_of_a_model_of_ours_is_taken(place: Place) -> None:
    ran = place.run(UNITCOST, "list", *contender(place, "tbb", "answer()"))
    assert ran.code == 2
    assert "model 'tbb'" in ran.err and "choose another name" in ran.err


def test_contenders_are_listed_explained_and_chosen_as_models_are(place: Place) -> None:
    options = contender(place, "mine", "answer()")
    listed = place.run(UNITCOST, "list", *options, "--model", "mine", "--workers", 1)
    names = re.findall(r"throughput/mine/fib/\S+", listed.out)
    assert f"throughput/mine/{GRAPH}/workers:1" in names
    assert len(names) == len(set(names)) > 1
    dry = place.run(UNITCOST, "run", "--dry-run", *options, "--model", "mine", "--workers", 1)
    assert set(dry.out.split()) <= set(names) and dry.out
    explained = place.run(UNITCOST, "explain", *options, f"throughput/mine/{GRAPH}/workers:1")
    assert explained.code == 0
    assert "mine.py (a test)" in explained.out
