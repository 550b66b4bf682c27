"""Pools: what they are worth, what they do when they are full, and what their queues do."""

from unitcost_scripts.claims.bounds import about, at_least, exactly, more_than
from unitcost_scripts.claims.evidence import Reading
from unitcost_scripts.claims.questions import Sweep, Wanted
from unitcost_scripts.claims.rules.asking import fact, last_point, metric, ratio, timed
from unitcost_scripts.claims.thresholds import DIFFERENT, HELD_UP_NS
from unitcost_scripts.claims.verdict import Rule

_WORTH = "pool_worth/*/grain/beside:*/workers:2"

POOL_FOR_SHORT_TASKS = Rule(
    questions=(
        timed(
            metric(
                "shortest_task_ratio", _WORTH, "time without a pool over with it, tasks of 100 ns"
            ),
            at_least(DIFFERENT),
        ),
    ),
    turns_at=(
        metric("equal_cost_ns", _WORTH, "both cost the same at tasks of"),
        metric("indifferent_from_ns", _WORTH, "they differ by less than 5 % from tasks of"),
    ),
    depends_on="what is made for each task instead",
)

POOL_USELESS_FOR_LONG_TASKS = Rule(
    questions=(
        timed(
            last_point(
                "advantage", _WORTH, "time without a pool over with it, the longest tasks tried"
            ),
            about(1, DIFFERENT),
        ),
    ),
    beside=(metric("indifferent_from_ns", _WORTH, "they differ by less than 5 % from tasks of"),),
    depends_on="what is made for each task instead",
)

_FULL = "pool_full/{}/burst/room:8/workers:2"
_POOLS = ("process_pool", "thread_pool")

POOL_WAITS_WHEN_FULL = Rule(
    questions=tuple(
        timed(
            metric(
                "giving_p99_ns",
                _FULL.format(pool),
                "p99 of the time for which who gives a task of 50 µs is held up",
                pool,
            ),
            at_least(HELD_UP_NS, "ns"),
        )
        for pool in _POOLS
    ),
    beside=tuple(
        metric(name, _FULL.format(pool), says, pool)
        for name, says in (
            ("wait_p99_ns", "p99 of a task's wait from its planned time"),
            ("given_wait_p99_ns", "and from when it was given, being held up left out,"),
        )
        for pool in _POOLS
    ),
    depends_on="the pool",
)

_BURST = "burst/{}/requests/burst:200/limit:{}"
_WITHOUT, _WITH = "without a pool requests fail", "with a pool none does"

BURST_WITHOUT_POOL = Rule(
    questions=(
        fact(
            metric(
                "lost_with_server",
                _BURST.format("std_thread", "memory"),
                "requests lost when the server was killed for want of memory",
                "std_thread",
            ),
            more_than(0),
            _WITHOUT,
        ),
        fact(
            metric(
                "refused_by_tasks",
                _BURST.format("std_thread", "tasks"),
                "requests refused for want of a thread",
                "std_thread",
            ),
            more_than(0),
            _WITHOUT,
        ),
        *(
            fact(
                metric(
                    "answered",
                    _BURST.format("thread_pool", limit),
                    f"of 270 requests those answered under a limit of {limit}",
                    "thread_pool",
                ),
                exactly(270),
                _WITH,
            )
            for limit in ("memory", "tasks")
        ),
    ),
    beside=(
        metric("answered", _BURST.format("*", "memory"), "answered under a limit of memory"),
        metric(
            "answered",
            _BURST.format("std_thread", "memory/at_most:24"),
            "answered without a pool, by 24 threads at most",
        ),
    ),
    depends_on="the limit that is reached",
)

_RESPONSE = "response/{}/grain/per_second:2000"

_UNIT_FOR_EACH = (
    "process",
    "std_thread",
    "std_async",
    "boost_fiber",
    "asio",
    "stackful",
    "stackless",
)

QUICK_RESPONSE = Rule(
    questions=tuple(
        timed(
            ratio(
                f"response_{percentile}_ns",
                _RESPONSE.format(model),
                _RESPONSE.format("thread_pool"),
                f"{percentile} of times to an answer, a unit each over a pool of threads",
                model,
            ),
            at_least(DIFFERENT),
        )
        for percentile in ("p50", "p99")
        for model in _UNIT_FOR_EACH
    ),
    beside=(metric("response_p99_ns", _RESPONSE.format("*"), "p99 of times to an answer"),),
    depends_on="what answers instead of a pool of threads",
)

_CELLS = 15  # five payloads by three handlers
_PATTERNS = "server_patterns/thread_pool/requests/bytes:*/handler_us:*/workers:2"

HSHA_VS_LF = Rule(
    questions=tuple(
        timed(
            Wanted(says, _PATTERNS, Reading(name), fewest=_CELLS),
            at_least(DIFFERENT),
            part,
            Sweep(what, "bytes", "bytes"),
        )
        for name, says, part, what in (
            (
                "lf_over_hsha",
                "throughput, leader/followers over half-sync/half-async",
                "leader/followers answers more",
                "throughput over the payload,",
            ),
            (
                "hsha_over_lf_cpu",
                "CPU time of a request, half-sync/half-async over leader/followers",
                "leader/followers takes less CPU time",
                "CPU time over the payload,",
            ),
        )
    ),
    depends_on="payload, handler and what is counted",
)

RULES = {
    "pool-for-short-tasks": POOL_FOR_SHORT_TASKS,
    "pool-useless-for-long-tasks": POOL_USELESS_FOR_LONG_TASKS,
    "pool-waits-when-full": POOL_WAITS_WHEN_FULL,
    "burst-without-pool": BURST_WITHOUT_POOL,
    "quick-response": QUICK_RESPONSE,
    "hsha-vs-lf": HSHA_VS_LF,
}
