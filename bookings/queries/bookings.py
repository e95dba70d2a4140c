"""Bookings as their client, specialist or an admin sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, Model, OuterRef, Q

from booking_site.lib import clock
from bookings import policies
from bookings.actor import Actor
from bookings.cards import booking_card
from bookings.enums import BookingStatus, Role
from bookings.exceptions import NotFound
from bookings.models import Booking, BookingItem, Location, Specialist, StatusChange
from bookings.models.booking import BookingQuerySet
from bookings.policies import Action
from bookings.read_models import BookingCard, Cancellation

# The widest distance between UTC and a wall clock somewhere on Earth is 14 hours.
ZONE_MARGIN = timedelta(hours=14)


def get_booking(*, actor: Actor, booking_id: int) -> BookingCard:
    """Raises NotFound, also for a booking that is none of the actor's business."""
    booking = Booking.objects.with_details().filter(pk=booking_id).first()
    if booking is None:
        raise NotFound("booking")
    card = booking_card(booking)
    policies.require(
        actor,
        Action.VIEW,
        client_id=card.client.id,
        specialist_ids={item.specialist_id for item in card.items},
    )
    return card


def cancellation_of(*, actor: Actor, booking_id: int) -> Cancellation | None:
    """Who called the booking off and why; ``None`` for one that stands, or is none of the actor's business."""
    line = (
        StatusChange.objects.filter(
            booking__in=_visible(actor).filter(pk=booking_id, status=BookingStatus.CANCELLED),
            to_status=BookingStatus.CANCELLED,
        )
        .values_list("by_role", "by_user", "booking__client", "reason")
        .last()
    )
    if line is None:
        return None
    role, by_user, client, reason = line
    return Cancellation(role=Role(role), by_client=by_user == client, reason=reason)


def may_reopen(*, actor: Actor, booking_id: int) -> bool:
    """Whether ``reopen_booking`` would take back how the visit went, as things stand."""
    outcomes = (BookingStatus.DONE, BookingStatus.NO_SHOW)
    noted = (
        StatusChange.objects.filter(
            booking__in=_visible(actor).filter(pk=booking_id, status__in=outcomes, review=None),
            to_status__in=outcomes,
        )
        .values_list("at", flat=True)
        .last()
    )
    return noted is not None and clock.now() - noted <= policies.REOPEN_WITHIN


def upcoming_bookings(
    *, actor: Actor, client_id: int, limit: int = 20, offset: int = 0
) -> tuple[BookingCard, ...]:
    """The client's open bookings that have not ended, soonest first. Raises NotFound for somebody else's."""
    policies.require_client(actor, client_id)
    open_ones = Booking.objects.open().filter(client=client_id, ends_at__gt=clock.now())
    return _cards(open_ones.order_by("starts_at", "id")[offset : offset + limit])


def past_bookings(*, actor: Actor, client_id: int, limit: int = 20, offset: int = 0) -> tuple[BookingCard, ...]:
    """What is over or was cancelled, latest first. Raises NotFound for somebody else's."""
    policies.require_client(actor, client_id)
    return _cards(_past(client_id).order_by("-starts_at", "-id")[offset : offset + limit])


def past_count(*, actor: Actor, client_id: int) -> int:
    """How many ``past_bookings`` there are. Raises NotFound for somebody else's."""
    policies.require_client(actor, client_id)
    return _past(client_id).count()


def _past(client_id: int) -> BookingQuerySet:
    upcoming = Booking.objects.open().filter(client=client_id, ends_at__gt=clock.now())
    return Booking.objects.filter(client=client_id).exclude(pk__in=upcoming.values("pk"))


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """What is looked for; ``None`` and empty mean all. ``starts_before`` is not included."""

    client_id: int | None = None
    specialist_id: int | None = None
    location_id: int | None = None
    statuses: Collection[BookingStatus] = ()
    starts_from: datetime | None = None
    starts_before: datetime | None = None


