"""What is asked of the slot engine, and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """One service wanted in a visit; ``specialist_id=None`` means any."""

    service_id: int
    specialist_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit that can be booked. ``specialist_ids``: who could give the first item, least loaded first."""

    starts_at: datetime
    ends_at: datetime
    specialist_ids: tuple[int, ...]
    #: Free seats of an existing session, or the capacity of a new one; ``None`` for single services.
    seats_left: int | None = None


class DayState(StrEnum):
    FREE = "free"
    FULL = "full"
    CLOSED = "closed"
    PAST = "past"
    #: Later than the booking horizon.
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class DaySlots:
    """Slots that start on ``date`` as the location counts days, in order of time."""

    date: date
    state: DayState
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class DayOverview:
    """What a calendar shows of a date; ``state`` is what ``DaySlots`` would say."""

    date: date
    state: DayState
