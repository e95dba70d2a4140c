"""Reminders: whatever is due and not yet decided, found anew at every tick.

Nothing is planned ahead, so a visit that moved or was cancelled leaves nothing to correct, and nothing depends on a
tick that did not come. Each booking, offset and start is decided once, by whoever writes its ``TimedNotice``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from bookings.enums import BookingStatus
from bookings.models import Booking, StatusChange
from bookings.models.booking import BookingQuerySet
from notifications.events import Kind
from notifications.models import NotificationPolicy, TimedNotice
from notifications.timed import Decision, write_down

PAGE = 500
#: However late, a reminder is worth sending this long after its time, and no longer than half of its offset.
LATEST = timedelta(hours=12)
#: Many visits begin on the hour; their reminders are spread over this time, the same second for the same booking.
SPREAD = timedelta(seconds=30)
#: Told of the visit after the reminder's time anyway: booked, confirmed, moved or reminded since. Of an offset that the
#: company has given up, also for as long before as a reminder helps: to change an offset reminds nobody twice.
JUST_TOLD = "just_told"


def useful_for(offset: timedelta) -> timedelta:
    """How long after its time a reminder of ``offset`` still helps."""
    return min(offset / 2, LATEST)


def remind(*, shard: int = 0, shards: int = 1, page: int = PAGE) -> int:
    """Decide every reminder that is due for the clients of one shard; returns how many were made.

    Any number of processes may do this at once, also for the same shard. Ends early when the process is to end.
    """
    made = 0
    in_force = NotificationPolicy.objects.current().reminder_minutes
    for minutes in in_force:
        offset, after = timedelta(minutes=minutes), None
        while not stopping():
            bookings = _due(offset, clock.now(), shard=shard, shards=shards, after=after)[:page]
            made += _decide(list(bookings), offset, in_force)
            if len(bookings) < page:
                break
            after = bookings[len(bookings) - 1]
    return made


def _due(offset: timedelta, now: datetime, *, shard: int, shards: int, after: Booking | None) -> BookingQuerySet:
    """Undecided visits whose time for this reminder has come and still helps, soonest first, those after ``after``."""
    decided = TimedNotice.objects.filter(
        booking=OuterRef("pk"),
        kind=Kind.REMINDER,
        offset_minutes=_minutes(offset),
        starts_at=OuterRef("starts_at"),
    )
    soonest = now + offset - useful_for(offset)
    found = (
        Booking.objects.filter(
            ~Exists(decided), status=BookingStatus.CONFIRMED, starts_at__gt=soonest, starts_at__lte=now + offset
        )
        .annotate(its_shard=F("client_id") % shards)
        .filter(its_shard=shard)
    )
    if after is not None:
        later = Q(starts_at__gt=after.starts_at) | Q(starts_at=after.starts_at, pk__gt=after.pk)
        found = found.filter(later)
    return found.only("pk", "starts_at", "created_at").order_by("starts_at", "pk")


def _decide(bookings: Sequence[Booking], offset: timedelta, in_force: Sequence[int]) -> int:
    told, reminded, now = _last_told(bookings), _reminded(bookings), clock.now()
    decisions = []
    for booking in bookings:
        due = booking.starts_at - offset
        knows = told.get(booking.pk, booking.created_at) > due or any(
            at > due - (timedelta() if minutes in in_force else useful_for(offset))
            for minutes, at in reminded.get(booking.pk, ())
        )
        decisions.append(
            Decision(
                kind=Kind.REMINDER,
                booking=booking,
                offset_minutes=_minutes(offset),
                due_at=now + _place_in_spread(booking.pk),
                skipped=JUST_TOLD if knows else "",
            )
        )
    return write_down(decisions)


def _reminded(bookings: Sequence[Booking]) -> dict[int, list[tuple[int, datetime]]]:
    """Offset and instant of every reminder that each visit, as it now stands, has had."""
    notices = TimedNotice.objects.filter(
        booking__in=[booking.pk for booking in bookings], kind=Kind.REMINDER, skipped="",
        starts_at=F("booking__starts_at"),
    )  # fmt: skip
    found: dict[int, list[tuple[int, datetime]]] = {}
    for booking_id, minutes, at in notices.values_list("booking", "offset_minutes", "created_at"):
        found.setdefault(booking_id, []).append((minutes, at))
    return found


def _last_told(bookings: Sequence[Booking]) -> dict[int, datetime]:
    """When each booking was last made, confirmed or changed: its client knows of it since then."""
    changes = StatusChange.objects.filter(booking__in=[booking.pk for booking in bookings])
    return dict(changes.order_by().values_list("booking").annotate(Max("at")))


def _place_in_spread(booking_id: int) -> timedelta:
    # Fibonacci hashing: neighbouring numbers come far apart.
    return SPREAD * ((booking_id * 2654435769 % 2**32) / 2**32)


def _minutes(offset: timedelta) -> int:
    return int(offset.total_seconds()) // 60
