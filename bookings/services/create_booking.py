"""A booking comes into being."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from booking_site.lib import clock
from booking_site.lib.one_trip import one_trip
from booking_site.lib.prepared import AskedObjects, PreparedObjects
from booking_site.lib.prepared_insert import PreparedInsert
from bookings import policies
from bookings.actor import Actor
from bookings.cards import ask_location, load_booking_card, new_booking_card
from bookings.enums import BookingStatus, EventKind, SlotReason
from bookings.exceptions import Banned, NotFound, ServiceUnavailable, SlotTaken, TooManyBookings
from bookings.models import Booking, BookingItem, Company, Specialist, User
from bookings.policies import Standing
from bookings.read_models import BookingCard, ItemRequest
from bookings.services import history, promotions, visits, waitlist_state
from bookings.services.attempts import pause
from bookings.services.confirmation import first_status
from bookings.services.day_lock import day_lock
from bookings.services.idempotency import Request, answer_once
from bookings.slots.ahead import ask_ahead, remember
from bookings.slots.local_days import date_at, epoch_minute
from bookings.slots.placement import PlacedItem
from bookings.slots.request import AskedWanted, Place, available, place_of
from bookings.slots.search import Question, nearest_alternatives, place_visit

_client = PreparedObjects(lambda pk: User.objects.select_for_update(no_key=True).filter(pk=pk))
_bookings = PreparedInsert(Booking)

#: How often a visit is placed anew when others keep taking what was placed.
PLACING_ATTEMPTS = 8


def create_booking(
    *,
    actor: Actor,
    client_id: int,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    comment: str = "",
    promo_code: str = "",
    idempotency_key: str | None = None,
) -> BookingCard:
    """Book a visit: the services one after the other from ``starts_at`` (aware) on.

    Confirmed at once when the company says so, or when staff book; pending otherwise (see ``confirmation``).

    Raises:
        NotFound, NotAllowed: see ``policies.creation``.
        Banned: the client is banned and no admin books for them.
        ServiceUnavailable: a service, specialist or the location is gone, or they do not go together.
        SlotUnavailable: the time is not on offer. SlotTaken: it was, a moment ago. Both bring alternatives.
        TooManyBookings: the client has as many open bookings as the company allows.
        PromotionRefused: the promotion code does not apply.
        IdempotencyConflict, InvalidText, Busy.
    """
    if starts_at.tzinfo is None:
        raise ValueError("starts_at must be aware")
    if not items:
        raise ServiceUnavailable("a visit has at least one service")
    standing, wanted = policies.creation(actor, client_id=client_id, items=items)
    comment = history.clean_text(comment, limit=history.COMMENT_LIMIT, field="comment")
    request = Request.of(
        actor=actor,
        operation="create",
        key=idempotency_key,
        content={
            "client": client_id,
            "location": location_id,
            "items": [(item.service_id, item.specialist_id) for item in items],
            "starts_at": starts_at.timestamp(),
            "comment": comment,
            **({"promotion": promo_code} if promo_code else {}),
        },
    )

    order = Order(actor, standing, client_id, location_id, wanted, starts_at, comment, promo_code)
    made: list[Made] = []

    def work() -> int:
        made.append(place_and_write(order, request))
        return made[-1].booking.pk

    # Its time is taken, or the key is there when it is remembered.
    booking_id = answer_once(request, work, repeats_are_refused=True)
    # A code changes the items after they were written, and of an earlier answer there is nothing in hand.
    in_hand = made and not promo_code.strip()
    return new_booking_card(made[-1].booking, made[-1].items) if in_hand else load_booking_card(booking_id)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, once the policies have agreed; ``items`` as they allow them."""

    actor: Actor
    standing: Standing
    client_id: int
    location_id: int
    items: tuple[ItemRequest, ...]
    starts_at: datetime
    comment: str
    promo_code: str = ""
    #: The waitlist's offer that the booking fulfils, where there is one.
    offer_id: int | None = None
    series_id: int | None = None
    #: Goes into the history and the event as it is.
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, with the client's row as it was locked."""

    booking: Booking
    items: Sequence[BookingItem]


def place_and_write(order: Order, request: Request) -> Made:
    question = Question(
        location_id=order.location_id,
        items=order.items,
        starts_at=order.starts_at,
        client_id=order.client_id,
        bypass_notice=order.standing is not Standing.OWNER,
    )
    for attempt in range(PLACING_ATTEMPTS):
        with one_trip():
            asked_location, asked_company = ask_location(order.location_id), Company.objects.ask()
            asked_wanted = AskedWanted(order.location_id, order.items)
            # Not once somebody was quicker: then the day is to be read behind the lock.
            ahead = ask_ahead(question) if attempt == 0 else None
        location = available(asked_location.first(), order.location_id)
        company = asked_company.company()
        place, wanted = place_of(location, company), asked_wanted.wanted()
        remember(question, place, wanted)
        asked = ahead if ahead is not None and ahead.is_about(place, wanted) else None
        with day_lock(order.location_id, date_at(place.zone, epoch_minute(order.starts_at)), outpaced=attempt > 0):
            # Reading comes before the transaction: a writer on SQLite must not hold up others while it thinks.
            placed = place_visit(**question, place=place, wanted=wanted, asked=asked)
            try:
                with visits.outpaced_when_refused(), transaction.atomic():
                    made = _write(order, request, company, place, placed)
            except visits.Outpaced:
                pass
            else:
                made.booking.location = location
                return made
        pause(attempt)
    free = nearest_alternatives(**question)
    raise SlotTaken("taken", reason=SlotReason.TAKEN.value, alternatives=free, zone=place.zone)


