"""A booking moves to another time, and perhaps to another specialist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import load_booking_card
from bookings.enums import OPEN_STATUSES, EventKind, SlotReason
from bookings.exceptions import NotFound, SlotTaken
from bookings.models import Booking, BookingItem, Company, EndedVisit
from bookings.policies import Action, Standing, require_in_time
from bookings.read_models import BookingCard, ItemRequest, MovePreview
from bookings.services import end_visits, history, promotions, visits
from bookings.services.attempts import pause
from bookings.services.change import check_status, check_version, require
from bookings.services.create_booking import PLACING_ATTEMPTS
from bookings.services.day_lock import day_lock
from bookings.services.idempotency import Request, answer_once
from bookings.slots.placement import PlacedItem
from bookings.slots.search import Question, nearest_alternatives, place_visit


def reschedule_booking(
    *,
    actor: Actor,
    booking_id: int,
    starts_at: datetime,
    specialist_id: int | None = None,
    specialist_ids: Sequence[int] | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> BookingCard:
    """Move the whole visit to ``starts_at`` (aware); a failed move leaves it where it was.

    ``specialist_id`` gives all of it from now on, ``specialist_ids`` each service in order; with neither, each item keeps
    its specialist. What was agreed on stays: names, how long each service takes and
    the time around it, whatever the catalogue says today, and the price as long as the same specialist gives it; with
    another one it is what they take today (``preview_move`` tells beforehand). The own old time counts as free.

    Raises:
        NotFound, NotAllowed: see ``policies.require``; changing the specialist is for admins and clients.
        WrongStatus, StaleVersion, TooLate: as cancelling.
        ServiceUnavailable, SlotUnavailable, SlotTaken: as creating.
        IdempotencyConflict, Busy.
    """
    if starts_at.tzinfo is None:
        raise ValueError("starts_at must be aware")
    request = Request.of(
        actor=actor,
        operation=Action.RESCHEDULE,
        key=idempotency_key,
        content={
            "booking": booking_id,
            "starts_at": starts_at.timestamp(),
            "specialist": specialist_id,
            "version": expected_version,
            **({} if specialist_ids is None else {"specialists": list(specialist_ids)}),
        },
    )

    each = None if specialist_ids is None else tuple(specialist_ids)
    move = Move(actor, booking_id, starts_at, specialist_id, expected_version, specialist_ids=each)
    booking_id = answer_once(request, lambda: place_and_move(move, request))
    return load_booking_card(booking_id)


def preview_move(
    *,
    actor: Actor,
    booking_id: int,
    starts_at: datetime,
    specialist_id: int | None = None,
    specialist_ids: Sequence[int] | None = None,
) -> MovePreview:
    """What the visit would cost after ``reschedule_booking`` with the same arguments; nothing is written or held.

    Raises:
        NotFound, NotAllowed: as moving. ServiceUnavailable, SlotUnavailable, SlotTaken: as creating.
    """
    each = None if specialist_ids is None else tuple(specialist_ids)
    move = Move(actor, booking_id, starts_at, specialist_id, None, specialist_ids=each)
    booking = Booking.objects.select_related("location").filter(pk=booking_id).first()
    if booking is None:
        raise NotFound("booking")
    standing = _require(move, booking)
    items = list(booking.items.order_by("position"))
    placed = place_visit(**_question(move, booking, items, standing))
    prices = _prices(move, items, placed)
    discount = sum(promotions.discounts_at(booking, items, prices), Decimal(0))
    return MovePreview(price=sum(prices, Decimal(0)) - discount, discount=discount)


@dataclass(frozen=True, slots=True)
class Move:
    """``starts_at=None`` leaves the time as it is; ``item_id`` narrows ``specialist_id`` to that item.

    ``specialist_ids``: who gives each service, by its position; one that is not named keeps its specialist.
    """

    actor: Actor
    booking_id: int
    starts_at: datetime | None
    specialist_id: int | None
    expected_version: int | None
    item_id: int | None = None
    action: Action = Action.RESCHEDULE
    specialist_ids: tuple[int, ...] | None = None

    def specialist_of(self, item: BookingItem) -> int:
        """Who shall give ``item``."""
        if self.specialist_id is not None and self.item_id in (None, item.pk):
            return self.specialist_id
        if self.specialist_ids is not None and item.position < len(self.specialist_ids):
            return self.specialist_ids[item.position]
        return item.specialist_id

    @property
    def names_others(self) -> bool:
        """Than the one who moves it, who is a specialist."""
        return {self.specialist_id, *(self.specialist_ids or ())} - {None, self.actor.specialist_id} != set()


def place_and_move(move: Move, request: Request) -> int:
    alternatives: tuple[datetime, ...] = ()
    zone = "UTC"
    for attempt in range(PLACING_ATTEMPTS):
        booking = Booking.objects.select_related("location").filter(pk=move.booking_id).first()
        if booking is None:
            raise NotFound("booking")
        standing = _check(move, booking)
        starts_at = move.starts_at or booking.starts_at
        items = list(booking.items.order_by("position"))
        if move.item_id is not None and move.item_id not in {item.pk for item in items}:
            raise NotFound("item")
        if booking.starts_at == starts_at and all(
            move.specialist_of(item) == item.specialist_id for item in items
        ):
            with transaction.atomic():
                request.remember(booking.pk)
            return booking.pk
        question = _question(move, booking, items, standing)
        with day_lock(
            booking.location_id, starts_at.astimezone(booking.location.zone).date(), outpaced=attempt > 0
        ):
            placed = place_visit(**question)
            try:
                with visits.outpaced_when_refused(), transaction.atomic():
                    return _write(move, request, booking, placed)
            except visits.Outpaced:
                alternatives, zone = nearest_alternatives(**question), booking.location.timezone
        pause(attempt)
    raise SlotTaken("taken", reason=SlotReason.TAKEN.value, alternatives=alternatives, zone=zone)


def _question(move: Move, booking: Booking, items: Sequence[BookingItem], standing: Standing) -> Question:
    return Question(
        location_id=booking.location_id,
        items=[ItemRequest(item.service_id, move.specialist_of(item)) for item in items],
        starts_at=move.starts_at or booking.starts_at,
        client_id=booking.client_id,
        ignore_booking_id=booking.pk,
        bypass_notice=standing is not Standing.OWNER,
    )


def _require(move: Move, booking: Booking) -> Standing:
    standing = require(move.actor, move.action, booking)
    if standing is Standing.SPECIALIST and move.names_others:
        require(move.actor, Action.REASSIGN, booking)
    return standing


def _prices(move: Move, items: Sequence[BookingItem], placed: Sequence[PlacedItem]) -> list[Decimal]:
    """What was agreed on with the same specialist, and where the team hands the visit over; else today's price."""
    return [
        item.price if move.action is Action.REASSIGN or place.specialist_id == item.specialist_id else place.price
        for item, place in zip(items, placed, strict=True)
    ]


