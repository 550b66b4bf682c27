"""A pool's verbs: apply, apply_async, how it ends, and what comes back through a completion queue."""

from unitcost_scripts.claims.bounds import at_most, exactly, more_than
from unitcost_scripts.claims.rules.asking import fact, measured, metric, ratio, timed
from unitcost_scripts.claims.verdict import Rule

_POOLS = ("process_pool", "thread_pool")
_VERB = "pool_verbs/{}/grain/verb:{}/workers:2"
_ENDING = "pool_verbs/{}/pending/verb:{}/workers:2"
_ENDS = (
    ("close", "queued_run", "of 256 tasks that wait, those that run after close", 256),
    ("terminate", "queued_dropped", "of 256 tasks that wait, those that terminate drops", 256),
    ("close", "unsettled", "tasks not ended when join is back from close", 0),
    ("terminate", "unsettled", "tasks not ended when join is back from terminate", 0),
)

POOL_VERBS = Rule(
    questions=(
        *(
            measured(
                metric("ns_per_task", _VERB.format(pool, verb), f"time of a task by {verb}", pool)
            )
            for verb in ("apply", "apply_async")
            for pool in _POOLS
        ),
        *(
            fact(metric(name, _ENDING.format(pool, verb), says, pool), exactly(count))
            for verb, name, says, count in _ENDS
            for pool in _POOLS
        ),
    ),
    beside=(
        *(
            metric("end_ns", _ENDING.format(pool, verb), f"time of {verb} and join", pool)
            for verb in ("close", "terminate")
            for pool in _POOLS
        ),
        *(
            metric(
                "cut_off",
                _ENDING.format(pool, "terminate"),
                "of 2 tasks at work those cut off",
                pool,
            )
            for pool in _POOLS
        ),
    ),
)

_BUSY = "workers at work on average"

APPLY_IS_SERIAL = Rule(
    questions=(
        timed(
            metric("kernel_time_ratio", _VERB.format("thread_pool", "apply"), _BUSY, "apply"),
            at_most(1.0),
            "apply waits",
        ),
        timed(
            metric(
                "kernel_time_ratio",
                _VERB.format("thread_pool", "apply_async"),
                _BUSY,
                "apply_async",
            ),
            more_than(1.0),
            "apply_async does not",
        ),
    ),
    beside=(
        ratio(
            "ns_per_task",
            _VERB.format("thread_pool", "apply"),
            _VERB.format("thread_pool", "apply_async"),
            "time of a task, apply over apply_async",
        ),
    ),
)

COMPLETION_QUEUE = Rule(
    questions=(
        timed(
            metric(
                "kernel_time_ratio",
                _VERB.format("thread_pool", "completions"),
                f"{_BUSY}, all results checked that come from a completion queue,",
            ),
            more_than(1.0),
        ),
    ),
    beside=(
        ratio(
            "ns_per_task",
            _VERB.format("thread_pool", "completions"),
            _VERB.format("thread_pool", "apply_async"),
            "time of a task, completion queue over handles",
        ),
    ),
)

RULES = {
    "pool-verbs": POOL_VERBS,
    "apply-is-serial": APPLY_IS_SERIAL,
    "completion-queue": COMPLETION_QUEUE,
}
