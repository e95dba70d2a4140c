"""Arithmetic of half-open integer intervals, and the same sets as bit masks.

An interval is ``(start, end)`` with ``start < end``; a list of them is *tidy* when it is sorted and nothing
overlaps (neighbours may touch). Bit ``i`` of a mask stands for the minute ``origin + i``; a Python integer of a
whole month is 5.6 kB, and shifting or and-ing it takes about a microsecond.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Interval: TypeAlias = tuple[int, int]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The tidy form of ``intervals``, with neighbours that touch made one."""
    tidy: list[Interval] = []
    for start, end in sorted(intervals):
        if tidy and start <= tidy[-1][1]:
            if end > tidy[-1][1]:
                tidy[-1] = (tidy[-1][0], end)
        elif start < end:
            tidy.append((start, end))
    return tidy


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """What two tidy lists have in common."""
    common: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return common


def subtract(intervals: Sequence[Interval], holes: Sequence[Interval]) -> list[Interval]:
    """Tidy ``intervals`` without tidy ``holes``."""
    rest: list[Interval] = []
    for start, end in intervals:
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at:
                continue
            if hole_start >= end:
                break
            if hole_start > at:
                rest.append((at, hole_start))
            at = hole_end
        if at < end:
            rest.append((at, end))
    return rest


def clip(intervals: Iterable[Interval], low: int, high: int) -> list[Interval]:
    """The parts of tidy ``intervals`` within ``[low, high)``."""
    return [(max(start, low), min(end, high)) for start, end in intervals if start < high and end > low]


def to_mask(intervals: Iterable[Interval], origin: int, length: int) -> int:
    """The mask of intervals sorted by start, limited to ``[origin, origin + length)``.

    ``2**end - 2**start`` is a run of ones, so a sum of ends minus a sum of starts draws every run with one
    subtraction: linear in the number of intervals however long the mask is.
    """
    size = length // 8 + 1
    starts, ends = bytearray(size), bytearray(size)
    drawn = 0
    for start, end in intervals:
        low, high = start - origin, end - origin
        low = max(low, drawn)
        high = min(high, length)
        if low < high:
            starts[low >> 3] |= 1 << (low & 7)
            ends[high >> 3] |= 1 << (high & 7)
            drawn = high
    return int.from_bytes(ends, "little") - int.from_bytes(starts, "little")


def run_starts(mask: int, run: int) -> int:
    """The bits of ``mask`` from which ``run`` ones follow without a gap, in O(log run) shifts."""
    seen = 1
    while seen < run and mask:
        shift = min(seen, run - seen)
        mask &= mask >> shift
        seen += shift
    return mask


def set_bits(mask: int) -> Iterator[int]:
    """Positions of the ones, lowest first. Meant for masks of a day: each step copies the mask."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def window(mask: int, low: int, high: int) -> int:
    """Bits ``[low, high)`` of ``mask``, moved down to 0."""
    return (mask >> low) & ((1 << (high - low)) - 1)