def _check(move: Move, booking: Booking) -> Standing:
    standing = _require(move, booking)
    check_version(booking, move.expected_version)
    check_status(booking, *OPEN_STATUSES)
    require_in_time(
        standing,
        starts_at=booking.starts_at,
        now=clock.now(),
        window_minutes=Company.objects.current().reschedule_window_minutes,
    )
    return standing


def _write(move: Move, request: Request, seen: Booking, placed: Sequence[PlacedItem]) -> int:
    booking = Booking.objects.select_for_update().get(pk=seen.pk)
    if booking.version != seen.version:
        raise visits.Outpaced  # what was checked and placed is no longer true; look again
    specialists = visits.claim(
        placed, location_id=booking.location_id, client_id=booking.client_id, ignore_booking_id=booking.pk
    )
    items = visits.release(booking)
    details = _details(booking, items, placed) | _reprice(move, booking, items, placed)
    visits.occupy(booking, placed, specialists=specialists, existing=items)
    if booking.starts_at != placed[0].starts_at:
        booking.coming_at = None  # it was another time they said that they would come at
    booking.starts_at, booking.ends_at = placed[0].starts_at, placed[-1].ends_at
    booking.version += 1
    booking.save()
    # It will end anew, and whoever asks how it went has to ask again.
    EndedVisit.objects.filter(booking=booking).delete()
    transaction.on_commit(partial(end_visits.forget, booking.pk))
    history.record(
        booking, actor=move.actor, kind=EventKind.BOOKING_RESCHEDULED, from_status=booking.status, details=details
    )
    request.remember(booking.pk)
    return booking.pk


def _reprice(
    move: Move, booking: Booking, items: Sequence[BookingItem], placed: Sequence[PlacedItem]
) -> dict[str, Any]:
    """Set the prices of rows that are saved next; what changed, for the history."""
    prices, before = _prices(move, items, placed), booking.price
    for item, price, discount in zip(items, prices, promotions.discounts_at(booking, items, prices), strict=True):
        item.price, item.discount = price, discount
    booking.discount = sum((item.discount for item in items), Decimal(0))
    booking.price = sum(prices, Decimal(0)) - booking.discount
    if booking.price == before:
        return {}
    return {"old_price": str(before), "price": str(booking.price), "currency": booking.currency}


def _details(booking: Booking, items: Sequence[BookingItem], placed: Sequence[PlacedItem]) -> dict[str, Any]:
    return {
        "old_starts_at": booking.starts_at.isoformat(),
        "old_ends_at": booking.ends_at.isoformat(),
        "old_specialist_ids": [item.specialist_id for item in items],
        "starts_at": placed[0].starts_at.isoformat(),
        "ends_at": placed[-1].ends_at.isoformat(),
        "specialist_ids": [item.specialist_id for item in placed],
    }
