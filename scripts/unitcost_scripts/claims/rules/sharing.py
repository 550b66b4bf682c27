"""Sharing and isolation: who sees what, who dies with whom, and what keeping order costs."""

from unitcost_scripts.claims.bounds import at_least, at_most, exactly, less_than, more_than
from unitcost_scripts.claims.rules.asking import fact, in_each, measured, metric, point, timed
from unitcost_scripts.claims.thresholds import DIFFERENT, GAIN
from unitcost_scripts.claims.verdict import Rule

_SEEN, _SEEN_BY_STARTER = "share of other units that see a write", "starters that see it, of one,"
_GLOBAL = "isolation/{}/global/units:8/workers:1"
_APART, _TOGETHER = "processes share nothing", "threads share"

PROCESS_ISOLATION = Rule(
    questions=(
        fact(metric("seen_share", _GLOBAL.format("process"), _SEEN, "process"), exactly(0), _APART),
        *(
            fact(each, exactly(0), _APART)
            for each in in_each(
                "seen_by_starter", _GLOBAL, ("process", "process_pool"), _SEEN_BY_STARTER
            )
        ),
        fact(
            metric("seen_share", _GLOBAL.format("std_thread"), _SEEN, "std_thread"),
            exactly(1),
            _TOGETHER,
        ),
        fact(
            metric("seen_by_starter", _GLOBAL.format("std_thread"), _SEEN_BY_STARTER, "std_thread"),
            exactly(1),
            _TOGETHER,
        ),
    ),
    beside=(metric("seen_share", _GLOBAL.format("process_pool"), _SEEN, "process_pool"),),
)

_DEATH = "blast_radius/{}/dies_by:{}/workers:2"
_DEATHS = ("segmentation_fault", "abort")
_OTHERS = "of 7 others those that end well"

PROCESS_STABILITY = Rule(
    questions=tuple(
        fact(metric(name, _DEATH.format(unit, death), says, f"{who} by {death}"), bound)
        for death in _DEATHS
        for name, unit, says, who, bound in (
            ("others_finished", "process/units/units:8", _OTHERS, "process", exactly(7)),
            (
                "starter_survives",
                "process/units/units:8",
                "their starter lives on, of one,",
                "process",
                exactly(1),
            ),
            ("others_finished", "process_pool/pool/tasks:8", _OTHERS, "process_pool", exactly(7)),
            ("others_finished", "std_thread/units/units:8", _OTHERS, "std_thread", less_than(7)),
        )
    ),
    beside=tuple(
        metric(
            "replaced_ns",
            _DEATH.format("process_pool/pool/tasks:8", death),
            "time until a pool has its worker again",
            death,
        )
        for death in _DEATHS
    ),
)

_LOST = "updates lost of a million"
_COUNTER = "race/{}/counter/units:4/workers:{}"

RACE = Rule(
    questions=tuple(
        fact(metric("lost_per_million", _COUNTER.format(model, workers), _LOST, who), more_than(0))
        for model, workers, who in (
            ("process", 2, "process workers:2"),
            ("std_thread", 2, "std_thread workers:2"),
            ("stackful", 2, "stackful workers:2"),
            ("stackful", 1, "stackful workers:1"),
            ("stackless", 1, "stackless workers:1"),
        )
    ),
    beside=tuple(
        metric("lost_per_million", _COUNTER.format(model, 1), _LOST, f"{model} workers:1")
        for model in ("process", "std_thread")
    ),
    depends_on="whether anything can come between a unit's reading and its writing:"
    " another CPU or the kernel can, a coroutine on the same thread cannot",
)

_AMDAHL = "lock/*/amdahl/lock:std_mutex/workers:2/units:2"
_DIVIDED = {"one_round": "in one round each", "many_rounds": "in rounds of 10 µs"}

LOCK_SERIALISES = Rule(
    provided=tuple(
        timed(
            point(
                f"speed_up_{divided}",
                0,
                _AMDAHL.replace("*", "std_thread"),
                f"speed-up of two threads with no work under the lock, {said}",
            ),
            at_least(GAIN),
        )
        for divided, said in _DIVIDED.items()
    ),
    questions=tuple(
        timed(
            point(
                f"speed_up_{divided}",
                100,
                _AMDAHL,
                f"speed-up of two with all work under the lock, {said}",
            ),
            at_most(DIFFERENT),
        )
        for divided, said in _DIVIDED.items()
    ),
    beside=(
        metric(
            "serial_share_one_round", _AMDAHL, "serial share by Amdahl's law, half under the lock"
        ),
    ),
    depends_on="the model",
)

_TWO_LOCKS = "deadlock/std_thread/two_locks/order:{}/workers:1"

DEADLOCK = Rule(
    questions=(
        fact(
            metric(
                "hung",
                _TWO_LOCKS.format("opposite"),
                "hangs of two threads, of one try each, that lock in opposite order",
            ),
            exactly(1),
        ),
        fact(metric("hung", _TWO_LOCKS.format("same"), "in the same order"), exactly(0)),
    ),
    beside=(
        metric("hung", "deadlock/*/two_locks/order:opposite/workers:*", "hangs in opposite order"),
        metric(
            "ended_ns",
            _TWO_LOCKS.format("opposite"),
            "from the hang until they were found and killed from outside",
        ),
    ),
)

_PERMITS = "semaphore/*/permits/units:16/permits:4/workers:*"

SEMAPHORE = Rule(
    questions=(
        fact(metric("most_holders", _PERMITS, "of 4 permits those held at once"), at_most(4)),
    ),
    beside=(
        metric(
            "contended_ns",
            "semaphore/std_thread/permits/units:16/permits:4/workers:2",
            "acquire and release among 16 threads",
        ),
        metric("alone_ns", "semaphore/std_thread/permits/units:16/permits:4/workers:2", "alone"),
    ),
    depends_on="the model",
)

_WAYS = ("queue", "pipe", "manager")

IPC = Rule(
    questions=tuple(
        measured(
            metric(
                "bytes_per_second",
                f"ipc/process/{way}/size:4KiB/cores:1",
                "bandwidth of messages of 4 KiB",
                way,
            )
        )
        for way in _WAYS
    ),
    beside=(metric("latency_p50_ns", "ipc/process/*/size:8B/cores:1", "one way of 8 B"),),
)

RULES = {
    "process-isolation": PROCESS_ISOLATION,
    "process-stability": PROCESS_STABILITY,
    "race": RACE,
    "lock-serialises": LOCK_SERIALISES,
    "ipc": IPC,
    "deadlock": DEADLOCK,
    "semaphore": SEMAPHORE,
}
