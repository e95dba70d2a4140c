"""When each need could begin, taken by itself. Pure.

A specialist, and a room where one is needed, are held from ``before`` minutes before a service starts to ``after``
minutes after it ends, and all of that lies in their open and free time.
"""

from collections.abc import Sequence
from functools import lru_cache

from bookings.slots.intervals import run_starts, window
from bookings.slots.local_days import LocalDay
from bookings.slots.problem import Calendar, Need, Session


class Board:
    """The days on which a visit may start, laid over the masks of a calendar. Get it from ``board_of``.

    What is worked out of masks is remembered under the masks themselves and so is never stale: of a month that is
    looked at again, only what somebody has booked in between is worked out anew.
    """

    def __init__(self, days: Sequence[LocalDay], step: int, origin: int, length: int) -> None:
        self.index = {day.date: n for n, day in enumerate(days)}
        self.grid = _grid(days, step, origin, length)
        self._size = length // 8 + 1
        windows = ((day.start - origin, day.end - origin, (1 << day.length) - 1) for day in days)
        self._windows = [(low >> 3, (high + 7) >> 3, low & 7, ones) for low, high, ones in windows]

    def split(self, mask: int) -> tuple[int, ...]:
        """The part of ``mask`` that belongs to each day, moved down to the day's first minute."""
        data, convert = mask.to_bytes(self._size, "little"), int.from_bytes
        return tuple([
            convert(data[low:high], "little") >> shift & ones for low, high, shift, ones in self._windows
        ])  # fmt: skip


@lru_cache(maxsize=128)
def board_of(days: tuple[LocalDay, ...], step: int, origin: int, length: int) -> Board:
    return Board(days, step, origin, length)


@lru_cache(maxsize=512)
def starts_by_day(board: Board, fits: int) -> tuple[int, ...]:
    """For each day the starts on the grid among ``fits``, from its first minute on."""
    return board.split(fits & board.grid)


@lru_cache(maxsize=512)
def minutes_by_day(board: Board, mask: int) -> tuple[int, ...]:
    """How many minutes of each day are set."""
    return tuple([part.bit_count() for part in board.split(mask)])


def _grid(days: Sequence[LocalDay], step: int, origin: int, length: int) -> int:
    """The minutes at which a visit may begin: the wall clock shows a multiple of ``step``."""
    mask = bytearray(length // 8 + 1)
    for day in days:
        for minute in day.starts(step):
            bit = minute - origin
            mask[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(mask, "little")


@lru_cache(maxsize=512)
def _free_runs(opened: int, busy: int, run: int) -> int:
    """Where ``run`` minutes that are open and free begin."""
    return run_starts(opened & ~busy, run)


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
            who = candidate.specialist_id
            fits = _free_runs(self._calendar.open.get(who, 0), self._calendar.busy.get(who, 0), run)
            if need.needs_room and fits:
                rooms = 0
                for room_id in self._calendar.rooms_open:
                    rooms |= self._room_run(room_id, run)
                fits &= rooms
            found[who] = fits << need.before
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
