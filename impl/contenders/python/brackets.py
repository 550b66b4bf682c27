"""The graph `brackets`: its input, the kernel of its leaves, and how a unit divides, as
workloads/bracket_text.hpp, cpu/brackets.hpp and range_split.hpp define them."""

from dataclasses import dataclass
from typing import NamedTuple

from splitmix64 import GOLDEN_GAMMA, mix, splitmix64

_MOST_OPEN = 64
_FAULT_RATE = 100
_OPENING, _CLOSING = b"([{<", b")]}>"
_CLOSING_OF = dict(zip(_OPENING, _CLOSING))
_UNEXPECTED, _MISMATCHED, _NEVER_CLOSED, _TOO_DEEP = range(4)


def bracket_text(start: int, size: int) -> bytes:
    """The block whose first character is the `start`th of the whole text."""
    below = splitmix64(start)
    text, open_kinds = bytearray(), list[int]()

    def plain() -> int:
        return ord("a") + below(26)

    def opened() -> int:
        open_kinds.append(below(4))
        return _OPENING[open_kinds[-1]]

    def closed() -> int:
        kind = open_kinds.pop()
        is_wrong = below(_FAULT_RATE) == 0
        return _CLOSING[(kind + 1 + below(3)) % 4 if is_wrong else kind]

    def character(left: int) -> int:
        if len(open_kinds) >= left:  # the last chance to close what is open
            return plain() if below(_FAULT_RATE) == 0 else closed()
        choice = below(4)
        if choice == 0:
            return opened() if len(open_kinds) < _MOST_OPEN else plain()
        if choice == 1:
            if open_kinds:
                return closed()
            return _CLOSING[below(4)] if below(_FAULT_RATE) == 0 else plain()
        return plain()

    for at in range(size):
        text.append(character(size - at))
    return bytes(text)


def check_block(block: bytes, start: int) -> int:
    """The checksum of its pairs and faults. A closing bracket ends the innermost open one, whether
    it matches or not."""
    pairs = faults = 0
    open_at: list[int] = []
    for at, character in enumerate(block):
        if character in _CLOSING_OF:
            if len(open_at) == _MOST_OPEN:
                faults += mix((start + at) * 4 + _TOO_DEEP)
            else:
                open_at.append(at)
        elif character in _CLOSING:
            if not open_at:
                faults += mix((start + at) * 4 + _UNEXPECTED)
            elif character == _CLOSING_OF[block[open_at.pop()]]:
                pairs += 1
            else:
                faults += mix((start + at) * 4 + _MISMATCHED)
    faults += sum(mix((start + at) * 4 + _NEVER_CLOSED) for at in open_at)
    return pairs * GOLDEN_GAMMA + faults


class Blocks(NamedTuple):
    first: int
    length: int
    depth_left: float


@dataclass(frozen=True)
class Brackets:
    root: Blocks
    blocks: list[bytes]
    block_bytes: int

    def children(self, node: Blocks) -> list[Blocks]:
        first, length, depth_left = node
        if length <= 1 or depth_left == 0:
            return []
        half = length // 2
        return [
            Blocks(first, half, depth_left - 1),
            Blocks(first + half, length - half, depth_left - 1),
        ]

    def leaf(self, node: Blocks) -> int:
        return sum(
            check_block(self.blocks[index], index * self.block_bytes)
            for index in range(node.first, node.first + node.length)
        )
