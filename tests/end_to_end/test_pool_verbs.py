"""The verbs of a pool mean what they mean in CPython's multiprocessing: one script, played by both."""

import multiprocessing
import subprocess
import time
from collections.abc import Callable
from multiprocessing.pool import ApplyResult, Pool, ThreadPool
from pathlib import Path

import pytest
from supervised import BUILD

PROGRAM = BUILD / "tests" / "unitcost_pool_verbs"
LONG_MS = 60_000

# Left out, since they differ: more tasks than a bounded queue holds, handles of tasks that were
# never run because of terminate (in CPython they never become ready), and which error of several
# failed items a map throws.
SCRIPTS = {
    "tasks": """
        apply square 3
        apply fail 4
        async a square 5
        get a
        get a
        ready a
        async b fail 6
        get b
        ready b
        map 1 2 3 4 5
        map
        map_failing 7
        apply square 8
    """,
    "handles": f"""
        async waiting until {{gate}}
        ready waiting
        wait waiting 20
        async other square 2
        get other
        ready waiting
        open {{gate}}
        wait waiting {LONG_MS}
        ready waiting
        get waiting
    """,
    "close": f"""
        async waiting until {{gate}}
        async last square 9
        join
        close
        close
        apply square 1
        async more square 1
        map 1 2
        map
        ready waiting
        open {{gate}}
        join
        get waiting
        get last
        join
    """,
    "terminate": """
        apply square 1
        join
        terminate
        terminate
        apply square 2
        async more square 2
        close
        join
        join
    """,
}


def square(number: int) -> int:
    return number * number


def fail(number: int) -> int:
    raise RuntimeError(f"fail {number}")


def until(path: str) -> int:
    while not Path(path).exists():
        time.sleep(0.001)
    return 0


class Script:
    """What tests/pool_verbs/pool_verbs_program.cpp does, with a pool of CPython."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.handles: dict[str, ApplyResult[int]] = {}

    def line(self, text: str) -> str:
        verb, *words = text.split()
        try:
            return self.done(verb, words)
        except RuntimeError as error:
            return f"task failed: {error}"
        except ValueError as error:
            return {"Pool not running": "not running", "Pool is still running": "still running"}[
                str(error)
            ]

    def done(self, verb: str, words: list[str]) -> str:
        if verb == "apply":
            return str(self.pool.apply(*body(words)))
        if verb in ("map", "map_failing"):
            one = square if verb == "map" else fail
            return "".join(f"{each} " for each in self.pool.map(one, map(int, words)))
        if verb in ("close", "terminate", "join"):
            getattr(self.pool, verb)()
            return {"close": "closed", "terminate": "terminated", "join": "joined"}[verb]
        if verb == "open":
            Path(words[0]).write_text(" ")
            return "opened"
        name = words[0]
        if verb == "async":
            self.handles[name] = self.pool.apply_async(*body(words[1:]))
            return "given"
        if verb == "ready":
            return "yes" if self.handles[name].ready() else "no"
        if verb == "get":
            return str(self.handles[name].get())
        assert verb == "wait", verb
        self.handles[name].wait(int(words[1]) / 1000)
        return "ended" if self.handles[name].ready() else "not ended"


def body(words: list[str]) -> tuple[Callable[..., int], tuple[int | str]]:
    name, argument = words
    if name == "until":
        return until, (argument,)
    return {"square": square, "fail": fail}[name], (int(argument),)


def lines_of(script: str, gate: Path) -> list[str]:
    return [line.strip() for line in script.format(gate=gate).strip().splitlines()]


def played_by_cpython(pool: Pool, script: str, gate: Path) -> list[str]:
    playing = Script(pool)
    try:
        return [playing.line(line) for line in lines_of(script, gate)]
    finally:
        gate.touch()
        pool.terminate()
        pool.join()


@pytest.fixture(params=["threads", "processes"])
def cpython_pool(request: pytest.FixtureRequest) -> Pool:
    if request.param == "threads":
        return ThreadPool(2)
    return multiprocessing.get_context("fork").Pool(2)


@pytest.mark.parametrize("our_workers", ["threads", "processes"])
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_script_of_verbs_has_one_outcome_here_and_in_cpython(
    script: str, our_workers: str, cpython_pool: Pool, tmp_path: Path
) -> None:
    theirs = played_by_cpython(cpython_pool, script, tmp_path / "theirs")
    ours = subprocess.run(
        [PROGRAM, our_workers],
        input="\n".join(lines_of(script, tmp_path / "ours")),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert [line.strip() for line in ours.stdout.splitlines()] == [line.strip() for line in theirs]
    assert len(theirs) == len(lines_of(script, tmp_path))
