"""What a client does about the waitlist: join it, leave it, answer an offer."""

from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction

from booking_site.lib import clock
from bookings import policies
from bookings.actor import Actor
from bookings.cards import booking_card, waitlist_card
from bookings.enums import OfferState, PartOfDay, WaitlistState
from bookings.exceptions import (
    AlreadyWaiting,
    Banned,
    InvalidValue,
    NotFound,
    OfferOver,
    RangeReversed,
    RangeTooLong,
    ServiceUnavailable,
    SlotTaken,
)
from bookings.models import Booking, User, WaitlistEntry, WaitlistItem
from bookings.policies import Standing, Task, require_task
from bookings.read_models import BookingCard, ItemRequest, WaitlistCard
from bookings.services import audit, waitlist_state
from bookings.services.attempts import retried
from bookings.services.create_booking import Order, place_and_write
from bookings.services.idempotency import Request, answer_once, made_once
from bookings.slots.local_days import date_at, epoch_minute
from bookings.slots.request import Place, load_place, load_wanted

#: Dates of one wish, and wishes of one client, at most: the list is for waiting, not for watching everything.
MAX_DAYS = 62
MAX_ENTRIES = 10


def join_waitlist(
    *,
    actor: Actor,
    client_id: int,
    location_id: int,
    items: Sequence[ItemRequest],
    date_from: date,
    date_to: date,
    part_of_day: PartOfDay = PartOfDay.ANY,
    idempotency_key: str | None = None,
) -> WaitlistCard:
    """Wait for a time on those dates (inclusive, as the location counts them).

    What is free already is offered at once; after that, what becomes free, to who came first.

    Raises:
        NotFound: somebody else's client. Banned.
        ServiceUnavailable: as ``create_booking``.
        RangeReversed, RangeTooLong; InvalidValue: the dates are over, or later than anything can be booked.
        AlreadyWaiting: for the same, or for MAX_ENTRIES other things.
        IdempotencyConflict, Busy.
    """
    standing = require_task(actor, Task.WAIT, client_id=client_id)
    place = load_place(location_id)
    load_wanted(location_id, items)
    _check_dates(place, date_from, date_to)
    wish = [(item.service_id, item.specialist_id) for item in items]
    request = Request.of(
        actor=actor,
        operation="join_waitlist",
        key=idempotency_key,
        content={
            "client": client_id,
            "location": location_id,
            "items": wish,
            "dates": [date_from.isoformat(), date_to.isoformat()],
            "part": part_of_day.value,
        },
    )

    def work() -> int:
        with transaction.atomic():
            _check_client(client_id, standing)
            same = {
                "location_id": location_id,
                "date_from": date_from,
                "date_to": date_to,
                "part_of_day": part_of_day,
            }
            _check_others(client_id, same, wish)
            entry = WaitlistEntry.objects.create(client_id=client_id, **same)
            WaitlistItem.objects.bulk_create(
                WaitlistItem(entry=entry, position=position, service_id=service_id, specialist_id=specialist_id)
                for position, (service_id, specialist_id) in enumerate(wish)
            )
            audit.record(
                actor=actor, action="created", entity="waitlist_entry", entity_id=entry.pk,
                before=None, after={"client": client_id, **same, "items": wish},
            )  # fmt: skip
            request.remember(entry.pk)
        return int(entry.pk)

    return waitlist_card(made_once(WaitlistEntry.objects.with_details(), request, work))


def leave_waitlist(*, actor: Actor, entry_id: int, idempotency_key: str | None = None) -> WaitlistCard:
    """Wait no longer; an open offer is for the next then. Leaving twice is leaving. Raises NotFound."""

    def change(entry: WaitlistEntry) -> None:
        if waitlist_state.is_on_list(entry):
            waitlist_state.close(entry, OfferState.WITHDRAWN, becomes=WaitlistState.LEFT, actor=actor)

    return _change(actor, entry_id, "leave_waitlist", idempotency_key, change)


def decline_offer(*, actor: Actor, entry_id: int, idempotency_key: str | None = None) -> WaitlistCard:
    """Not this time: it goes to the next, and the client goes on waiting for others.

    Raises NotFound; OfferOver: there is no open offer.
    """

    def change(entry: WaitlistEntry) -> None:
        waitlist_state.open_offer(entry)
        waitlist_state.close(entry, OfferState.DECLINED, becomes=WaitlistState.WAITING, actor=actor)

    return _change(actor, entry_id, "decline_offer", idempotency_key, change)


