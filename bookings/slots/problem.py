"""The words the slot engine speaks. Pure: integers, minutes and masks.

Time is a line of minutes; bit ``i`` of every mask stands for the minute ``origin + i``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Candidate(NamedTuple):
    """A specialist who could give a service; ``duration`` in minutes is their own."""

    specialist_id: int
    duration: int


@dataclass(frozen=True, slots=True)
class Session:
    """A group session that exists. ``starts``…``ends`` is the class itself, ``busy_*`` with buffers."""

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

    @property
    def longest(self) -> int:
        """Minutes that the slowest candidate is held, buffers included."""
        return self.before + max(candidate.duration for candidate in self.candidates) + self.after


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


class Offer(NamedTuple):
    """A start at which the visit fits. ``specialist_ids``: who could give the first need, least loaded first."""

    starts: int
    ends: int
    specialist_ids: tuple[int, ...]
    seats_left: int | None
