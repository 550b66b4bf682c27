"""Handles, containment and small structures: what is held of a unit, and where it lives."""

from unitcost_scripts.claims.bounds import exactly
from unitcost_scripts.claims.rules.asking import COROUTINES, fact, measured, metric
from unitcost_scripts.claims.verdict import Rule

_VERBS = {
    "start_join_ns": "join",
    "start_join_within_ns": "join with a time-out",
    "alive_ns": "alive",
    "name_ns": "name",
}
_LEAVING = "handle/std_thread/leaving"

THREAD_HANDLE = Rule(
    questions=(
        *(
            measured(metric(name, "handle/std_thread/verbs", "cost of a thread's", verb))
            for name, verb in _VERBS.items()
        ),
        fact(
            metric(
                "daemon_is_waited_for",
                _LEAVING,
                "daemons waited for when the main thread leaves, of one,",
            ),
            exactly(0),
        ),
        fact(metric("daemon_goes_on", _LEAVING, "daemons that go on then, of one,"), exactly(0)),
    ),
    beside=(
        metric("unit_is_waited_for", _LEAVING, "of one that is no daemon"),
        metric("start_join_ns", "handle/*/verbs", "start and join"),
    ),
)

JOIN_TIMEOUT = Rule(
    questions=(
        fact(
            metric(
                "unit_goes_on",
                "handle/*/time_out",
                "units that go on after a join's time-out, of one,",
            ),
            exactly(0),
        ),
    ),
    beside=(metric("lateness_ns", "handle/std_thread/time_out", "the wait ends too late by"),),
    depends_on="the model",
)

_IDS = "containment/{}/ids/units:16/workers:1"
_PROCESSES, _THREADS = "processes that 16 units live in", "threads that 16 units live in"

CONTAINMENT = Rule(
    questions=(
        fact(metric("process_ids", _IDS.format("process"), _PROCESSES, "process"), exactly(16)),
        *(
            fact(metric("process_ids", _IDS.format(model), _PROCESSES, model), exactly(1))
            for model in ("std_thread", *COROUTINES)
        ),
        fact(metric("thread_ids", _IDS.format("std_thread"), _THREADS, "std_thread"), exactly(16)),
        *(
            fact(metric("thread_ids", _IDS.format(model), _THREADS, model), exactly(1))
            for model in COROUTINES
        ),
    ),
)

_ACTS = ("name", "pin", "stop", "end")
_PAIR = "operate/{}/pair/act:{}/workers:2"

THREADS_OPERATE = Rule(
    questions=tuple(
        fact(metric(name, _PAIR.format("std_thread", act), says, act), exactly(1))
        for name, says in (
            ("works", "acts that work, of one,"),
            ("first_unharmed", "threads that go on having done it, of one,"),
        )
        for act in _ACTS
    ),
    beside=(
        metric("works", _PAIR.format("process", "*"), "between processes those that work, of one,"),
    ),
    depends_on="the act: signals that stop or end are for the whole process",
)

STACK_MATCHES_BRACKETS = Rule(
    questions=(
        measured(
            metric(
                "units_per_second",
                "throughput/*/brackets/blocks:64/block_bytes:4096/spawn_depth:5/workers:*",
                "rate of units that match the brackets of generated text by a stack",
            )
        ),
    ),
)

RULES = {
    "thread-handle": THREAD_HANDLE,
    "join-timeout-limits-run": JOIN_TIMEOUT,
    "containment": CONTAINMENT,
    "threads-operate-on-threads": THREADS_OPERATE,
    "stack-matches-brackets": STACK_MATCHES_BRACKETS,
}
