"""The slot engine: which visits fit into a calendar. Pure functions over integers.

Listing and booking ask the same ``Visit``, so what is offered can be booked. A visit is a row of needs (services),
one after the other: the next starts when the one before ends, or later by as much as the buffers on a person or
room that they share require. The client is held from the first start to the last end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from bookings.slots.intervals import set_bits, window
from bookings.slots.local_days import LocalDay
from bookings.slots.openings import Openings, board_of, minutes_by_day, starts_by_day
from bookings.slots.problem import Calendar, Candidate, Need, Offer, Placement, Session


class PlainDay(NamedTuple):
    """Everything the offers of a day depend on where a visit is one service and joins no session: nothing is left to
    search, only to read off, and whoever has read it off before may remember it under this.

    ``starts`` (from ``midnight`` on) and ``loads`` are those of each of ``candidates``.
    """

    midnight: int
    candidates: tuple[Candidate, ...]
    starts: tuple[int, ...]
    loads: tuple[int, ...]
    skipped: int
    seats: int | None

    @property
    def possible(self) -> int:
        """Every start, whoever gives it, moved up to ``skipped`` and back: none before it."""
        return reduce(or_, self.starts, 0) >> self.skipped << self.skipped

    def offers(self) -> list[Offer]:
        """In order of time."""
        starts = self.possible
        # Trimmed to the first start: small numbers are tested faster.
        trim = max((starts & -starts).bit_length() - 1, 0)
        # sorted is stable: the order of the candidates decides between equal loads.
        ranked = sorted(zip(self.loads, self.candidates, self.starts, strict=True), key=lambda row: row[0])
        trimmed = [(candidate.specialist_id, part >> trim) for _load, candidate, part in ranked if part]
        durations = dict(self.candidates)
        found = []
        for bit in set_bits(starts >> trim):
            one = 1 << bit
            people = tuple([who for who, part in trimmed if part & one])
            minute = self.midnight + trim + bit
            found.append(Offer(minute, minute + durations[people[0]], people, self.seats))
        return found


class Visit:
    """The needs of one visit against one calendar, for starts on ``days``; ``step`` is their grid."""

    def __init__(self, calendar: Calendar, needs: Sequence[Need], days: Sequence[LocalDay], step: int) -> None:
        self._calendar = calendar
        self._needs = tuple(needs)
        self._days = tuple(days)
        self._board = board_of(self._days, step, calendar.origin, calendar.length)
        self._openings = Openings(calendar)
        self._fits = [self._openings.starts(need) for need in self._needs]
        self._sessions = [self._openings.joinable(need) for need in self._needs]
        #: By day: the starts of each candidate that the first need alone allows.
        self._first = list(zip(*self._first_by_candidate(), strict=True))
        candidates = self._needs[0].candidates
        #: By day: the booked minutes of each candidate of the first need.
        self._loads = list(zip(*(self._minutes_of(one.specialist_id) for one in candidates), strict=True))

    def offers(self, day: LocalDay, earliest: int) -> list[Offer]:
        """Every start on ``day`` at or after ``earliest`` at which the visit fits, in order of time."""
        return list(self._offers(day, earliest))

    def fits_somewhere(self, day: LocalDay, earliest: int) -> bool:
        """Whether ``offers`` would find anything."""
        plain = self.plain_day(day, earliest)
        if plain is not None:
            return plain.possible != 0
        return next(self._offers(day, earliest), None) is not None

    def plain_day(self, day: LocalDay, earliest: int) -> PlainDay | None:
        """What ``offers`` would read off, ``None`` where it would have to search."""
        if len(self._needs) > 1 or any(day.start <= start < day.end for start in self._sessions[0]):
            return None
        return self._plain(day, earliest)

    def _plain(self, day: LocalDay, earliest: int) -> PlainDay:
        need, at = self._needs[0], self._board.index[day.date]
        seats = need.capacity if need.capacity > 1 else None
        skipped = max(earliest - day.start, 0)
        return PlainDay(day.start, need.candidates, self._first[at], self._loads[at], skipped, seats)

    def place(self, minute: int) -> tuple[Placement, ...] | None:
        """Where the needs go if the visit starts at ``minute``, each with the least loaded who can.

        ``None`` where ``minute`` is not on offer. Past, notice and horizon are the caller's to check.
        """
        day = next((day for day in self._days if day.start <= minute < day.end), None)
        if day is None or minute not in self._possible(day, minute):
            return None
        loads, dead_ends = self._loads_on(day), set[object]()
        for first in self._options(0, minute, (), loads):
            placed = self._complete((first,), loads, dead_ends)
            if placed is not None:
                return placed
        return None

    def on_grid(self, minute: int) -> bool:
        """Whether visits begin at ``minute``, going by the wall clock alone."""
        return bool((self._board.grid >> (minute - self._calendar.origin)) & 1)

    # -- listing ------------------------------------------------------------------------------------------

    def _first_by_candidate(self) -> Iterator[tuple[int, ...]]:
        free: dict[int, int] = {}
        for candidate in self._needs[0].candidates:
            starts = self._fits[0][candidate.specialist_id]
            if self._calendar.client_busy:
                run = candidate.duration
                free[run] = free[run] if run in free else self._openings.client_is_free(run)
                starts &= free[run]
            yield starts_by_day(self._board, starts)

    def _minutes_of(self, specialist_id: int) -> tuple[int, ...]:
        return minutes_by_day(self._board, self._calendar.busy.get(specialist_id, 0))

    def _loads_on(self, day: LocalDay) -> dict[int, int]:
        """The booked minutes of each specialist who matters."""
        at = self._board.index[day.date]
        return {who: self._minutes_of(who)[at] for who in self._calendar.busy}

    def _ranked(self, need: Need, loads: Mapping[int, int]) -> list[Candidate]:
        return sorted(need.candidates, key=lambda candidate: loads.get(candidate.specialist_id, 0))

    def _possible(self, day: LocalDay, earliest: int) -> list[int]:
        """Starts of the day that the first need alone allows."""
        minutes = [day.start + bit for bit in set_bits(self._plain(day, earliest).possible)]
        joinable = [start for start in self._sessions[0] if max(day.start, earliest) <= start < day.end]
        return sorted({*minutes, *joinable}) if joinable else minutes

    def _offers(self, day: LocalDay, earliest: int) -> Iterator[Offer]:
        if len(self._needs) == 1:
            return self._lone_offers(day, earliest)
        offers = (self._offer(minute, day) for minute in self._possible(day, earliest))
        return (offer for offer in offers if offer is not None)

    def _lone_offers(self, day: LocalDay, earliest: int) -> Iterator[Offer]:
        """The offers of a visit with a single need: nothing to search, only to read off."""
        new = self._plain(day, earliest).offers()
        starts = [start for start in self._sessions[0] if max(day.start, earliest) <= start < day.end]
        if not starts:
            return iter(new)
        ranked = [candidate.specialist_id for candidate in self._ranked(self._needs[0], self._loads_on(day))]
        return iter(self._with_joined(new, starts, ranked))

    def _with_joined(self, new: Iterable[Offer], starts: Iterable[int], ranked: Sequence[int]) -> list[Offer]:
        """Offers of new sessions together with those of sessions that exist, whose people come first."""
        offers = {offer.starts: offer for offer in new}
        for minute in starts:
            joined = self._joined(minute, ranked)
            if joined:
                people = tuple(session.specialist_id for session in joined)
                others = offers[minute].specialist_ids if minute in offers else ()
                offers[minute] = Offer(minute, joined[0].ends, (*people, *others), joined[0].seats_left)
        return [offers[minute] for minute in sorted(offers)]

    def _joined(self, minute: int, ranked: Iterable[int]) -> list[Session]:
        """Sessions that begin at ``minute`` and leave the client time for them, least loaded specialist first."""
        busy, origin = self._calendar.client_busy, self._calendar.origin
        by_person = {
            session.specialist_id: session
            for session in self._sessions[0].get(minute, ())
            if not window(busy, session.starts - origin, session.ends - origin)
        }
        return [by_person[specialist_id] for specialist_id in ranked if specialist_id in by_person]

    def _offer(self, minute: int, day: LocalDay) -> Offer | None:
        loads, dead_ends = self._loads_on(day), set[object]()
        need = self._needs[0]
        people: dict[int, None] = {}
        best: tuple[Placement, ...] | None = None
        for first in self._options(0, minute, (), loads):
            if first.specialist_id in people:
                continue
            placed = self._complete((first,), loads, dead_ends)
            if placed is not None:
                people[first.specialist_id] = None
                best = best or placed
        if best is None:
            return None
        seats = best[0].session.seats_left if best[0].session else need.capacity
        return Offer(minute, best[-1].ends, tuple(people), seats if need.capacity > 1 else None)

    # -- placing ------------------------------------------------------------------------------------------

    def _options(
        self, index: int, not_before: int, placed: tuple[Placement, ...], loads: Mapping[int, int]
    ) -> Iterator[Placement]:
        """Ways to give need ``index``: seats in existing sessions first, then the least loaded specialist."""
        ranked = self._ranked(self._needs[index], loads)
        joinable = {session.specialist_id: session for session in self._sessions[index].get(not_before, ())}
        for candidate in ranked if joinable else ():
            session = joinable.get(candidate.specialist_id)
            if session is not None:
                yield Placement(
                    session.specialist_id, session.room_id, session, session.starts, session.ends,
                    session.busy_from, session.busy_to,
                )  # fmt: skip
        if index == 0 and not self.on_grid(not_before):
            return
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
            if not (fits >> (start - self._calendar.origin)) & 1:
                continue
            if room_id is None or self._openings.room_is_free(room_id, run, start - need.before):
                found.append((start, room_id))
        for start, room_id in sorted(found, key=lambda option: option[0]):
            end = start + candidate.duration
            yield Placement(
                candidate.specialist_id, room_id, None, start, end, start - need.before, end + need.after
            )

    def _complete(
        self, placed: tuple[Placement, ...], loads: Mapping[int, int], dead_ends: set[object]
    ) -> tuple[Placement, ...] | None:
        """``placed`` with the needs that are still missing, or ``None``. ``dead_ends`` spares repeated search."""
        end = placed[-1].ends
        if len(placed) == len(self._needs):
            low, high = placed[0].starts - self._calendar.origin, end - self._calendar.origin
            return None if window(self._calendar.client_busy, low, high) else placed
        longest_before = max(need.before for need in self._needs)
        still_held = frozenset(
            (other.specialist_id, other.room_id, other.busy_to)
            for other in placed
            if other.busy_to + longest_before > end
        )
        key = (len(placed), end, still_held)
        if key in dead_ends:
            return None
        for option in self._options(len(placed), end, placed, loads):
            complete = self._complete((*placed, option), loads, dead_ends)
            if complete is not None:
                return complete
        dead_ends.add(key)
        return None
