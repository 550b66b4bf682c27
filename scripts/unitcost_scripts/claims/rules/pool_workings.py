"""The workings of pools: their size, their queues and their threads."""

from unitcost_scripts.claims.bounds import about, at_least, at_most, exactly
from unitcost_scripts.claims.evidence import Reading
from unitcost_scripts.claims.questions import Place, Wanted
from unitcost_scripts.claims.rules.asking import fact, measured, metric, ratio, timed
from unitcost_scripts.claims.thresholds import ABOUT, DIFFERENT, NEARLY_ALL
from unitcost_scripts.claims.verdict import Rule

_SETTING = "elastic/thread_pool/{}/setting:{}"
_LOADS = ("square_wave", "bursts")
# Set wrong, what is more or less than as usual, and where that is what the claim says.
_FAULTS = (
    ("too_many", "idle_threads", "idle threads", at_least(DIFFERENT), "too many are a waste"),
    (
        "ended_early",
        "starts_per_wave",
        "threads started a wave",
        at_least(DIFFERENT),
        "ended early they start again",
    ),
    (
        "started_late",
        "wait_p99_ns",
        "p99 of waits",
        at_least(DIFFERENT),
        "started late they let tasks wait",
    ),
    (
        "ended_late",
        "neighbour_speed",
        "speed of who computes beside it",
        at_most(1 / DIFFERENT),
        "ended late they take from others",
    ),
)

POOL_SCALING = Rule(
    questions=tuple(
        timed(
            ratio(
                name,
                _SETTING.format(load, fault),
                _SETTING.format(load, "usual"),
                f"{what}, {fault} over usual",
                load,
            ),
            bound,
            part,
        )
        for fault, name, what, bound, part in _FAULTS
        for load in _LOADS
    ),
    beside=tuple(
        ratio(
            "idle_threads",
            _SETTING.format(load, "ended_late"),
            _SETTING.format(load, "usual"),
            "idle threads, ended_late over usual",
            load,
        )
        for load in _LOADS
    ),
    depends_on="which of the four is set wrong, and on the load",
)

_BLOCKING = "elastic/thread_pool/blocking/blocking:{}"

POOL_INJECTS = Rule(
    questions=(
        timed(
            ratio(
                "all_tasks_ns",
                _BLOCKING.format("unannounced"),
                _BLOCKING.format("announced"),
                "time of all tasks, blocking untold over told to the pool",
            ),
            at_least(DIFFERENT),
            "another takes its place",
        ),
        fact(
            metric("most_threads", _BLOCKING.format("announced"), "threads at once, of 8 allowed"),
            at_most(8),
            "never more than its most",
        ),
    ),
    beside=tuple(
        metric("computing_cpus", _BLOCKING.format(how), "CPUs that compute", how)
        for how in ("announced", "unannounced")
    ),
)

_PLANNED = "pool_queue/thread_pool/planned/queue:{}/workers:2"
_OVERTAKEN = "share of tasks that began after a later one"

QUEUE_DISCIPLINE = Rule(
    questions=(
        timed(
            metric("overtaken_share", _PLANNED.format("fifo"), _OVERTAKEN, "fifo"),
            at_most(1 - NEARLY_ALL),
        ),
        *(
            timed(
                ratio(
                    "overtaken_share",
                    _PLANNED.format(queue),
                    _PLANNED.format("fifo"),
                    "the same over that of fifo",
                    queue,
                ),
                at_least(ABOUT),
            )
            for queue in ("lifo", "deque")
        ),
    ),
    beside=tuple(
        metric(name, f"pool_queue/thread_pool/{work}/queue:{queue}/workers:2", says, queue)
        for name, work, says in (
            ("wait_p50_ns", "planned", "median wait"),
            ("wait_p99_ns", "planned", "p99 of waits"),
            ("ns_per_task", "outside", "time of a task given from outside"),
        )
        for queue in ("fifo", "lifo", "deque")
    ),
)

_ENDS = "queue_ends/thread_pool/pairs/queue:{}/workers:{}"

DEQUE_ENDS = Rule(
    questions=tuple(
        measured(
            metric(
                "ns_per_task",
                _ENDS.format(f"deque/end:{end}", workers),
                f"time of a task put and taken at the {end} end",
                f"workers:{workers}",
            )
        )
        for end in ("young", "old")
        for workers in (1, 2)
    ),
    beside=tuple(
        metric("ns_per_task", _ENDS.format("fifo", workers), "under a lock", f"workers:{workers}")
        for workers in (1, 2)
    ),
)

_CREW = "pool_crew/thread_pool/idle/pool:32"

POOL_STARTS_IDLE = Rule(
    questions=(
        fact(
            metric("same_workers_share", _CREW, "workers that are the same after 10,000 tasks"),
            exactly(1),
        ),
    ),
    beside=(
        metric("ready_ns_per_worker", _CREW, "a worker is ready after"),
        metric(
            "total_bytes_per_unit", "footprint/thread_pool/idle/touch:0", "its memory while idle"
        ),
    ),
)

_SIZE = "pool_size/thread_pool/mixed/waiting_percent:{}"
_SHARES = (0, 50, 75, 90, 99)
_OF_RULE = "best size over CPUs / (1 - share of waiting)"

POOL_SIZE = Rule(
    questions=(
        *(
            timed(
                ratio(
                    "best_size",
                    _SIZE.format(share),
                    _SIZE.format(0),
                    "best size over that of tasks that never wait",
                    f"{share} % waiting",
                ),
                at_least(ABOUT),
                "it grows with the waiting",
            )
            for share in _SHARES[1:]
        ),
        *(
            timed(
                metric("best_over_rule", _SIZE.format(share), _OF_RULE, f"{share} % waiting"),
                about(1, ABOUT),
                "it is CPUs / (1 - share of waiting)",
                Place("share of waiting", "%", share),
            )
            for share in _SHARES
        ),
    ),
    beside=tuple(
        metric("best_size", _SIZE.format(share), "best size", f"{share} % waiting")
        for share in _SHARES
    ),
    depends_on="the share of waiting",
)

POOL_THREADS_ARE_DAEMON = Rule(
    questions=(
        fact(
            metric(
                "unit_is_waited_for",
                "handle/thread_pool/leaving",
                "tasks at work that are waited for when the main thread leaves, of one,",
            ),
            exactly(0),
            "background threads",
        ),
        timed(
            Wanted(
                "a worker's stack over a plain thread's address space",
                _CREW,
                Reading("stack_bytes"),
                base="footprint/std_thread/idle/stack:default/touch:0",
                base_reading=Reading("reserved_bytes_per_unit"),
            ),
            about(1, DIFFERENT),
            "usual stack",
        ),
        fact(
            metric("nice_difference", _CREW, "a worker's nice value less the main thread's"),
            exactly(0),
            "usual priority",
        ),
    ),
    depends_on="which of the three is meant",
)

RULES = {
    "pool-scaling": POOL_SCALING,
    "pool-injects-when-blocked": POOL_INJECTS,
    "queue-discipline": QUEUE_DISCIPLINE,
    "deque-ends": DEQUE_ENDS,
    "pool-starts-idle-threads": POOL_STARTS_IDLE,
    "pool-size": POOL_SIZE,
    "pool-threads-are-daemon": POOL_THREADS_ARE_DAEMON,
}
