"""What a promotion code takes off a visit, and who has used it.

The period counts the day on which a booking is made, by the location's clock. A cancelled booking gives its use back,
whoever cancelled; a no-show does not. What was agreed stays: a promotion that ends or changes later touches no booking.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from booking_site.lib import clock
from bookings import policies
from bookings.actor import Actor
from bookings.enums import DiscountKind
from bookings.exceptions import PromotionRefused
from bookings.models import Booking, BookingItem, Company, Location, Promotion, PromotionUse
from bookings.models.promotion import normal_code
from bookings.read_models import ItemRequest, PromotionQuote
from bookings.slots.request import load_place, load_wanted

_CENT = Decimal("0.01")


class Reason(StrEnum):
    """Why a code takes nothing off; ``details["reason"]`` of PromotionRefused."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    ENDED = "ended"
    USED_UP = "used_up"
    USED_BY_CLIENT = "used_by_client"
    PRICE = "price"
    SERVICES = "services"


@dataclass(frozen=True, slots=True)
class Priced:
    """One service of a visit and its price."""

    service_id: int
    price: Decimal


def check_promotion(
    *, actor: Actor, code: str, client_id: int, location_id: int, items: Sequence[ItemRequest]
) -> PromotionQuote:
    """What the visit would cost with the code, were it booked now; nothing is written or held.

    Where any specialist may give a service, its lowest price counts; the booking counts the price of who gives it.

    Raises:
        NotFound, NotAllowed: see ``policies.creation``.
        ServiceUnavailable: as ``create_booking``.
        PromotionRefused: the code does not apply.
    """
    _standing, wanted = policies.creation(actor, client_id=client_id, items=items)
    place = load_place(location_id)
    priced = [
        Priced(want.service_id, min(want.prices.values())) for want in load_wanted(place.location_id, wanted)
    ]
    promotion = Promotion.objects.filter(code=normal_code(code)).first()
    shares = _shares(promotion, priced, client_id, _today(location_id))
    assert promotion is not None, "an unknown code is refused"  # noqa: S101 - narrows the type
    price, discount = sum((item.price for item in priced), Decimal(0)), sum(shares, Decimal(0))
    return PromotionQuote(
        code=promotion.code,
        name=promotion.name,
        price=price,
        discount=discount,
        total=price - discount,
        currency=Company.objects.current().currency,
    )


def series_discount(*, code: str, client_id: int, location_id: int, visits: Sequence[Sequence[Priced]]) -> Decimal:
    """What the code takes off all of ``visits``, were they booked now: each is a use of its own.

    Raises PromotionRefused: it does not apply to one of them; ``details["visit"]`` is its number.
    """
    promotion, today = Promotion.objects.filter(code=normal_code(code)).first(), _today(location_id)
    found = Decimal(0)
    for number, items in enumerate(visits, start=1):
        with of_visit(number):
            found += sum(_shares(promotion, items, client_id, today, uses_ahead=number - 1), Decimal(0))
    return found


@contextmanager
def of_visit(number: int) -> Iterator[None]:
    """A refusal inside says which visit of the series it is about."""
    try:
        yield
    except PromotionRefused as error:
        error.details["visit"] = number
        raise


def redeem(booking: Booking, code: str) -> None:
    """Take the code's discount off a booking that was just written; call it in that transaction.

    The promotion's row is the queue: of two bookings at once, the second sees the use of the first.

    Raises PromotionRefused.
    """
    items = list(booking.items.order_by("position"))
    promotion = Promotion.objects.select_for_update(no_key=True).filter(code=normal_code(code)).first()
    priced = [Priced(item.service_id, item.price) for item in items]
    shares = _shares(promotion, priced, booking.client_id, _today(booking.location_id))
    assert promotion is not None, "an unknown code is refused"  # noqa: S101 - narrows the type
    PromotionUse.objects.create(promotion=promotion, booking=booking, client_id=booking.client_id)
    promotion.used += 1
    promotion.save(update_fields=["used"])
    for item, share in zip(items, shares, strict=True):
        item.discount = share
    BookingItem.objects.bulk_update(items, ["discount"])
    booking.discount = sum(shares, Decimal(0))
    booking.price -= booking.discount
    booking.promo_code = promotion.code
    booking.save(update_fields=["discount", "price", "promo_code"])


