"""A thread for each of so many units."""

import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def each_on_its_thread(count: int, unit: Callable[[int], Answer]) -> list[Answer]:
    """What so many units answer. No thread is that of two, as a pool's is that has an idle one."""
    answers: dict[int, Answer] = {}

    def answer(index: int) -> None:
        answers[index] = unit(index)

    threads = [threading.Thread(target=answer, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[index] for index in range(count)]
