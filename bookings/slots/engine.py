"""The slot engine: which visits fit into a calendar. Pure functions over integers.

Time is a line of minutes; bit ``i`` of every mask stands for ``origin + i``. Listing and booking ask the same
``Visit``, so what is offered can be booked.

A visit is a row of needs (services), one after the other. A need takes a specialist, and a room where it must,
from ``before`` minutes before it starts to ``after`` minutes after it ends; all of that lies in their open and
free time. The next need starts when the one before ends, or later by as much as the buffers on a person or room
they share require. The client is held from the first start to the last end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bookings.slots.intervals import run_starts, set_bits, window
from bookings.slots.local_days import LocalDay


@dataclass(frozen=True, slots=True)
class Candidate:
    """A specialist who could give a service; ``duration`` in minutes is their own."""

    specialist_id: int
    duration: int


@dataclass(frozen=True, slots=True)
class Session:
    """A group session with free seats. ``starts``…``ends`` is the class itself, ``busy_*`` with buffers."""

    session_id: int
    specialist_id: int
    room_id: int | None
    starts: int
    ends: int
    busy_from: int
    busy_to: int
    seats_left: int


@dataclass(frozen=True, slots=True)
class Need:
    """One service of a visit. ``candidates`` stand in the order that breaks ties between equal loads."""

    candidates: tuple[Candidate, ...]
    before: int = 0
    after: int = 0
    needs_room: bool = False
    capacity: int = 1
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Open and busy time of every specialist and room that matters, and the client's own visits."""

    origin: int
    length: int
    open: Mapping[int, int]
    busy: Mapping[int, int]
    rooms_open: Mapping[int, int] = field(default_factory=dict)
    rooms_busy: Mapping[int, int] = field(default_factory=dict)
    client_busy: int = 0

    def emptied(self) -> "Calendar":
        """The same calendar with nothing booked in it."""
        return Calendar(self.origin, self.length, self.open, {}, self.rooms_open)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one need went; minutes of the line. ``session`` is set when a seat in an existing one is taken."""

    specialist_id: int
    room_id: int | None
    session: Session | None
    starts: int
    ends: int
    busy_from: int
    busy_to: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A start at which the visit fits. ``specialist_ids``: who could give the first need, least loaded first."""

    starts: int
    ends: int
    specialist_ids: tuple[int, ...]
    seats_left: int | None


