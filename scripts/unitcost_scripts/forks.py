"""Work that forks of this process do side by side: they have all that it has, so nothing is handed over,
and what they leave are files.
"""

import gc
import multiprocessing
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import ParamSpec

P = ParamSpec("P")


@dataclass(frozen=True)
class _Fork:
    process: BaseProcess
    told: Connection  # an OSError, or nothing


def _do(teller: Connection, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """What the machine refuses, such as room on a full disk, is for the parent to tell; all else is a fault of
    ours and leaves its trace here.
    """
    try:
        work(*args, **kwargs)
    except OSError as error:
        teller.send(error)
        sys.exit(1)


class Forks:
    """At most so many at once; the `with` block ends when all have. One that failed ends it with an error:
    the OSError that it met, else a RuntimeError with its name.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: list[_Fork] = []

    def __enter__(self) -> "Forks":
        gc.freeze()  # a run's records are millions of objects: nobody looks through them meanwhile
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            ended = [self._await_one() for _ in range(len(self._running))]
        finally:
            gc.unfreeze()
        if error is None:
            for fork in ended:
                _refuse_failure(fork)

    def do(self, name: str, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Starts it, after another has ended where there are enough; `name` is for an error."""
        if len(self._running) == self._most:
            _refuse_failure(self._await_one())
        context = multiprocessing.get_context("fork")
        told, teller = context.Pipe(duplex=False)
        process = context.Process(target=_do, args=(teller, work, *args), kwargs=kwargs, name=name)
        process.start()
        teller.close()
        self._running.append(_Fork(process, told))

    def _await_one(self) -> _Fork:
        """One that has ended, and is no longer among those that run."""
        (ended, *_) = wait([fork.process.sentinel for fork in self._running])
        fork = next(each for each in self._running if each.process.sentinel == ended)
        self._running.remove(fork)
        fork.process.join()
        return fork


def _refuse_failure(fork: _Fork) -> None:
    with fork.told:
        if fork.process.exitcode == 0:
            return
        try:
            error = fork.told.recv()
        except EOFError:
            name, code = fork.process.name, fork.process.exitcode
            raise RuntimeError(f"{name}: ended with {code}.") from None
        raise error
