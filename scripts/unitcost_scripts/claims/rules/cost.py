"""Cost: what memory, starts and too many units take."""

from unitcost_scripts.claims.bounds import about, at_least, at_most
from unitcost_scripts.claims.questions import Question, Wanted
from unitcost_scripts.claims.rules.asking import metric, ratio, timed
from unitcost_scripts.claims.thresholds import ABOUT, DEAR, DIFFERENT
from unitcost_scripts.claims.verdict import Rule

_KIB = 1024.0
COROUTINE_PART, THREAD_PART = "a coroutine takes about 5 KiB", "a thread takes about 512 KiB"
ORDER_PART = "a process takes more than a thread, and that more than a coroutine"
TOTAL, RESERVED = "total_bytes_per_unit", "reserved_bytes_per_unit"
_COLUMNS = {
    TOTAL: "memory",
    "resident_bytes_per_unit": "user memory",
    "kernel_bytes_per_unit": "kernel memory",
    RESERVED: "address space",
}

# As each model is used where nothing else is asked for: one page or less of a unit is touched.
PROCESS_IDLE = "footprint/process/idle/launch:fork/touch:0"
THREAD_IDLE = "footprint/std_thread/idle/stack:default/touch:0"
COROUTINES_IDLE = {
    "boost_fiber": "footprint/boost_fiber/idle/stack:16KiB/allocator:mapped/touch:0",
    "stackful": "footprint/stackful/idle/stack:16KiB/touch:0",
    "stackless": "footprint/stackless/idle/touch:0",
}


def _order(name: str, column: str) -> list[Question]:
    process = ratio(name, PROCESS_IDLE, THREAD_IDLE, "a process over a thread", column)
    threads = [
        ratio(name, THREAD_IDLE, case, "a thread over a coroutine", f"{column} of {model}")
        for model, case in COROUTINES_IDLE.items()
    ]
    return [timed(each, at_least(DIFFERENT), ORDER_PART) for each in (process, *threads)]


_five, _half = about(5 * _KIB, ABOUT, "bytes"), about(512 * _KIB, ABOUT, "bytes")

MEMORY_ORDER = Rule(
    questions=(
        *(
            timed(metric(TOTAL, case, "memory of a coroutine", model), _five, COROUTINE_PART)
            for model, case in COROUTINES_IDLE.items()
        ),
        timed(metric(TOTAL, THREAD_IDLE, "memory of a thread"), _half, THREAD_PART),
        timed(metric(RESERVED, THREAD_IDLE, "address space of a thread"), _half, THREAD_PART),
        *(each for name, column in _COLUMNS.items() for each in _order(name, column)),
    ),
    beside=(metric(TOTAL, PROCESS_IDLE, "memory of a process"),),
    depends_on="which part of the claim is meant, and which coroutine",
)

_THREAD_SPAWN = "spawn/std_thread/idle/stack:default/from:unit/cores:1"
_SPAWNS = {
    "boost_fiber": "spawn/boost_fiber/idle/stack:16KiB/allocator:mapped/from:unit/cores:1",
    "stackful": "spawn/stackful/idle/stack:16KiB/from:unit/cores:1",
    "stackless": "spawn/stackless/idle/from:unit/cores:1",
}
_EVENTS = {
    "spawn_latency_ns": "time to a thread's first instruction over that to a unit's",
    "spawn_join_ns": "time to a joined thread over that to a joined unit",
}

THREAD_START = Rule(
    questions=tuple(
        timed(ratio(event, _THREAD_SPAWN, case, says, model), at_least(DEAR))
        for event, says in _EVENTS.items()
        for model, case in _SPAWNS.items()
    ),
    beside=tuple(
        metric(event, _THREAD_SPAWN, says)
        for event, says in (
            ("spawn_latency_ns", "to a thread's first instruction"),
            ("spawn_join_ns", "to a joined thread"),
        )
    ),
    depends_on="what a unit is that the operating system has no part in",
)

_PROCESS_SPAWN = "spawn/process/idle/launch:fork/from:unit/cores:1"
_GRAPHS = ("fib/n:24/spawn_depth:4", "nqueens/n:12/spawn_depth:2")
_PROCESS_OVER_THREAD: tuple[Wanted, ...] = (
    ratio(TOTAL, PROCESS_IDLE, THREAD_IDLE, "memory, process over thread"),
    ratio(
        "spawn_latency_ns", _PROCESS_SPAWN, _THREAD_SPAWN, "time to the start, process over thread"
    ),
    ratio("spawn_join_ns", _PROCESS_SPAWN, _THREAD_SPAWN, "time to the join, process over thread"),
    *(
        ratio(
            "switch_ns",
            f"switch/process/idle/by:futex/cores:{cores}/units:2",
            f"switch/std_thread/idle/by:futex/cores:{cores}/units:2",
            "time of a hand-over, process over thread",
            f"cores:{cores}",
        )
        for cores in (1, 2)
    ),
    *(
        ratio(
            "ns_per_unit",
            f"throughput/process/{graph}/workers:2",
            f"throughput/std_thread/{graph}/workers:2",
            "time for a unit of a task graph, process over thread",
            graph.partition("/")[0],
        )
        for graph in _GRAPHS
    ),
)

PROCESS_COSTS_MORE = Rule(
    questions=tuple(timed(each, at_least(DIFFERENT)) for each in _PROCESS_OVER_THREAD),
    depends_on="what is counted",
)


def _too_many(model: str, parts: dict[str, str]) -> Rule:
    """The same job by 64 units a CPU: some throughput is lost. By 4 it is shown beside."""
    cases = {each: f"oversubscription/{model}/{each}/units_per_cpu:64" for each in parts}
    beside = {
        "efficiency_at_4": "throughput of 4 units a CPU over that of one",
        "switches_per_million_steps": "context switches per million steps of 64 a CPU",
        "queued_share": "share of their time that 64 a CPU wait for it",
    }
    return Rule(
        questions=tuple(
            timed(
                metric(
                    "efficiency_at_64",
                    case,
                    "throughput of 64 units a CPU over that of one",
                    kernel,
                ),
                at_most(1 / DIFFERENT),
                parts[kernel],
            )
            for kernel, case in cases.items()
        ),
        beside=tuple(
            metric(name, case, what, kernel)
            for name, what in beside.items()
            for kernel, case in cases.items()
        ),
        depends_on="whether what they work on fits into the caches",
    )


TOO_MANY_PROCESSES = _too_many("process", {"resident": "", "hungry": ""})
TOO_MANY_THREADS = _too_many(
    "std_thread",
    {"resident": "time for scheduling", "hungry": "the locality of caches"},
)

RULES = {
    "memory-order": MEMORY_ORDER,
    "thread-start-is-dear": THREAD_START,
    "process-costs-more": PROCESS_COSTS_MORE,
    "too-many-processes": TOO_MANY_PROCESSES,
    "too-many-threads": TOO_MANY_THREADS,
}
