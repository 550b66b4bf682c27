"""unitcost's task graphs in plain Python: how a unit divides, and what a leaf computes.

`depth_left` of "all" is infinite, so that it never runs out."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from answers import Outcome
from brackets import Blocks, Brackets, bracket_text

Node = TypeVar("Node")


class Graph(Protocol[Node]):
    """A node is what a unit is told; it can be pickled."""

    @property
    def root(self) -> Node:
        ...

    def children(self, node: Node) -> list[Node]:
        """None of a leaf's."""

    def leaf(self, node: Node) -> int:
        """The checksum of a node without children."""


def joined(children: list[Outcome]) -> Outcome:
    """Of a unit whose children these are."""
    return 1 + sum(units for units, _ in children), sum(checksum for _, checksum in children)


class Call(NamedTuple):
    n: int
    depth_left: float


def fib(n: int) -> int:
    return 1 if n < 2 else fib(n - 1) + fib(n - 2)


@dataclass(frozen=True)
class Fib:
    root: Call

    def children(self, node: Call) -> list[Call]:
        n, depth_left = node
        if n < 2 or depth_left == 0:
            return []
        return [Call(n - 1, depth_left - 1), Call(n - 2, depth_left - 1)]

    def leaf(self, node: Call) -> int:
        return fib(node.n)


class Board(NamedTuple):
    """Columns taken, and attacked along the two diagonals, as the next row sees them."""

    columns: int
    rising: int
    falling: int
    depth_left: float


def solutions(all_columns: int, columns: int, rising: int, falling: int) -> int:
    if columns == all_columns:
        return 1
    total = 0
    free = all_columns & ~(columns | rising | falling)
    while free:
        queen = free & -free
        free &= free - 1
        total += solutions(
            all_columns, columns | queen, (rising | queen) << 1, (falling | queen) >> 1
        )
    return total


@dataclass(frozen=True)
class NQueens:
    root: Board
    all_columns: int

    def children(self, node: Board) -> list[Board]:
        columns, rising, falling, depth_left = node
        if depth_left == 0:
            return []
        return [
            Board(columns | queen, (rising | queen) << 1, (falling | queen) >> 1, depth_left - 1)
            for queen in _bits(self.all_columns & ~(columns | rising | falling))
        ]

    def leaf(self, node: Board) -> int:
        return solutions(self.all_columns, node.columns, node.rising, node.falling)


def _bits(free: int) -> Iterator[int]:
    """The lowest first."""
    while free:
        yield free & -free
        free &= free - 1


graph_names = ("fib", "nqueens", "brackets")


def graph_of(workload: str, parameters: dict[str, Any]) -> Graph[Any]:
    """With its input made."""
    depth = parameters["spawn_depth"]
    depth_left = math.inf if depth == "all" else depth
    match workload:
        case "fib":
            return Fib(Call(parameters["n"], depth_left))
        case "nqueens":
            return NQueens(Board(0, 0, 0, depth_left), (1 << parameters["n"]) - 1)
        case "brackets":
            count, size = parameters["blocks"], parameters["block_bytes"]
            blocks = [bracket_text(index * size, size) for index in range(count)]
            return Brackets(Blocks(0, count, depth_left), blocks, size)
    raise ValueError(workload)
