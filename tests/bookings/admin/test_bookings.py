"""Bookings on the admin site: everything goes through services, and refusals read like sentences."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bookings.enums import BookingStatus, Door
from bookings.models import Booking, CalendarOverride, StatusChange
from bookings.services.cancel_booking import cancel_booking
from bookings.services.client_notes import write_note
from bookings.services.confirm_coming import confirm_coming
from tests.bookings.conftest import HOUR, NOW, TOMORROW, Heard, Salon, row, set_policy
from tests.factories import ClientFactory, SpecialistUserFactory

LIST = reverse("admin:bookings_booking_changelist")
ADD = reverse("admin:bookings_booking_add")


@pytest.fixture
def site(salon: Salon, client: Client) -> Client:
    client.force_login(salon.admin)
    return client


def page(kind: str, booking_id: int) -> str:
    return reverse(f"admin:bookings_booking_{kind}", args=[booking_id])


def told(response: Any) -> list[str]:
    """Messages of the page that a redirect led to."""
    return [str(message) for message in response.context["messages"]]


def filled_in(salon: Salon, **changes: Any) -> dict[str, Any]:
    return {
        "client": salon.client.pk, "location": salon.location.pk, "day": "2026-03-03", "time": "10:00",
        "service_0": salon.service.pk, "specialist_0": salon.anna.pk, "comment": "by phone",
        "idempotency_key": "form-1", **changes,
    }  # fmt: skip


def test_staff_book_at_the_wall_clock_of_the_location(site: Client, salon: Salon, heard: Heard) -> None:
    response = site.post(ADD, filled_in(salon), follow=True)

    booking = Booking.objects.get()
    assert (booking.starts_at, booking.client, booking.door) == (TOMORROW, salon.client, Door.ADMIN)
    assert StatusChange.objects.get().by_user == salon.admin
    assert told(response) == ["The booking was made."]
    assert heard.kinds == ["booking_created"]


def test_a_form_sent_twice_makes_one_booking(site: Client, salon: Salon) -> None:
    site.post(ADD, filled_in(salon))
    site.post(ADD, filled_in(salon))

    assert Booking.objects.count() == 1


def test_a_taken_time_is_explained_with_free_ones(site: Client, salon: Salon) -> None:
    salon.book()

    response = site.post(ADD, filled_in(salon, client=salon.stranger.pk))

    assert "This time has just been taken. Free: Tue 3 Mar 09:00, Tue 3 Mar 11:00" in response.content.decode()
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"client": ""}, "This field is required."),
        ({"service_0": ""}, "This field is required."),
        ({"time": "25:00"}, "Enter a valid time."),
        ({"day": "2026-03-29", "time": "02:30"}, "The clock skips this hour on that day."),
        ({"day": "2026-03-01"}, "This time is past."),
        ({"time": "10:07"}, "Visits do not begin at this minute."),
        ({"time": "03:00"}, "Nobody works then."),
        ({"comment": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_input_is_named(site: Client, salon: Salon, changes: dict[str, str], complaint: str) -> None:
    response = site.post(ADD, filled_in(salon, **changes))

    assert complaint in response.content.decode()
    assert not Booking.objects.exists()


def test_confirm_complete_and_no_show_are_buttons(
    site: Client, salon: Salon, frozen: time_machine.Traveller
) -> None:
    set_policy(auto_confirm=False)
    card = salon.book()

    site.post(page("outcome", card.id), {"outcome": "confirm", "version": 1})
    assert Booking.objects.get().status == BookingStatus.CONFIRMED
    early = site.post(page("outcome", card.id), {"outcome": "complete", "version": 2}, follow=True)
    assert told(early)[-1] == "The visit begins on Tue 3 Mar 10:00; it has no outcome yet."

    frozen.move_to(TOMORROW + HOUR)
    site.force_login(salon.admin)
    site.post(page("outcome", card.id), {"outcome": "no_show", "version": 2})
    assert Booking.objects.get().status == BookingStatus.NO_SHOW
    assert site.post(page("outcome", card.id), {"outcome": "erase", "version": 3}).status_code == 404
    assert site.get(page("outcome", card.id)).status_code == 405


def test_cancelling_asks_for_a_reason(site: Client, salon: Salon, heard: Heard) -> None:
    card = salon.book()
    assert "Cancel the booking" in site.get(page("cancel", card.id)).content.decode()

    response = site.post(page("cancel", card.id), {"reason": "flood", "version": 1}, follow=True)

    assert Booking.objects.get().status == BookingStatus.CANCELLED
    assert heard.events[-1].payload == {"reason": "flood"}
    assert told(response) == ["The booking was cancelled."]


def test_a_page_that_is_out_of_date_says_so(site: Client, salon: Salon) -> None:
    card = salon.book()
    cancel_booking(actor=salon.as_admin, booking_id=card.id)

    response = site.post(page("cancel", card.id), {"reason": "", "version": 1})

    assert "The booking has changed in the meantime." in response.content.decode()


def test_moving_shows_the_time_there_and_moves(site: Client, salon: Salon) -> None:
    card = salon.book()
    form = site.get(page("move", card.id)).content.decode()
    assert 'value="2026-03-03"' in form
    assert 'value="10:00"' in form

    site.post(
        page("move", card.id), {"day": "2026-03-03", "time": "15:00", "specialist": salon.boris.pk, "version": 1}
    )

    booking = Booking.objects.get()
    assert (booking.starts_at, booking.items.get().specialist) == (TOMORROW + 5 * HOUR, salon.boris)


def test_nothing_is_edited_or_deleted_directly(site: Client, salon: Salon) -> None:
    card = salon.book()

    change = site.post(page("change", card.id), {"status": "done", "starts_at_0": "2026-01-01"})
    assert change.status_code == 403
    assert site.post(page("delete", card.id), {"post": "yes"}).status_code == 403
    site.post(LIST, {"action": "delete_selected", "_selected_action": [card.id], "post": "yes"})
    assert Booking.objects.get().version == 1


def test_the_page_shows_services_history_and_the_possible_changes(
    site: Client, salon: Salon, frozen: time_machine.Traveller
) -> None:
    card = salon.book()
    shown = site.get(page("change", card.id)).content.decode()

    for text in (str(salon.service.name), str(salon.anna.name), "trace-1", "Another specialist"):
        assert text in shown
    for outcome in ("The client came", "Did not come"):
        assert outcome not in shown, "it has not begun"
        frozen.move_to(TOMORROW)
        assert outcome in site.get(page("change", card.id)).content.decode()
        frozen.move_to(NOW)
    cancel_booking(actor=salon.as_admin, booking_id=card.id)
    frozen.move_to(TOMORROW)
    assert "The client came" not in site.get(page("change", card.id)).content.decode()


def test_the_pages_show_who_has_said_that_they_come(site: Client, salon: Salon) -> None:
    card = salon.book()
    assert "✓" not in site.get(LIST).content.decode()

    confirm_coming(actor=salon.as_client, booking_id=card.id)

    assert "✓" in site.get(LIST).content.decode()
    assert "The client is coming, said at" in site.get(page("change", card.id)).content.decode()


def test_notes_on_the_client_are_counted_on_the_booking_and_read_on_the_persons_page(
    site: Client, salon: Salon
) -> None:
    card = salon.book()
    person = reverse("admin:bookings_user_change", args=[salon.client.pk])
    assert "1 note" not in site.get(page("change", card.id)).content.decode()
    write_note(actor=salon.as_anna, client_id=salon.client.pk, text="<b>Likes it short</b>")

    assert "· 1 note" in site.get(page("change", card.id)).content.decode()
    shown = site.get(person).content.decode()
    assert f"<b>{salon.anna_user.display_name}</b>: &lt;b&gt;Likes it short&lt;/b&gt;" in shown

    clerk = SpecialistUserFactory.create(is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_user"))
    site.force_login(clerk)
    assert "Likes it short" not in site.get(person).content.decode(), "specialists read their own and admins'"


def test_actions_change_many_and_say_what_was_refused(site: Client, salon: Salon) -> None:
    set_policy(auto_confirm=False)
    first, second = salon.book(), salon.book(TOMORROW + HOUR)
    cancel_booking(actor=salon.as_admin, booking_id=second.id)

    response = site.post(
        LIST, {"action": "confirm_selected", "_selected_action": [first.id, second.id]}, follow=True
    )

    assert told(response) == [
        f"#{second.id}: The booking is cancelled: this is not possible any more.",
        "1 booking changed.",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"day": "tomorrow"}, True),
        ({"day": "today"}, False),
        ({"day": "week"}, True),
        ({"status__exact": "confirmed"}, True),
        ({"status__exact": "pending"}, False),
        ({"q": "person"}, True),
        ({"q": "nobody"}, False),
        ({"affected": "yes"}, False),
    ],
)
def test_the_list_is_filtered_and_searched(site: Client, salon: Salon, query: dict[str, str], found: bool) -> None:
    card = salon.book()

    assert (f"#{card.id}<" in site.get(LIST, query).content.decode()) == found


def test_it_is_searched_by_phone_and_telegram_id(site: Client, salon: Salon) -> None:
    salon.client.phone = "+4915112345"
    salon.client.save()
    card = salon.book()

    for text in ("15112345", str(salon.client.tg_id), str(card.id)):
        assert f"#{card.id}<" in site.get(LIST, {"q": text}).content.decode()


def test_the_list_needs_few_queries_however_long_it_is(
    site: Client, salon: Salon, django_assert_max_num_queries: Any
) -> None:
    for hour in range(6):
        salon.book(TOMORROW + hour * HOUR)
    site.get(LIST)

    with django_assert_max_num_queries(20):
        site.get(LIST)


def test_bookings_that_no_longer_fit_are_listed(site: Client, salon: Salon) -> None:
    affected, fine = salon.book(), salon.book(TOMORROW + timedelta(days=1))
    day = TOMORROW.date()
    CalendarOverride.objects.create(kind="closed", specialist=salon.anna, date_from=day, date_to=day)

    listed = site.get(LIST, {"affected": "yes"}).content.decode()

    assert f"#{affected.id}<" in listed
    assert f"#{fine.id}<" not in listed


def test_the_first_page_shows_today(site: Client, salon: Salon, frozen: time_machine.Traveller) -> None:
    salon.book()
    frozen.move_to(TOMORROW - HOUR)
    site.force_login(salon.admin)

    shown = site.get(reverse("admin:index")).content.decode()

    assert "Today's bookings <b>1</b>" in shown
    assert "<b>10:00</b>" in shown


def test_nobody_without_a_login_gets_in(client: Client, salon: Salon) -> None:
    card = salon.book()
    for url in (LIST, ADD, page("cancel", card.id), page("move", card.id), page("change", card.id)):
        assert client.get(url).status_code == 302
    assert client.post(page("cancel", card.id), {"version": 1}).status_code == 302
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_staff_without_rights_may_neither_look_nor_book(client: Client, salon: Salon) -> None:
    card = salon.book()
    salon.stranger.is_staff = True
    salon.stranger.save()
    client.force_login(salon.stranger)

    assert client.get(ADD).status_code == 403
    assert client.post(page("cancel", card.id), {"version": 1}).status_code == 403


# Choosing a client


CLIENTS = reverse("admin:bookings_booking_clients")
OF_BOOKING = {"app_label": "bookings", "model_name": "booking", "field_name": "client"}


def test_the_form_holds_no_list_of_clients_but_the_chosen_one(site: Client, salon: Salon) -> None:
    salon.stranger.first_name, salon.stranger.last_name = "Somebody", "Else"
    salon.stranger.save()

    shown = site.get(ADD, {"client": salon.client.pk}).content.decode()

    assert salon.client.display_name in shown
    assert "Somebody Else" not in shown


def test_clients_are_found_by_name_or_phone_and_told_apart_by_phone(site: Client, salon: Salon) -> None:
    ClientFactory.create(first_name="Vera", last_name="Orlova", phone="+4915100001")
    ClientFactory.create(first_name="Vera", last_name="Orlova", phone="+4915100002")
    ClientFactory.create(first_name="Vera", last_name="Orlova", phone="+4915100003", is_active=False)

    def found(term: str) -> list[str]:
        answer = site.get(CLIENTS, {**OF_BOOKING, "term": term}).json()
        return sorted(result["text"] for result in answer["results"])

    assert found("vera orl") == ["Vera Orlova · +4915100001", "Vera Orlova · +4915100002"]
    assert found("100002") == ["Vera Orlova · +4915100002"]


def test_clients_are_not_listed_to_strangers_nor_for_other_fields(
    site: Client, client: Client, salon: Salon
) -> None:
    assert site.get(CLIENTS, {**OF_BOOKING, "field_name": "location"}).status_code == 403
    salon.stranger.is_staff = True
    salon.stranger.save()
    client.force_login(salon.stranger)
    assert client.get(CLIENTS, OF_BOOKING).status_code == 403


def test_every_time_of_a_booking_is_on_the_clock_of_its_place_which_is_named(site: Client, salon: Salon) -> None:
    """Made at 08:00 in Berlin, which is 07:00 UTC."""
    card = salon.book()

    text = site.get(page("change", card.id)).content.decode()

    assert "Berlin, UTC+01:00" in text
    assert text.count("Tue 3 Mar 10:00") == 2  # the visit and its one service
    assert text.count("Mon 2 Mar 08:00") == 2  # when it was made, and the first line of its history
    assert "07:00" not in text


def test_the_year_of_a_time_is_told_when_it_is_another(site: Client, salon: Salon) -> None:
    card = salon.book()
    Booking.objects.filter(pk=card.id).update(
        starts_at=datetime(2027, 3, 2, 9, tzinfo=UTC), ends_at=datetime(2027, 3, 2, 10, tzinfo=UTC)
    )
    assert "Tue 2 Mar 2027 10:00" in site.get(page("change", card.id)).content.decode()


def test_the_history_is_told_in_the_language_of_its_reader(site: Client, salon: Salon) -> None:
    card = salon.book()
    with translation.override("ru"):
        assert str(row(card).history.get()) == "— → подтверждена"


def test_only_clients_can_be_booked_for(site: Client, salon: Salon) -> None:
    found = site.get(CLIENTS, {**OF_BOOKING, "term": ""}).json()["results"]
    assert {int(one["id"]) for one in found} == {salon.client.pk, salon.stranger.pk}
    refused = site.post(ADD, filled_in(salon, client=salon.anna_user.pk))
    assert refused.context["form"].errors["client"]


@pytest.mark.parametrize(
    ("kind", "form"), [("cancel", {"reason": ""}), ("move", {"day": "2026-03-03", "time": "12:00"})]
)
def test_a_form_that_is_sent_twice_acts_once(site: Client, salon: Salon, kind: str, form: dict[str, str]) -> None:
    card = salon.book()
    shown = site.get(page(kind, card.id)).context["form"]
    sent = {**form, **{name: shown[name].value() for name in ("version", "idempotency_key")}}

    first, again = (told(site.post(page(kind, card.id), sent, follow=True)) for _twice in range(2))

    assert first == again
    assert Booking.objects.get().version == card.version + 1
