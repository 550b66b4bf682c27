"""The interpreter lock: what threads are worth of which one at a time executes."""

from unitcost_scripts.claims.bounds import Bound, at_least, at_most, exactly, more_than
from unitcost_scripts.claims.rules.asking import fact, metric, ratio, timed
from unitcost_scripts.claims.thresholds import DIFFERENT, GAIN
from unitcost_scripts.claims.verdict import Rule

_JOB = "interpreter_lock/{}/{}/workers:2"
_JOBS = ("cpu_bound", "io_bound", "mixed")
_INSIDE = "within a step at once, at most"

GIL_ONE_AT_A_TIME = Rule(
    questions=tuple(
        fact(metric("most_inside", _JOB.format("gil", job), f"threads {_INSIDE}", job), exactly(1))
        for job in _JOBS
    ),
    beside=(metric("most_inside", _JOB.format("std_thread", "*"), f"without the lock {_INSIDE}"),),
)

_CPU_BOUND = "speed-up of two that compute"
_LOCKED = _JOB.format("gil", "cpu_bound")

GIL_CPU_BOUND = Rule(
    provided=(
        timed(
            metric(
                "speed_up", _JOB.format("std_thread", "cpu_bound"), f"{_CPU_BOUND} without a lock"
            ),
            at_least(GAIN),
        ),
    ),
    questions=(
        timed(metric("speed_up", _LOCKED, _CPU_BOUND), at_most(DIFFERENT), "no faster"),
        timed(metric("speed_up", _LOCKED, _CPU_BOUND), at_most(1 / DIFFERENT), "slower"),
    ),
    beside=(
        metric("speed_up", _JOB.format("std_thread", "cpu_bound"), "without the lock"),
        metric("speed_up", "interpreter_lock/cpython_*/cpu_bound/workers:*", "of CPython"),
    ),
    depends_on="whether “no faster” or “slower” is meant",
)

_WAITING = "speed-up of eight that wait"

GIL_IO_BOUND = Rule(
    provided=(
        timed(
            metric("speed_up", _JOB.format("std_thread", "io_bound"), f"{_WAITING} without a lock"),
            at_least(GAIN),
        ),
    ),
    questions=(
        timed(
            ratio(
                "speed_up",
                _JOB.format("gil", "io_bound"),
                _JOB.format("std_thread", "io_bound"),
                f"{_WAITING}, with the lock over without",
            ),
            at_least(1 / DIFFERENT),
        ),
    ),
    beside=(
        metric("speed_up", _JOB.format("*", "io_bound"), _WAITING),
        metric(
            "lateness_p50_ns",
            _JOB.format("*", "mixed"),
            "and beside one that computes who has waited comes back after",
        ),
    ),
)

_SINGLE = "interpreter_lock/gil/single/workers:1"

GIL_CHEAP_SINGLE = Rule(
    questions=(
        timed(
            metric("over_no_lock", _SINGLE, "time of one thread under the lock over that without"),
            at_most(DIFFERENT),
        ),
    ),
    beside=(metric("look_ns", _SINGLE, "a look whether anybody asks for the lock"),),
)

_PLAIN = "reference_count/gil/shared_object/count:plain/workers:{}"
_COUNT = "reference_count/std_thread/shared_object/count:{}/workers:{}"

_WORKERS = (1, 2)

GIL_AVOIDS_ATOMIC = Rule(
    questions=tuple(
        timed(
            ratio(
                "reference_ns",
                _COUNT.format("atomic", workers),
                _PLAIN.format(workers),
                "time of a reference, atomic over plain under the lock",
                f"workers:{workers}",
            ),
            at_least(DIFFERENT),
        )
        for workers in _WORKERS
    ),
    beside=(
        *(
            metric("reference_ns", _PLAIN.format(workers), "plain", f"workers:{workers}")
            for workers in _WORKERS
        ),
        *(
            ratio(
                "reference_ns",
                _COUNT.format("biased", workers),
                _PLAIN.format(workers),
                "biased towards one thread, without a lock, over plain",
                f"workers:{workers}",
            )
            for workers in _WORKERS
        ),
    ),
    depends_on="how many threads use the object",
)

_USER_LOCK = "user_lock/gil/held_across_waits/workers:1"

LOCK_OUTLIVES_GIL = Rule(
    questions=(
        fact(metric("most_holders", _USER_LOCK, "holders of the lock at once"), exactly(1)),
        fact(metric("refused", _USER_LOCK, "times it was asked for in vain"), more_than(0)),
    ),
)

_TWO_LOCKS = "deadlock/gil/two_locks/order:{}/workers:1"

GIL_PREVENTS_DEADLOCK = Rule(
    questions=(
        fact(
            metric(
                "hung",
                _TWO_LOCKS.format("opposite"),
                "hangs of two threads, of one try each, that lock in opposite order",
            ),
            exactly(0),
        ),
    ),
    beside=(metric("hung", _TWO_LOCKS.format("same"), "in the same order"),),
)

IO_TOGETHER = Rule(
    questions=tuple(
        timed(
            metric(
                "speed_up",
                _JOB.format(model, "io_bound"),
                "speed of eight that wait over one",
                said,
            ),
            Bound(1 / DIFFERENT, DIFFERENT),
        )
        for model, said in (("gil", "with the lock"), ("std_thread", "without"))
    ),
    depends_on="the lock",
)

RULES = {
    "gil-one-at-a-time": GIL_ONE_AT_A_TIME,
    "gil-cpu-bound": GIL_CPU_BOUND,
    "gil-io-bound": GIL_IO_BOUND,
    "gil-cheap-single": GIL_CHEAP_SINGLE,
    "gil-avoids-atomic-refcount": GIL_AVOIDS_ATOMIC,
    "lock-outlives-gil": LOCK_OUTLIVES_GIL,
    "gil-prevents-deadlock": GIL_PREVENTS_DEADLOCK,
    "io-together-or-single": IO_TOGETHER,
}
