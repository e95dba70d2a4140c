"""Promotions, reviews, the waitlist and reassigning on the admin site."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bookings.models import AuditEntry, Booking, Company, Promotion, Review, SpecialistService, WaitlistEntry
from bookings.read_models import ItemRequest
from bookings.services.complete_booking import complete_booking
from bookings.services.reviews import leave_review
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.admin.test_bookings import ADD, filled_in, page, site, told
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.bookings.test_waitlist import join
from tests.factories import ServiceFactory

__all__ = ["site"]  # the fixture


def listing(model: str) -> str:
    return reverse(f"admin:bookings_{model}_changelist")


def change(row: Any) -> str:
    return reverse(f"admin:bookings_{type(row).__name__.lower()}_change", args=[row.pk])


@pytest.fixture
def review(salon: Salon, frozen: time_machine.Traveller) -> Review:
    card = salon.book()
    frozen.move_to(TOMORROW + HOUR)
    complete_booking(actor=salon.as_admin, booking_id=card.id)
    leave_review(actor=salon.as_client, booking_id=card.id, rating=2, text="Cold <b>tea</b>")
    return Review.objects.get()


def test_a_visit_goes_to_another_specialist(site: Client, salon: Salon) -> None:
    card = salon.book()
    assert page("reassign", card.id) in site.get(change(Booking.objects.get())).content.decode()
    shown = site.get(page("reassign", card.id))
    assert "item" not in shown.context["form"].fields

    response = site.post(page("reassign", card.id), {"specialist": salon.boris.pk, "version": 1}, follow=True)

    assert told(response) == ["The booking was reassigned."]
    assert Booking.objects.get().items.get().specialist == salon.boris


def test_or_one_service_of_it(site: Client, salon: Salon) -> None:
    tea = ServiceFactory.create(duration_minutes=15)
    for who in (salon.anna, salon.boris):
        SpecialistService.objects.create(specialist=who, service=tea)
    card = salon.book(items=[ItemRequest(salon.service.pk, salon.anna.pk), ItemRequest(tea.pk, salon.anna.pk)])
    form = {"specialist": salon.boris.pk, "version": 1, "item": card.items[1].id}

    site.post(page("reassign", card.id), form)

    people = Booking.objects.get().items.order_by("position").values_list("specialist", flat=True)
    assert list(people) == [salon.anna.pk, salon.boris.pk]


def test_a_refusal_is_explained(site: Client, salon: Salon) -> None:
    card = salon.book()
    salon.book(
        actor=salon.as_admin, client_id=salon.stranger.pk, items=[ItemRequest(salon.service.pk, salon.boris.pk)]
    )

    response = site.post(page("reassign", card.id), {"specialist": salon.boris.pk, "version": 1})

    assert "This time has just been taken." in response.content.decode()


def test_staff_book_with_a_code_and_read_why_it_does_not_apply(site: Client, salon: Salon) -> None:
    Promotion.objects.create(code="TEA", kind="percent", value=10, min_price=100)

    refused = site.post(ADD, filled_in(salon, promo_code="tea")).content.decode()
    assert "This promotion applies from a price of €100." in refused
    assert (
        "There is no promotion with this code."
        in site.post(ADD, filled_in(salon, promo_code="no")).content.decode()
    )

    Promotion.objects.update(min_price=0)
    site.post(ADD, filled_in(salon, promo_code="tea"))
    assert Booking.objects.get().price == 45
    assert re.search(r"45\b.*\(−.*5\b.*, TEA\)", site.get(change(Booking.objects.get())).content.decode())


def test_a_promotion_is_made_and_archived(site: Client, salon: Salon) -> None:
    form = {
        "code": " tea ", "name_0": "Чай", "name_1": "Tea", "kind": "percent", "value": "10", "is_active": "on",
        "min_price": "0", "uses-TOTAL_FORMS": "0", "uses-INITIAL_FORMS": "0",
    }  # fmt: skip
    site.post(reverse("admin:bookings_promotion_add"), form)
    promotion = Promotion.objects.get()
    assert promotion.code == "TEA"

    twin = site.post(reverse("admin:bookings_promotion_add"), {**form, "code": "Tea"})
    assert "already exists" in twin.content.decode()
    too_much = site.post(change(promotion), {**form, "value": "101"}).content.decode()
    assert "at most 100 percent" in too_much

    salon.book(promo_code="tea")
    assert "10 %" in site.get(listing("promotion")).content.decode()
    response = site.post(
        reverse("admin:bookings_promotion_delete", args=[promotion.pk]), {"post": "yes"}, follow=True
    )
    assert "Archive it instead" in told(response)[0]


def test_a_review_is_answered_and_hidden_through_the_services(site: Client, review: Review) -> None:
    shown = site.get(listing("review")).content.decode()
    assert "★★☆☆☆" in shown
    assert "Cold &lt;b&gt;tea" in shown

    site.post(change(review), {"reply": "Sorry!", "is_hidden": "on", "rating": "5", "text": "Great"})

    review.refresh_from_db()
    assert (review.reply, review.is_hidden, review.rating, review.text) == ("Sorry!", True, 2, "Cold <b>tea</b>")
    actions = AuditEntry.objects.filter(entity="review").values_list("action", flat=True)
    assert set(actions) == {"created", "replied", "hidden"}


def test_many_reviews_are_hidden_and_shown_at_once(site: Client, review: Review) -> None:
    for action, hidden in (("hide", True), ("show", False)):
        response = site.post(listing("review"), {"action": action, "_selected_action": [review.pk]}, follow=True)
        assert told(response) == ["1 changed."]
        assert Review.objects.get().is_hidden is hidden


def test_reviews_are_neither_written_nor_deleted_here(site: Client, review: Review) -> None:
    assert site.get(reverse("admin:bookings_review_add")).status_code == 403
    assert site.post(reverse("admin:bookings_review_delete", args=[review.pk])).status_code == 403


def test_the_waitlist_is_read_and_clients_taken_off_it(site: Client, salon: Salon) -> None:
    join(salon)
    expire_offers()
    entry = WaitlistEntry.objects.get()
    assert "Tue 3 Mar 09:00" in site.get(change(entry)).content.decode()

    response = site.post(
        listing("waitlistentry"), {"action": "take_off", "_selected_action": [entry.pk]}, follow=True
    )

    assert told(response) == ["1 changed."]
    assert WaitlistEntry.objects.get().state == "left"
    assert not WaitlistEntry.objects.on_list().exists()


def test_the_company_says_whom_to_confirm_and_how_long_offers_stand(site: Client, salon: Salon) -> None:
    shown = site.get(reverse("admin:bookings_company_change", args=[Company.objects.current().pk]))

    assert {"confirm_after_no_shows", "waitlist_offer_minutes"} <= set(shown.context["adminform"].form.fields)