def accept_offer(
    *, actor: Actor, entry_id: int, promo_code: str = "", idempotency_key: str | None = None
) -> BookingCard:
    """Book what is offered. Accepting again gives the same booking.

    The offer held nothing: when somebody else was faster, the refusal brings other times, and the entry goes on
    waiting.

    Raises:
        NotFound: no such entry for the actor. OfferOver: there is no open offer. IdempotencyConflict.
        What ``create_booking`` raises.
    """
    entry = _entry(actor, entry_id)
    request = Request.of(
        actor=actor, operation="accept_offer", key=idempotency_key, content={"entry": entry_id, "code": promo_code}
    )
    known = request.answer()
    if known is not None:
        return _booking_card(known)
    if entry.state == WaitlistState.BOOKED and entry.booking_id is not None:
        return _booking_card(entry.booking_id)
    try:
        offer = waitlist_state.open_offer(entry)
        items = [ItemRequest(item.service_id, item.specialist_id) for item in entry.items.order_by("position")]
        items[0] = ItemRequest(items[0].service_id, offer.specialist_id or items[0].specialist_id)
        standing, wanted = policies.creation(actor, client_id=entry.client_id, items=items)
        order = Order(
            actor, standing, entry.client_id, entry.location_id, wanted, offer.starts_at, "", promo_code, offer.pk
        )
        return _booking_card(answer_once(request, lambda: place_and_write(order, request).booking.pk))
    except (SlotTaken, ServiceUnavailable, OfferOver) as refusal:
        # Of two presses at once, the other one may have booked it; else somebody else has.
        entry.refresh_from_db()
        if entry.booking_id is not None:
            return _booking_card(entry.booking_id)
        if not isinstance(refusal, OfferOver):
            retried(lambda: _let_go(entry_id, offer.pk, actor))
        raise


def _let_go(entry_id: int, offer_id: int, actor: Actor) -> None:
    """Somebody else has the time; should this not be written, the offer expires by itself."""
    with transaction.atomic():
        entry = waitlist_state.lock(entry_id)
        if entry is not None and entry.offers.filter(pk=offer_id, state=OfferState.OPEN).exists():
            waitlist_state.close(entry, OfferState.GONE, becomes=WaitlistState.WAITING, actor=actor)


def _change(
    actor: Actor, entry_id: int, operation: str, key: str | None, change: Callable[[WaitlistEntry], None]
) -> WaitlistCard:
    request = Request.of(actor=actor, operation=operation, key=key, content={"entry": entry_id})

    def work() -> int:
        with transaction.atomic():
            _entry(actor, entry_id)
            entry = waitlist_state.lock(entry_id)
            if entry is None:
                raise NotFound("waitlist entry")
            change(entry)
            request.remember(entry_id)
        return entry_id

    return waitlist_card(made_once(WaitlistEntry.objects.with_details(), request, work))


def _entry(actor: Actor, entry_id: int) -> WaitlistEntry:
    entry = WaitlistEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound("waitlist entry")
    require_task(actor, Task.WAIT, client_id=entry.client_id)
    return entry


def _check_dates(place: Place, date_from: date, date_to: date) -> None:
    if date_to < date_from:
        raise RangeReversed("the last date lies before the first")
    if (date_to - date_from).days >= MAX_DAYS:
        raise RangeTooLong(f"at most {MAX_DAYS} days", max_days=MAX_DAYS)
    today = date_at(place.zone, epoch_minute(clock.now()))
    if date_to < today:
        raise InvalidValue("the dates are over", field="date_to")
    if (date_from - today).days > place.horizon_days:
        raise InvalidValue("nothing can be booked so far ahead", field="date_from")


def _check_client(client_id: int, standing: Standing) -> None:
    # The row is the queue for counting the client's entries.
    client = User.objects.select_for_update(no_key=True).filter(pk=client_id, is_active=True).first()
    if client is None:
        raise NotFound("client")
    if client.is_banned and standing is not Standing.ADMIN:
        raise Banned("the client is banned")


def _check_others(client_id: int, same: dict[str, object], wish: list[tuple[int, int | None]]) -> None:
    others = WaitlistEntry.objects.on_list().filter(client=client_id)
    if others.count() >= MAX_ENTRIES:
        raise AlreadyWaiting("enough is waited for", limit=MAX_ENTRIES)
    for other in others.filter(**same).prefetch_related("items"):
        if [(item.service_id, item.specialist_id) for item in other.items.all()] == wish:
            raise AlreadyWaiting("this is waited for already", waitlist_entry_id=other.pk)


def _booking_card(booking_id: int) -> BookingCard:
    return booking_card(Booking.objects.with_details().get(pk=booking_id))
