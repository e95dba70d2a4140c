"""Codes that make a visit cheaper."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given, settings, strategies as st

from bookings.enums import BookingStatus, DiscountKind
from bookings.exceptions import NotFound, PromotionRefused
from bookings.models import Booking, BookingItem, Promotion, PromotionUse, SpecialistService
from bookings.read_models import ItemRequest
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import mark_no_show
from bookings.services.promotions import Priced, check_promotion, shares
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of, row
from tests.factories import ClientFactory, ServiceFactory

TODAY = date(2026, 3, 2)


def promote(**changes: Any) -> Promotion:
    values = {"code": "spring", "kind": DiscountKind.PERCENT, "value": Decimal(20), **changes}
    return Promotion.objects.create(**values)


def quote(salon: Salon, code: str = "SPRING", **changes: Any) -> Any:
    question = {
        "actor": salon.as_client,
        "client_id": salon.client.pk,
        "location_id": salon.location.pk,
        "items": [ItemRequest(salon.service.pk, salon.anna.pk)],
        "code": code,
    }
    return check_promotion(**{**question, **changes})


def reason_of(salon: Salon, **changes: Any) -> object:
    with pytest.raises(PromotionRefused) as refused:
        quote(salon, **changes)
    with pytest.raises(PromotionRefused) as refused_to_book:
        salon.book(TOMORROW + 5 * HOUR, promo_code=changes.get("code", "SPRING"))
    assert refused.value.details == refused_to_book.value.details
    assert not Booking.objects.filter(promo_code="").exists()
    return refused.value.details["reason"]


def test_a_quote_and_the_booking_agree(salon: Salon) -> None:
    promote()

    asked = quote(salon, " sPring ")
    card = salon.book(promo_code="spRing")

    assert (asked.code, asked.price, asked.discount, asked.total) == (
        "SPRING",
        Decimal(50),
        Decimal(10),
        Decimal(40),
    )
    assert (card.price, card.discount, card.promo_code) == (Decimal(40), Decimal(10), "SPRING")
    assert [(item.price, item.discount) for item in card.items] == [(Decimal(50), Decimal(10))]
    assert Promotion.objects.get().used == PromotionUse.objects.count() == 1


def test_a_code_has_one_case_whatever_the_alphabet(salon: Salon) -> None:
    promote(code="весна-26")

    assert quote(salon, "ВЕСНА-26").code == "ВЕСНА-26"
    twin = Promotion(code="Весна-26", kind=DiscountKind.AMOUNT, value=1)
    with pytest.raises(ValidationError, match="code"):
        twin.full_clean()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "OTHER"}, "unknown"),
        ({"is_active": False}, "unknown"),
        ({"valid_from": TODAY + timedelta(days=1)}, "not_yet"),
        ({"valid_to": TODAY - timedelta(days=1)}, "ended"),
        ({"usage_limit": 0}, "used_up"),
        ({"min_price": Decimal("50.01")}, "price"),
    ],
)
def test_why_a_code_does_not_apply(salon: Salon, changes: dict[str, Any], reason: str) -> None:
    promote(**changes)

    assert reason_of(salon) == reason


def test_both_days_of_the_period_are_in_it(salon: Salon, frozen: time_machine.Traveller) -> None:
    """23:30 UTC is the next day in Berlin already."""
    promote(valid_from=TODAY, valid_to=TODAY)
    assert quote(salon).discount

    frozen.shift(timedelta(hours=16, minutes=30))
    assert reason_of(salon) == "ended"


def test_a_client_uses_it_as_often_as_allowed(salon: Salon) -> None:
    promote(client_limit=1)
    salon.book(promo_code="spring")

    with pytest.raises(PromotionRefused) as refused:
        salon.book(TOMORROW + HOUR, promo_code="spring")
    assert refused.value.details["reason"] == "used_by_client"
    assert salon.book(
        TOMORROW + HOUR, actor=actor_of(salon.stranger), client_id=salon.stranger.pk, promo_code="spring"
    ).discount


def test_it_takes_off_only_what_it_is_for(salon: Salon) -> None:
    tea = ServiceFactory.create(price=Decimal(10), duration_minutes=15)
    SpecialistService.objects.create(specialist=salon.anna, service=tea)
    promotion = promote(kind=DiscountKind.AMOUNT, value=Decimal(30))
    promotion.services.add(tea)

    assert reason_of(salon) == "services"
    card = salon.book(
        items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(tea.pk, salon.anna.pk)],
        promo_code="spring",
    )

    assert (card.price, card.discount) == (Decimal(50), Decimal(10)), "no more than the service costs"
    assert [item.discount for item in card.items] == [Decimal(0), Decimal(10)]


def test_a_cancelled_booking_gives_its_use_back_and_a_no_show_does_not(
    salon: Salon, frozen: time_machine.Traveller
) -> None:
    promote(usage_limit=1, client_limit=1)
    first = salon.book(promo_code="spring")
    cancel_booking(actor=salon.as_client, booking_id=first.id)
    assert (row(first).discount, row(first).promo_code) == (Decimal(10), "SPRING"), "the snapshot stays"

    second = salon.book(promo_code="spring")
    frozen.move_to(TOMORROW + HOUR)
    mark_no_show(actor=salon.as_admin, booking_id=second.id)

    assert reason_of(salon) == "used_up"
    assert Promotion.objects.get().used == PromotionUse.objects.count() == 1


def test_a_move_keeps_what_was_agreed(salon: Salon) -> None:
    promotion = promote()
    card = salon.book(promo_code="spring")
    promotion.value = Decimal(50)
    promotion.save()

    moved = reschedule_booking(actor=salon.as_client, booking_id=card.id, starts_at=TOMORROW + HOUR)

    assert (moved.price, moved.discount) == (Decimal(40), Decimal(10))
    assert BookingItem.objects.get().discount == Decimal(10)


def test_a_refused_code_writes_nothing(salon: Salon) -> None:
    with pytest.raises(PromotionRefused):
        salon.book(promo_code="none", idempotency_key="k")

    assert not Booking.objects.exists()
    assert salon.book(promo_code="", idempotency_key="k").discount == 0


def test_another_code_is_another_request_and_the_same_is_used_once(salon: Salon) -> None:
    promote()
    first = salon.book(promo_code="spring", idempotency_key="k")

    assert salon.book(promo_code="spring", idempotency_key="k") == first
    assert Promotion.objects.get().used == 1


def test_nobody_prices_visits_for_others(salon: Salon) -> None:
    promote()

    with pytest.raises(NotFound):
        quote(salon, client_id=ClientFactory.create().pk)


def test_staff_book_with_a_code_too(salon: Salon) -> None:
    promote()

    card = salon.book(actor=salon.as_admin, promo_code="spring")

    assert (card.status, card.discount) == (BookingStatus.CONFIRMED, Decimal(10))
    assert PromotionUse.objects.get().client == salon.client


@pytest.mark.parametrize(("kind", "value"), [("percent", 101), ("percent", 0), ("amount", 0)])
def test_a_discount_is_something_and_not_more_than_all(db: None, kind: str, value: int) -> None:
    with pytest.raises(ValidationError):
        Promotion(code="x", kind=kind, value=value).full_clean()


money = st.decimals(min_value=0, max_value=1000, places=2)


@settings(max_examples=60)
@given(
    prices=st.lists(money, min_size=1, max_size=5),
    kind=st.sampled_from(DiscountKind.values),
    value=st.decimals(min_value=Decimal("0.01"), max_value=100, places=2),
    only=st.sets(st.integers(0, 4)),
)
def test_shares_add_up_and_nothing_costs_less_than_nothing(
    prices: list[Decimal], kind: str, value: Decimal, only: set[int]
) -> None:
    items = [Priced(number, price) for number, price in enumerate(prices)]

    found = shares(kind, value, items, only)

    base = sum((item.price for item in items if not only or item.service_id in only), Decimal(0))
    whole = base * value / 100 if kind == DiscountKind.PERCENT else min(value, base)
    assert abs(sum(found) - whole) <= Decimal("0.005")
    assert all(0 <= share <= item.price for share, item in zip(found, items, strict=True))
    assert all(
        share == 0 for share, item in zip(found, items, strict=True) if only and item.service_id not in only
    )
