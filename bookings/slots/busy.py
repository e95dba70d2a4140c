"""L2: what is busy, read when it is asked for and never cached."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from booking_site.lib.prepared import Asked, Prepared
from bookings.database_guard import MAX_ALLOCATION_HOURS
from bookings.models import Allocation, Booking, BookingItem, GroupSession
from bookings.slots.intervals import Interval
from bookings.slots.local_days import epoch_minute, instant_of
from bookings.slots.minutes import EpochMinutes, busy_mask, minute_after, minute_of, minute_up
from bookings.slots.problem import Session
from bookings.slots.request import Wanted

#: No allocation that began longer ago than this can still be busy: the database refuses it. Without the bound every
#: search would walk the whole history of a resource.
LOOK_BACK = timedelta(hours=MAX_ALLOCATION_HOURS)


@dataclass(frozen=True, slots=True)
class Busy:
    """Masks from ``Question.low`` on, buffers included; the client's visits (without), sessions by service."""

    specialists: Mapping[int, int]
    rooms: Mapping[int, int]
    client: Sequence[Interval]
    sessions: Mapping[int, Sequence[Session]]


@dataclass(frozen=True, slots=True)
class Question:
    """Busy time of whom, where and when: it reaches into the epoch minutes ``[low, high)``."""

    wanted: Sequence[Wanted]
    location_id: int
    low: int
    high: int
    client_id: int | None
    ignore_booking_id: int | None

    @property
    def people(self) -> set[int]:
        return {candidate.specialist_id for want in self.wanted for candidate in want.candidates}

    @property
    def since(self) -> datetime:
        return instant_of(self.low)

    @property
    def until(self) -> datetime:
        return instant_of(self.high)


class AskedBusy:
    """One query, and one more each for a client, rooms and group services where there are any: those about people were
    sent, those about rooms and groups are when it is read.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._people = _ask_allocations(question, "specialist_id", question.people)
        self._client = (
            AskedVisits(question.client_id, question.since, question.until, question.ignore_booking_id)
            if question.client_id is not None
            else None
        )

    def busy(self, room_ids: Collection[int] = ()) -> Busy:
        """With the busy time of the rooms too."""
        question = self._question
        has_groups = any(want.capacity > 1 for want in question.wanted)
        return Busy(
            _masks(question, self._people),
            _masks(question, _ask_allocations(question, "room_id", room_ids)) if room_ids else {},
            self._client.intervals() if self._client is not None else (),
            _sessions(question) if has_groups else {},
        )


def _without(rows: QuerySet[Allocation], booking_id: int) -> QuerySet[Allocation]:
    """Allocations other than those that go when ``booking_id`` leaves: its own, and sessions only it sits in."""
    seats_of_others = BookingItem.objects.filter(seat__isnull=False).exclude(booking_id=booking_id)
    alone = GroupSession.objects.filter(seats__booking_id=booking_id, planned=False).exclude(
        pk__in=seats_of_others.filter(session__isnull=False).values("session_id")
    )
    own_items = BookingItem.objects.filter(booking_id=booking_id)
    return rows.exclude(item__in=own_items).exclude(session__in=alone)


def _allocations(resource: str, **arguments: Any) -> QuerySet[Allocation, Any]:
    """By resource, the busy times that are not over at ``since`` and begin before ``until``."""
    rows = Allocation.objects.filter(
        **{f"{resource}__in": arguments["ids"]},
        starts_at__lt=arguments["until"],
        starts_at__gte=arguments["look_back"],
        ends_at__gt=arguments["since"],
    )
    if "ignored" in arguments:
        rows = _without(rows, arguments["ignored"])
    aggregated: QuerySet[Allocation, Any] = (
        rows.order_by()
        .values(resource)
        .annotate(starts=EpochMinutes("starts_at"), ends=EpochMinutes("ends_at"))
        .values_list(resource, "starts", "ends")
    )
    return aggregated


_PREPARED = {resource: Prepared(partial(_allocations, resource)) for resource in ("specialist_id", "room_id")}


def _ask_allocations(question: Question, resource: str, ids: Collection[int]) -> Asked:
    ignored = {} if question.ignore_booking_id is None else {"ignored": question.ignore_booking_id}
    return _PREPARED[resource].ask(
        ids=sorted(ids),
        look_back=question.since - LOOK_BACK,
        since=question.since,
        until=question.until,
        **ignored,
    )


def _masks(question: Question, asked: Asked) -> dict[int, int]:
    length = question.high - question.low
    return {key: busy_mask(starts, ends, question.low, length) for key, starts, ends in asked.rows()}


class AskedVisits:
    """When a client is on an open visit in between, not counting the ignored one; the question was sent."""

    def __init__(
        self, client_id: int, since: datetime, until: datetime, ignore_booking_id: int | None = None
    ) -> None:
        ignored = {} if ignore_booking_id is None else {"ignored": ignore_booking_id}
        self._asked = _prepared_visits.ask(client_id=client_id, since=since, until=until, **ignored)

    def intervals(self) -> list[Interval]:
        """In order."""
        return [(minute_of(starts), minute_after(ends)) for starts, ends in self._asked.rows()]


def _visits_query(
    client_id: int, since: datetime, until: datetime, ignored: int | None = None
) -> QuerySet[Booking, Any]:
    visits = Booking.objects.open().filter(client_id=client_id, starts_at__lt=until, ends_at__gt=since)
    if ignored is not None:
        visits = visits.exclude(pk=ignored)
    return visits.order_by("starts_at").values_list("starts_at", "ends_at")


_prepared_visits = Prepared(_visits_query)


def _sessions(question: Question) -> dict[int, list[Session]]:
    """Sessions by service, full ones included; the seats of the ignored booking count as free."""
    wanted = {want.service_id: want for want in question.wanted if want.capacity > 1}
    ignored = Q(seats__booking_id=question.ignore_booking_id) if question.ignore_booking_id else Q(pk__in=())
    rows: QuerySet[GroupSession, Any] = (
        GroupSession.objects.filter(
            service__in=wanted, specialist__in=question.people, location_id=question.location_id,
            starts_at__gte=question.since, starts_at__lt=question.until,
        )
        .annotate(left=F("capacity") - Count("seats", filter=Q(seats__seat__isnull=False) & ~ignored))
        .order_by("starts_at", "id")
        .values_list("service_id", "id", "specialist_id", "room_id", "starts_at", "ends_at", "left")
    )  # fmt: skip
    found: dict[int, list[Session]] = defaultdict(list)
    for service_id, pk, who, room_id, starts_at, ends_at, left in rows:
        starts, ends = epoch_minute(starts_at), minute_up(ends_at)
        want = wanted[service_id]
        found[service_id].append(
            Session(pk, who, room_id, starts, ends, starts - want.before, ends + want.after, left)
        )
    return found
