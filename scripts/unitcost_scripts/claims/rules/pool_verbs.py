"""A pool's verbs: apply, apply_async, and what comes back through a completion queue."""

from unitcost_scripts.claims.bounds import at_most, more_than
from unitcost_scripts.claims.rules.asking import measured, metric, ratio, timed
from unitcost_scripts.claims.verdict import Rule

_POOLS = ("process_pool", "thread_pool")
_VERB = "pool_verbs/{}/grain/verb:{}/workers:2"

POOL_VERBS = Rule(
    questions=tuple(
        measured(metric("ns_per_task", _VERB.format(pool, verb), f"time of a task by {verb}", pool))
        for verb in ("apply", "apply_async")
        for pool in _POOLS
    ),
    unrecorded="terminate is called by no measure, close and join by all without a record of their own",
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