def list_bookings(
    *,
    actor: Actor,
    wanted: BookingFilter,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
    newest_first: bool = False,
) -> tuple[BookingCard, ...]:
    """Bookings that are the actor's business, by start and id; ``after`` is the start and id of the last one seen.

    A client has their own; a specialist those in their calendar, and their own; an admin all. Others' are as if they
    were not there.
    """
    bookings = _visible(actor)
    plain = {
        "client": wanted.client_id,
        "location": wanted.location_id,
        "starts_at__gte": wanted.starts_from,
        "starts_at__lt": wanted.starts_before,
    }
    bookings = bookings.filter(**{name: value for name, value in plain.items() if value is not None})
    if wanted.statuses:
        bookings = bookings.filter(status__in=wanted.statuses)
    if wanted.specialist_id is not None:
        bookings = bookings.filter(_given_by(wanted.specialist_id))
    if after is not None:
        side = "lt" if newest_first else "gt"
        starts_at, booking_id = after
        bookings = bookings.filter(
            Q(**{f"starts_at__{side}": starts_at}) | Q(**{"starts_at": starts_at, f"pk__{side}": booking_id})
        )
    order = ("-starts_at", "-pk") if newest_first else ("starts_at", "pk")
    return _cards(bookings.order_by(*order)[:limit])


def _visible(actor: Actor) -> BookingQuerySet:
    if actor.is_admin:
        return Booking.objects.all()
    own = Q(client=actor.user_id or 0)
    if actor.role == Role.SPECIALIST and actor.specialist_id is not None:
        own |= Q(_given_by(actor.specialist_id))
    return Booking.objects.filter(own)


def _given_by(specialist_id: int) -> Exists:
    return Exists(BookingItem.objects.filter(booking=OuterRef("pk"), specialist=specialist_id))


def specialist_day(*, actor: Actor, specialist_id: int, day: date) -> tuple[BookingCard, ...]:
    """A specialist's bookings of a day as each location counts it, all but the cancelled, in order of time.

    Raises NotFound for somebody else's calendar.
    """
    return day_bookings(actor=actor, location_id=None, date_from=day, date_to=day, specialist_id=specialist_id)


def day_bookings(
    *,
    actor: Actor,
    location_id: int | None,
    date_from: date,
    date_to: date,
    specialist_id: int | None = None,
) -> tuple[BookingCard, ...]:
    """Bookings that start on those dates (inclusive, as each location counts days), all but the cancelled, by start.

    ``location_id`` and ``specialist_id`` narrow; a specialist gets their own only.

    Raises:
        NotFound: a client asks, or a specialist asks for a colleague's; there is no such specialist or location.
    """
    bookings = _around(policies.calendar_of(actor, specialist_id), date_from, date_to)
    if location_id is not None:
        bookings = bookings.filter(location=location_id)
    found = tuple(
        card
        for card in _cards(bookings.order_by("starts_at", "id"))
        if date_from <= card.starts_at.astimezone(ZoneInfo(card.location.zone)).date() <= date_to
    )
    if not found:  # a slip in the id is no empty diary
        subjects: tuple[tuple[type[Model], int | None], ...] = (
            (Specialist, specialist_id),
            (Location, location_id),
        )
        for model, pk in subjects:
            if pk is not None and not model._default_manager.filter(pk=pk).exists():  # noqa: SLF001 - Django's documented name
                raise NotFound(model.__name__.lower())
    return found


def counts_by_day(
    *, actor: Actor, date_from: date, date_to: date, specialist_id: int | None = None
) -> dict[date, int]:
    """How many bookings ``day_bookings`` has of each of those dates, in order of the calendar, those without any too.

    Raises NotFound as it does.
    """
    bookings = _around(policies.calendar_of(actor, specialist_id), date_from, date_to)
    days = (date_to - date_from).days + 1
    counts = dict.fromkeys((date_from + timedelta(days=number) for number in range(days)), 0)
    for starts_at, zone in bookings.values_list("starts_at", "location__timezone"):
        day = starts_at.astimezone(ZoneInfo(zone)).date()
        if day in counts:
            counts[day] += 1
    return counts


def _around(specialist_id: int | None, date_from: date, date_to: date) -> BookingQuerySet:
    """Bookings of those dates in any zone, and some from around them; all but the cancelled."""
    bookings = Booking.objects.filter(
        starts_at__gte=datetime.combine(date_from, time(), UTC) - ZONE_MARGIN,
        starts_at__lt=datetime.combine(date_to + timedelta(days=1), time(), UTC) + ZONE_MARGIN,
    ).exclude(status=BookingStatus.CANCELLED)
    return bookings if specialist_id is None else bookings.filter(_given_by(specialist_id))


def _cards(bookings: BookingQuerySet) -> tuple[BookingCard, ...]:
    return tuple(booking_card(booking) for booking in bookings.with_details())