def _write(order: Order, request: Request, company: Company, place: Place, placed: Sequence[PlacedItem]) -> Made:
    with one_trip():
        asked_client = ask_client(order.client_id)
        claim = visits.Claim([placed], place=place, client_id=order.client_id, client_is_held=True)
        keys = BookingKeys([placed])
    client = check_client(asked_client.first(), order.standing, company)
    made = write_booking(order, company, placed, claim.granted(), keys, request=request, is_last=True)
    made.booking.client = client
    return made


def write_booking(
    order: Order,
    company: Company,
    placed: Sequence[PlacedItem],
    specialists: dict[int, Specialist],
    keys: "BookingKeys",
    *,
    request: Request | None = None,
    is_last: bool = False,
) -> Made:
    """The placed visit as rows; its client was checked and its ``specialists`` claimed in this transaction. The answer
    to ``request`` is remembered. ``is_last``: nothing follows in the transaction.
    """
    seats = visits.take_seats(order.location_id, placed)
    status = first_status(company, order.standing, order.client_id)
    # What a code or an offer changes of it has to be there when the history is written.
    is_changed = bool(order.promo_code.strip()) or order.offer_id is not None
    with one_trip(and_commit=is_last and not is_changed):
        booking = _write_row(order, company, placed, keys, status)
        items = visits.write_items(booking, placed, specialists=specialists, seats=seats, keys=keys.items)
        if not is_changed:
            _tell(order, booking, items, placed, request)
    if is_changed:
        if order.promo_code.strip():
            promotions.redeem(booking, order.promo_code)
        if order.offer_id is not None:
            waitlist_state.fulfil(order.offer_id, booking, actor=order.actor)
        with one_trip(and_commit=is_last):
            _tell(order, booking, items, placed, request)
    return Made(booking, items)


class BookingKeys:
    """Of the rows that visits become, so that all of them can be written in one trip to a server. Asked for when it is
    made: put it into the trip before.
    """

    def __init__(self, placed: Sequence[Sequence[PlacedItem]]) -> None:
        self.bookings = _bookings.ask_keys(len(placed))
        self.items = visits.ask_item_keys(sum(len(visit) for visit in placed))


def _write_row(
    order: Order, company: Company, placed: Sequence[PlacedItem], keys: BookingKeys, status: BookingStatus
) -> Booking:
    return _bookings.write_soon(
        Booking(
            pk=keys.bookings.next(),
            location_id=order.location_id,
            client_id=order.client_id,
            status=status,
            starts_at=placed[0].starts_at,
            ends_at=placed[-1].ends_at,
            price=sum((item.price for item in placed), Decimal(0)),
            discount=Decimal("0.00"),
            currency=company.currency,
            comment=order.comment,
            door=order.actor.door,
            series_id=order.series_id,
        )
    )


def _tell(
    order: Order,
    booking: Booking,
    items: Sequence[BookingItem],
    placed: Sequence[PlacedItem],
    request: Request | None,
) -> None:
    visits.hold(items, placed)
    history.record(
        booking, actor=order.actor, kind=EventKind.BOOKING_CREATED, from_status="", details=order.details
    )
    if request is not None:
        request.remember(booking.pk)


def ask_client(client_id: int) -> AskedObjects[User]:
    """Their row, locked: it is the queue for what is counted of a client, and two visits of theirs may have nothing
    else in common. Call it inside ``atomic``.
    """
    return _client.ask(pk=client_id)


def check_client(client: User | None, standing: Standing, company: Company, *, wanted: int = 1) -> User:
    """The client, asked for by ``ask_client`` in this transaction, if they may be given ``wanted`` more bookings.

    Raises NotFound, Banned, TooManyBookings.
    """
    if client is None or not client.is_active:
        raise NotFound("client")
    if client.is_banned and standing is not Standing.ADMIN:
        raise Banned("the client is banned")
    if standing is Standing.OWNER and company.max_open_bookings is not None:
        open_now = Booking.objects.open().filter(client=client, ends_at__gt=clock.now()).count()
        if open_now + wanted > company.max_open_bookings:
            raise TooManyBookings("too many open bookings", limit=company.max_open_bookings)
    return client