class Visit:
    """The needs of one visit against one calendar. ``step`` is the grid on which visits begin."""

    def __init__(self, calendar: Calendar, needs: Sequence[Need], days: Sequence[LocalDay], step: int) -> None:
        self._calendar = calendar
        self._needs = tuple(needs)
        self._days = tuple(days)
        self._step = step
        self._full = (1 << calendar.length) - 1
        self._room_runs: dict[tuple[int, int], int] = {}
        self._fits = [self._starts_of(need) for need in self._needs]
        self._sessions = [self._joinable(need) for need in self._needs]

    # -- listing ------------------------------------------------------------------------------------------

    def offers(self, day: LocalDay, earliest: int) -> list[Offer]:
        """Every start on ``day`` at or after ``earliest`` at which the visit fits, in order of time."""
        found = []
        for minute in self._possible(day, earliest):
            offer = self._offer(minute, day)
            if offer is not None:
                found.append(offer)
        return found

    def fits_somewhere(self, day: LocalDay, earliest: int) -> bool:
        """Whether ``offers`` would find anything."""
        return any(self._offer(minute, day) is not None for minute in self._possible(day, earliest))

    def place(self, minute: int) -> list[Placement] | None:
        """The placements of a visit that starts at ``minute``, each with the least loaded who can; ``None`` if
        ``minute`` is not on offer. ``earliest`` and the horizon are for the caller to check.
        """
        day = self._day_of(minute)
        if day is None or not self._may_start(minute, day):
            return None
        for first in self._options(0, minute, (), self._ranking(day)):
            placed = self._complete(1, (first,), self._ranking(day), {})
            if placed is not None:
                return list(placed)
        return None

    def _offer(self, minute: int, day: LocalDay) -> Offer | None:
        ranking = self._ranking(day)
        specialist_ids: list[int] = []
        best: tuple[Placement, ...] | None = None
        dead_ends: dict[object, bool] = {}
        for first in self._options(0, minute, (), ranking):
            if first.specialist_id in specialist_ids:
                continue
            placed = self._complete(1, (first,), ranking, dead_ends)
            if placed is not None:
                specialist_ids.append(first.specialist_id)
                best = best or placed
        if best is None:
            return None
        seats = best[0].session.seats_left if best[0].session else self._needs[0].capacity
        return Offer(minute, best[-1].ends, tuple(specialist_ids), seats if self._needs[0].capacity > 1 else None)

    # -- the rules ----------------------------------------------------------------------------------------

    def _free_room_runs(self, room_id: int, run: int) -> int:
        key = (room_id, run)
        if key not in self._room_runs:
            free = self._calendar.rooms_open[room_id] & ~self._calendar.rooms_busy.get(room_id, 0)
            self._room_runs[key] = run_starts(free, run)
        return self._room_runs[key]

    def _starts_of(self, need: Need) -> dict[int, int]:
        """For each candidate the starts at which they, and some room where one is needed, are open and free."""
        starts: dict[int, int] = {}
        for candidate in need.candidates:
            run = need.before + candidate.duration + need.after
            free = self._calendar.open.get(candidate.specialist_id, 0)
            free &= ~self._calendar.busy.get(candidate.specialist_id, 0)
            fits = run_starts(free, run)
            if need.needs_room and fits:
                rooms = 0
                for room_id in self._calendar.rooms_open:
                    rooms |= self._free_room_runs(room_id, run)
                fits &= rooms
            starts[candidate.specialist_id] = fits << need.before
        return starts

    def _joinable(self, need: Need) -> dict[int, list[Session]]:
        """Sessions with a free seat whose person and room are (still) open for them, by start."""
        by_start: dict[int, list[Session]] = {}
        names = {candidate.specialist_id for candidate in need.candidates}
        for session in need.sessions:
            if session.seats_left < 1 or session.specialist_id not in names:
                continue
            low, high = session.starts - self._calendar.origin, session.ends - self._calendar.origin
            if low < 0 or high > self._calendar.length:
                continue
            opened = self._calendar.open.get(session.specialist_id, 0)
            if session.room_id is not None:
                opened &= self._calendar.rooms_open.get(session.room_id, 0)
            if window(opened, low, high) == (1 << (high - low)) - 1:
                by_start.setdefault(session.starts, []).append(session)
        return by_start

    def _day_of(self, minute: int) -> LocalDay | None:
        return next((day for day in self._days if day.start <= minute < day.end), None)

    def _grid(self, day: LocalDay) -> int:
        origin = self._calendar.origin
        return sum(1 << (minute - origin) for minute in day.starts(self._step))

    def _may_start(self, minute: int, day: LocalDay) -> bool:
        return minute in self._sessions[0] or minute in day.starts(self._step)

    def _possible(self, day: LocalDay, earliest: int) -> list[int]:
        """Starts of the day that the first need alone allows."""
        origin = self._calendar.origin
        low, high = max(day.start, earliest) - origin, day.end - origin
        if low >= high:
            return []
        first = 0
        for mask in self._fits[0].values():
            first |= mask
        grid = {minute for minute in day.starts(self._step) if minute - origin >= low}
        minutes = {low + bit + origin for bit in set_bits(window(first, low, high))} & grid
        minutes |= {start for start in self._sessions[0] if low <= start - origin < high}
        return sorted(minutes)

    def _ranking(self, day: LocalDay) -> dict[int, int]:
        """Booked minutes of each specialist on ``day``."""
        low, high = day.start - self._calendar.origin, day.end - self._calendar.origin
        return {sid: window(mask, low, high).bit_count() for sid, mask in self._calendar.busy.items()}

    # -- placing ------------------------------------------------------------------------------------------

    def _options(
        self, index: int, not_before: int, placed: tuple[Placement, ...], load: Mapping[int, int]
    ) -> Iterator[Placement]:
        """Ways to give need ``index``: seats in existing sessions first, then the least loaded specialist."""
        need = self._needs[index]
        ranked = sorted(need.candidates, key=lambda candidate: load.get(candidate.specialist_id, 0))
        joinable = {session.specialist_id: session for session in self._sessions[index].get(not_before, ())}
        for candidate in ranked:
            session = joinable.get(candidate.specialist_id)
            if session is not None:
                yield Placement(
                    session.specialist_id, session.room_id, session, session.starts, session.ends,
                    session.busy_from, session.busy_to,
                )  # fmt: skip
        for candidate in ranked:
            yield from self._new(index, candidate, not_before, placed)

    def _new(
        self, index: int, candidate: Candidate, not_before: int, placed: tuple[Placement, ...]
    ) -> Iterator[Placement]:
        """``candidate`` giving the need as soon as possible after ``not_before``: one option for each room."""
        need = self._needs[index]
        run = need.before + candidate.duration + need.after
        fits = self._fits[index][candidate.specialist_id]
        found: list[tuple[int, int | None]] = []
        for room_id in self._calendar.rooms_open if need.needs_room else (None,):
            start = not_before
            for other in placed:
                same_room = room_id is not None and other.room_id == room_id
                if same_room or other.specialist_id == candidate.specialist_id:
                    start = max(start, other.busy_to + need.before)
            bit = start - self._calendar.origin
            room_free = room_id is None or (self._free_room_runs(room_id, run) >> (bit - need.before)) & 1
            if (fits >> bit) & 1 and room_free:
                found.append((start, room_id))
        for start, room_id in sorted(found, key=lambda option: option[0]):
            end = start + candidate.duration
            yield Placement(
                candidate.specialist_id, room_id, None, start, end, start - need.before, end + need.after
            )

    def _complete(
        self,
        index: int,
        placed: tuple[Placement, ...],
        load: Mapping[int, int],
        dead_ends: dict[object, bool],
    ) -> tuple[Placement, ...] | None:
        """``placed`` with the needs from ``index`` on added, or ``None``. ``dead_ends`` spares repeated search."""
        if index == len(self._needs):
            low, high = placed[0].starts - self._calendar.origin, placed[-1].ends - self._calendar.origin
            return None if window(self._calendar.client_busy, low, high) else placed
        end = placed[-1].ends
        still_held = frozenset(
            (other.specialist_id, other.room_id, other.busy_to)
            for other in placed
            if other.busy_to + max(need.before for need in self._needs) > end
        )
        key = (index, end, still_held)
        if key in dead_ends:
            return None
        for option in self._options(index, end, placed, load):
            complete = self._complete(index + 1, (*placed, option), load, dead_ends)
            if complete is not None:
                return complete
        dead_ends[key] = True
        return None