def discounts_at(booking: Booking, items: Sequence[BookingItem], prices: Sequence[Decimal]) -> list[Decimal]:
    """What each of ``items`` has off at the price it will have: of a percentage as much of that, of an amount the same."""
    of_price = PromotionUse.objects.filter(booking=booking, promotion__kind=DiscountKind.PERCENT).exists()
    found = []
    for item, price in zip(items, prices, strict=True):
        same = price == item.price or not item.discount
        share = (
            (price * item.discount / item.price).quantize(_CENT, ROUND_HALF_UP) if of_price and not same else None
        )
        found.append(min(item.discount if share is None else share, price))
    return found


def give_back(booking: Booking) -> None:
    """The booking was cancelled: its use is somebody else's. Call it in that transaction."""
    if not booking.promo_code:
        return
    use = PromotionUse.objects.filter(booking=booking).first()
    if use is None:
        return
    promotion = Promotion.objects.select_for_update(no_key=True).get(pk=use.promotion_id)
    use.delete()
    promotion.used -= 1
    promotion.save(update_fields=["used"])


def _today(location_id: int) -> date:
    return clock.now().astimezone(Location.objects.get(pk=location_id).zone).date()


def _shares(
    promotion: Promotion | None, items: Sequence[Priced], client_id: int, today: date, *, uses_ahead: int = 0
) -> list[Decimal]:
    """What is taken off each of ``items``, in their order, after so many ``uses_ahead``. Raises PromotionRefused."""
    if promotion is None or not promotion.is_active:
        raise _refused(Reason.UNKNOWN)
    if promotion.valid_from is not None and today < promotion.valid_from:
        raise _refused(Reason.NOT_YET, valid_from=promotion.valid_from.isoformat())
    if promotion.valid_to is not None and today > promotion.valid_to:
        raise _refused(Reason.ENDED, valid_to=promotion.valid_to.isoformat())
    if promotion.usage_limit is not None and promotion.used + uses_ahead >= promotion.usage_limit:
        raise _refused(Reason.USED_UP)
    if promotion.client_limit is not None:
        mine = PromotionUse.objects.filter(promotion=promotion, client=client_id).count()
        if mine + uses_ahead >= promotion.client_limit:
            raise _refused(Reason.USED_BY_CLIENT, limit=promotion.client_limit)
    if sum((item.price for item in items), Decimal(0)) < promotion.min_price:
        raise _refused(
            Reason.PRICE, min_price=str(promotion.min_price), currency=Company.objects.current().currency
        )
    only = set(promotion.services.values_list("pk", flat=True))
    if only and not any(item.service_id in only for item in items):
        raise _refused(Reason.SERVICES)
    return shares(promotion.kind, promotion.value, items, only)


def shares(kind: str, value: Decimal, items: Sequence[Priced], only: Collection[int] = ()) -> list[Decimal]:
    """The discount on each of ``items``, spread by price over those of the services ``only`` (all when empty).

    Cents that rounding leaves go to the last of them, so that the shares add up to the discount.
    """
    bases = [item.price if not only or item.service_id in only else Decimal(0) for item in items]
    base = sum(bases, Decimal(0))
    whole = base * value / 100 if kind == DiscountKind.PERCENT else min(value, base)
    whole = whole.quantize(_CENT, ROUND_HALF_UP)
    found, left, left_base = [], whole, base
    for part in bases:
        # Of what is left, by what is left: nothing gets more than its price, and the last gets the rest.
        share = (left * part / left_base).quantize(_CENT, ROUND_HALF_UP) if left_base else Decimal(0)
        found.append(share)
        left, left_base = left - share, left_base - part
    return found


def _refused(reason: Reason, **details: Any) -> PromotionRefused:
    return PromotionRefused(f"the code does not apply: {reason}", reason=reason.value, **details)
