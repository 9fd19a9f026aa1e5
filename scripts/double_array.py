"""Builds the trie of a vocabulary as a double array that is used where it lies, without being built at start-up.

A unit is one u32. Its low 8 bits are the label, the byte that leads to it; bits 8 and 9 tell what it is:

    BRANCH          0   bits 10.. are the base of its children
    BRANCH_ENDING   1   the same, and a piece ends here: its id is in the unit at index `base`
    LEAF            2   a piece ends here and no longer one begins with it: bits 10.. are its id

The child by byte b of a unit with base B is at index B ^ b, and is one only if its label is b. No two units share
a base, so label and index together tell whose child a unit is. The id unit of a BRANCH_ENDING is its child by
byte 0 (no piece holds a zero byte) and has kind LEAF. Unused units have label 255, which no UTF-8 text holds.
Unit 0 is the root.
"""

from bisect import bisect_left

BRANCH, BRANCH_ENDING, LEAF = 0, 1, 2
UNUSED = 0xFF
BLOCK = 256
# New children are placed only into the last blocks, as older ones have few holes left: time against size.
OPEN_BLOCKS = 16


def build(pieces: list[tuple[bytes, int]]) -> list[int]:
    """Returns the units of the trie over (piece, id) pairs; pieces are distinct and without zero bytes."""
    pieces = sorted(pieces)
    builder = Builder()
    # (unit index, first piece, one past the last piece, depth): the pieces share their first `depth` bytes.
    pending = [(0, 0, len(pieces), 0)]
    while pending:
        index, first, last, depth = pending.pop()
        children, ending = split(pieces, first, last, depth)
        if not children:
            builder.units[index] |= unit(LEAF, ending)
            continue
        base = builder.place([0] * (ending is not None) + [label for label, _, _ in children])
        builder.units[index] |= unit(BRANCH if ending is None else BRANCH_ENDING, base)
        if ending is not None:
            builder.units[base] |= unit(LEAF, ending)
        pending.extend((base ^ label, start, end, depth + 1) for label, start, end in reversed(children))
    return builder.units


def split(pieces: list, first: int, last: int, depth: int) -> tuple[list[tuple[int, int, int]], int | None]:
    """Groups pieces by their byte at `depth`: (byte, first, last) each, and the id of the piece that ends there."""
    ending = None
    if len(pieces[first][0]) == depth:
        ending = pieces[first][1]
        first += 1
    groups = []
    while first < last:
        label = pieces[first][0][depth]
        end = first + 1
        while end < last and pieces[end][0][depth] == label:
            end += 1
        groups.append((label, first, end))
        first = end
    return groups, ending


def unit(kind: int, value: int) -> int:
    """Packs kind and base or id; the label is set when the unit is placed."""
    if not 0 <= value < 1 << 22:
        raise ValueError(f"{value} does not fit 22 bits")
    return kind << 8 | value << 10


class Builder:
    """The growing array with its free units, in ascending order."""

    def __init__(self):
        self.units: list[int] = []
        self.taken_bases: set[int] = set()
        self.free: list[int] = []
        self.grow()
        # The root is reached by no byte.
        self.units[0] = 0
        self.free.remove(0)

    def grow(self) -> None:
        """Appends a block of free units and closes the oldest open block."""
        start = len(self.units)
        self.units.extend([UNUSED] * BLOCK)
        closed = start - (OPEN_BLOCKS - 1) * BLOCK
        self.free = [index for index in self.free if index >= closed] + list(range(start, start + BLOCK))

    def place(self, labels: list[int]) -> int:
        """Finds the lowest base whose children by `labels` are all free, takes them, and returns it."""
        while True:
            for index in self.free:
                base = index ^ labels[0]
                if base not in self.taken_bases and all(self.is_free(base ^ label) for label in labels):
                    return self.take(base, labels)
            self.grow()

    def is_free(self, index: int) -> bool:
        """Tells whether a unit exists and is unused."""
        return index < len(self.units) and self.units[index] == UNUSED

    def take(self, base: int, labels: list[int]) -> int:
        """Marks the children as used by writing their labels."""
        self.taken_bases.add(base)
        taken = {base ^ label for label in labels}
        for label in labels:
            self.units[base ^ label] = label
        for index in taken:
            del self.free[bisect_left(self.free, index)]
        return base
