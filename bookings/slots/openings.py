"""When each need could begin, taken by itself. Pure.

A specialist, and a room where one is needed, are held from ``before`` minutes before a service starts to ``after``
minutes after it ends, and all of that lies in their open and free time.
"""

from collections.abc import Sequence
from functools import lru_cache

from bookings.slots.intervals import run_starts, window
from bookings.slots.local_days import LocalDay
from bookings.slots.problem import Calendar, Need, Session


@lru_cache(maxsize=128)
def grid_mask(days: tuple[LocalDay, ...], step: int, origin: int, length: int) -> int:
    """The minutes of ``days`` at which a visit may begin: the wall clock shows a multiple of ``step``."""
    mask = bytearray(length // 8 + 1)
    for day in days:
        for minute in day.starts(step):
            bit = minute - origin
            mask[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(mask, "little")


class Days:
    """The days on which a visit may start, as windows of the masks of a calendar."""

    def __init__(self, days: Sequence[LocalDay], origin: int, length: int) -> None:
        self._size = length // 8 + 1
        windows = ((day.start - origin, day.end - origin, (1 << day.length) - 1) for day in days)
        self._windows = [(low >> 3, (high + 7) >> 3, low & 7, ones) for low, high, ones in windows]

    def split(self, mask: int) -> list[int]:
        """The part of ``mask`` that belongs to each day, moved down to the day's first minute."""
        data, convert = mask.to_bytes(self._size, "little"), int.from_bytes
        return [convert(data[low:high], "little") >> shift & ones for low, high, shift, ones in self._windows]


class Openings:
    """Start masks for one calendar; runs of free room time are computed once."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._room_runs: dict[tuple[int, int], int] = {}

    def room_is_free(self, room_id: int, run: int, minute: int) -> bool:
        """Whether the room is open and free for ``run`` minutes from ``minute`` on."""
        return bool((self._room_run(room_id, run) >> (minute - self._calendar.origin)) & 1)

    def _room_run(self, room_id: int, run: int) -> int:
        key = (room_id, run)
        if key not in self._room_runs:
            free = self._calendar.rooms_open[room_id] & ~self._calendar.rooms_busy.get(room_id, 0)
            self._room_runs[key] = run_starts(free, run)
        return self._room_runs[key]

    def starts(self, need: Need) -> dict[int, int]:
        """For each candidate, the starts at which they (and some one room, where needed) could give ``need``."""
        found: dict[int, int] = {}
        for candidate in need.candidates:
            run = need.before + candidate.duration + need.after
            free = self._calendar.open.get(candidate.specialist_id, 0)
            free &= ~self._calendar.busy.get(candidate.specialist_id, 0)
            fits = run_starts(free, run)
            if need.needs_room and fits:
                rooms = 0
                for room_id in self._calendar.rooms_open:
                    rooms |= self._room_run(room_id, run)
                fits &= rooms
            found[candidate.specialist_id] = fits << need.before
        return found

    def client_is_free(self, run: int) -> int:
        """Starts from which the client is on no other visit for ``run`` minutes."""
        free = ((1 << self._calendar.length) - 1) & ~self._calendar.client_busy
        return run_starts(free, run)

    def joinable(self, need: Need) -> dict[int, list[Session]]:
        """Sessions with a free seat whose person and room are (still) open for them, by start."""
        by_start: dict[int, list[Session]] = {}
        people = {candidate.specialist_id for candidate in need.candidates}
        for session in need.sessions:
            if session.seats_left > 0 and session.specialist_id in people and self._is_open(session):
                by_start.setdefault(session.starts, []).append(session)
        return by_start

    def _is_open(self, session: Session) -> bool:
        low, high = session.starts - self._calendar.origin, session.ends - self._calendar.origin
        if low < 0 or high > self._calendar.length:
            return False
        opened = self._calendar.open.get(session.specialist_id, 0)
        if session.room_id is not None:
            opened &= self._calendar.rooms_open.get(session.room_id, 0)
        return window(opened, low, high) == (1 << (high - low)) - 1
