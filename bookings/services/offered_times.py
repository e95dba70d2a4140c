"""What is on offer to whom, so that one time of one specialist is not on offer to two.

An offer holds nothing: whose time it takes is looked at as it would be booked now. Rooms are left out: which of them a
visit gets is settled when it is booked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeAlias

from bookings.exceptions import BookingError
from bookings.models import WaitlistEntry, WaitlistItem, WaitlistOffer
from bookings.read_models import ItemRequest, Slot
from bookings.slots.search import place_visit

#: A specialist, from when, until when, buffers included.
Span: TypeAlias = tuple[int, datetime, datetime]


@dataclass(frozen=True)
class OfferedVisit:
    """What a wish is for, at a time; ``who`` gives its first service."""

    entry: WaitlistEntry
    starts_at: datetime
    ends_at: datetime
    who: int | None

    @cached_property
    def items(self) -> list[WaitlistItem]:
        return sorted(self.entry.items.all(), key=lambda item: item.position)

    @cached_property
    def around(self) -> tuple[datetime, datetime]:
        """With the longest buffers of any of its services."""
        before = max(item.service.buffer_before_minutes for item in self.items)
        after = max(item.service.buffer_after_minutes for item in self.items)
        return self.starts_at - timedelta(minutes=before), self.ends_at + timedelta(minutes=after)

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Whose time it takes; nobody's where it cannot be booked any more."""
        if len(self.items) == 1:
            return [] if self.who is None else [(self.who, *self.around)]
        wanted = [ItemRequest(item.service_id, item.specialist_id) for item in self.items]
        wanted[0] = ItemRequest(wanted[0].service_id, self.who or wanted[0].specialist_id)
        try:
            placed = place_visit(
                location_id=self.entry.location_id,
                items=wanted,
                starts_at=self.starts_at,
                client_id=self.entry.client_id,
            )
        except BookingError:
            return []
        return [(item.specialist_id, item.busy_from, item.busy_to) for item in placed]

    def touches(self, other: "OfferedVisit") -> bool:
        """Whether both want some of the same time, of whomever. Spares most visits being placed."""
        return _overlap(self.around, other.around)

    def excludes(self, other: "OfferedVisit") -> bool:
        """Whether one specialist would have to be in both: the buffers of two visits do not overlap either."""
        return any(
            mine == theirs and _overlap((low, high), (since, until))
            for mine, low, high in self.spans
            for theirs, since, until in other.spans
        )

    def is_seat_of(self, other: "OfferedVisit") -> bool:
        """Whether both are seats of one group session."""
        both = (self, other)
        return all(len(visit.items) == 1 for visit in both) and (
            len({(visit.items[0].service_id, visit.starts_at) for visit in both}) == 1
        )


def held_by(offers: Iterable[WaitlistOffer]) -> list[OfferedVisit]:
    """What is on offer; load the offers with ``entry__items__service``."""
    return [OfferedVisit(offer.entry, offer.starts_at, offer.ends_at, offer.specialist_id) for offer in offers]


def free_of(held: Sequence[OfferedVisit], entry: WaitlistEntry, slot: Slot) -> int | None:
    """Who can give the first service of the wish at ``slot`` beside what is ``held``; ``None`` where nobody can."""
    for who in slot.specialist_ids:
        visit = OfferedVisit(entry, slot.starts_at, slot.ends_at, who)
        near = [other for other in held if other.touches(visit)]
        if near and not visit.spans:
            continue  # taken a moment ago
        rivals = [other for other in near if other.excludes(visit)]
        if not rivals or (
            slot.seats_left is not None
            and len(rivals) < slot.seats_left
            and all(rival.is_seat_of(visit) for rival in rivals)
        ):
            return who
    return None


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and one[1] > other[0]
