"""A thread for each of so many units."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class OwnThread(threading.Thread, Generic[Answer]):
    """That of one unit. It is a daemon: where another cannot be made it ends with the program,
    whatever its unit waits for."""

    def __init__(self, unit: Callable[[], Answer]) -> None:
        super().__init__(daemon=True)
        self._unit = unit
        self._failure: Exception | None = None

    def run(self) -> None:
        try:
            self._answer = self._unit()
        except Exception as failure:
            self._failure = failure

    def answer(self) -> Answer:
        """What its unit answers. What it raises is raised here."""
        self.join()
        if self._failure:
            raise self._failure
        return self._answer


def each_on_its_thread(count: int, unit: Callable[[int], Answer]) -> list[Answer]:
    """What so many units answer. No thread is that of two, as a pool's is that has an idle one."""
    threads = [OwnThread(partial(unit, index)) for index in range(count)]
    for thread in threads:
        thread.start()
    return [thread.answer() for thread in threads]
