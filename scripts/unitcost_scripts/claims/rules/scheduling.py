"""Scheduling: who runs when, and how many at a time."""

from unitcost_scripts.claims.bounds import about, at_least, at_most, more_than
from unitcost_scripts.claims.evidence import Reading
from unitcost_scripts.claims.questions import Wanted
from unitcost_scripts.claims.rules.asking import (
    COROUTINES,
    fact,
    in_each,
    measured,
    metric,
    ratio,
    timed,
)
from unitcost_scripts.claims.thresholds import ABOUT, DIFFERENT, GAIN, IN_TURN, NEARLY_ALL
from unitcost_scripts.claims.verdict import Rule

_STATES = {
    "running_share": ("cpu", "running"),
    "runnable_share": ("cpu", "ready and not running"),
    "blocked_share": ("io", "blocked"),
    "zombie_share": ("cpu", "zombies"),
}

PROCESS_STATES = Rule(
    questions=tuple(
        fact(
            metric(
                name,
                f"states/process/{work}/units:8/workers:1",
                "share of their lives in which processes are",
                state,
            ),
            more_than(0),
        )
        for name, (work, state) in _STATES.items()
    ),
)

_QUEENS = "throughput/{}/nqueens/n:12/spawn_depth:2/workers:2"
_SPEED_UP = "speed-up of two over plain calls"

PROCESSES_USE_ALL_CPUS = Rule(
    questions=tuple(
        timed(each, at_least(GAIN))
        for each in in_each("speedup", _QUEENS, ("process", "process_pool"), _SPEED_UP)
    ),
    beside=(metric("speedup", _QUEENS.format("std_thread"), _SPEED_UP, "std_thread"),),
    depends_on="whether the processes are there already when the work comes",
)

_ORDER = "primitives/{}/order/units:64/steps:100/workers:{}"
_OUT_OF_TURN = "share of steps out of turn"
_THREADS, _TURNS = "threads run in no order", "coroutines take turns"

COROUTINE_ORDER = Rule(
    questions=(
        *(
            timed(
                metric(
                    "out_of_turn_share",
                    _ORDER.format("std_thread", workers),
                    _OUT_OF_TURN,
                    f"std_thread workers:{workers}",
                ),
                more_than(IN_TURN),
                _THREADS,
            )
            for workers in (1, 2)
        ),
        *(
            timed(
                metric("out_of_turn_share", _ORDER.format(model, 1), _OUT_OF_TURN, model),
                at_most(IN_TURN),
                _TURNS,
            )
            for model in COROUTINES
        ),
    ),
    beside=tuple(
        metric("out_of_turn_share", _ORDER.format(model, 2), _OUT_OF_TURN, f"{model} workers:2")
        for model in ("boost_fiber", "stackful")
    ),
    depends_on="how many CPUs the threads have, and whether they give their turn away",
)

_KEPT = "primitives/{}/state/units:64/turns:200"

COROUTINE_KEEPS_STATE = Rule(
    questions=tuple(
        fact(each, more_than(0))
        for each in in_each(
            "states_verified",
            _KEPT,
            COROUTINES,
            "states found again, of which one that differs would be no result,",
        )
    ),
    beside=in_each("switch_ns", _KEPT, COROUTINES, "one suspension"),
)

_SESSION = "primitives/{}/session/by:{}/capacity:1"

MANUAL_VS_AUTOMATIC = Rule(
    questions=tuple(
        measured(
            metric(
                "message_ns",
                _SESSION.format(model, way),
                f"time of a message, switched {said}",
                model,
            )
        )
        for way, said in (("manual", "by hand"), ("automatic", "by a scheduler"))
        for model in ("stackful", "stackless")
    ),
    beside=in_each(
        "automatism_ratio",
        _SESSION.format("{}", "automatic"),
        ("stackful", "stackless"),
        "time of a message, by a scheduler over by hand",
    ),
)

_CRAWL = "latency/{}/crawl/connections:200/delay_ms:10/pages:4000"
_IDEAL = "share of the ideal rate, 200 pages in flight"

COROUTINES_FOR_CRAWLERS = Rule(
    questions=(
        *(
            timed(each, at_least(NEARLY_ALL), "they keep many under way")
            for each in in_each("ideal_share", _CRAWL, COROUTINES, _IDEAL)
        ),
        *(
            timed(
                ratio(
                    "cpu_ns_per_page",
                    _CRAWL.format("std_thread"),
                    _CRAWL.format(model),
                    "CPU time of a page, thread over coroutine",
                    model,
                ),
                at_least(DIFFERENT),
                "they are better at it than threads",
            )
            for model in COROUTINES
        ),
    ),
    beside=(metric("ideal_share", _CRAWL.format("std_thread"), _IDEAL, "std_thread"),),
    depends_on="the coroutine",
)

_SLICES = "oversubscription/process/slices/units:{}/cpus:1"


def _wait_over_slice(units: int) -> Wanted:
    """Who takes turns with one other waits for as long as a turn is."""
    return Wanted(
        f"wait for a turn over its length, {units} processes on one CPU",
        _SLICES.format(units),
        Reading("wait_median_ns"),
        base=_SLICES.format(units),
        base_reading=Reading("slice_median_ns"),
    )


ONE_CPU_MANY_PROCESSES = Rule(
    questions=(
        *(timed(_wait_over_slice(units), about(units - 1, ABOUT)) for units in (2, 4)),
        *(
            timed(
                metric(
                    "least_over_mean_share",
                    _SLICES.format(units),
                    "CPU time of the process with the least over the mean",
                    f"{units} processes",
                ),
                at_least(NEARLY_ALL),
            )
            for units in (2, 4)
        ),
    ),
    beside=tuple(
        metric("slice_median_ns", _SLICES.format(units), "a turn", f"{units} processes")
        for units in (2, 4)
    ),
    depends_on="how many there are",
)

RULES = {
    "one-cpu-many-processes": ONE_CPU_MANY_PROCESSES,
    "process-states": PROCESS_STATES,
    "processes-use-all-cpus": PROCESSES_USE_ALL_CPUS,
    "coroutine-order": COROUTINE_ORDER,
    "coroutine-keeps-state": COROUTINE_KEEPS_STATE,
    "manual-vs-automatic-switch": MANUAL_VS_AUTOMATIC,
    "coroutines-for-crawlers": COROUTINES_FOR_CRAWLERS,
}
