"""Work that forks of this process do side by side: they have all that it has, so nothing is handed over,
and what they leave are files.
"""

import gc
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import ParamSpec

P = ParamSpec("P")


class Forks:
    """At most so many at once; the `with` block ends when all have. One that failed ends it with an error."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: list[BaseProcess] = []

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
            for process in ended:
                _refuse_failure(process)

    def do(self, name: str, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Starts it, after another has ended where there are enough; `name` is for an error."""
        if len(self._running) == self._most:
            _refuse_failure(self._await_one())
        context = multiprocessing.get_context("fork")
        process = context.Process(target=work, args=args, kwargs=kwargs, name=name)
        process.start()
        self._running.append(process)

    def _await_one(self) -> BaseProcess:
        """One that has ended, and is no longer among those that run."""
        (ended, *_) = wait([process.sentinel for process in self._running])
        process = next(each for each in self._running if each.sentinel == ended)
        self._running.remove(process)
        process.join()
        return process


def _refuse_failure(process: BaseProcess) -> None:
    if process.exitcode != 0:
        raise RuntimeError(f"{process.name}: ended with {process.exitcode}.")
