"""The other areas of the admin site: what is in use is archived, and those who remember are told."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from bookings.enums import Role
from bookings.models import AuditEntry, Company, Promotion, Service, Specialist, Tag, User
from bookings.read_models import ItemRequest
from bookings.signals import user_changed
from bookings.slots.search import day_slots
from tests.bookings.conftest import TOMORROW, Salon
from tests.factories import RoomFactory
from tests.pictures import picture


@pytest.fixture
def site(salon: Salon, client: Client) -> Client:
    client.force_login(salon.admin)
    return client


def url(model: str, page: str, *args: int) -> str:
    return reverse(f"admin:bookings_{model}_{page}", args=args)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(
    "model",
    [
        "company",
        "location",
        "room",
        "servicecategory",
        "service",
        "specialist",
        "calendaroverride",
        "user",
        "tag",
        "booking",
    ],
)
def test_every_page_opens(site: Client, salon: Salon, model: str) -> None:
    RoomFactory.create(location=salon.location)
    card = salon.book()
    rows = {
        "company": Company.objects.current().pk, "location": salon.location.pk, "service": salon.service.pk,
        "servicecategory": salon.service.category_id, "specialist": salon.anna.pk, "user": salon.client.pk,
        "booking": card.id,
    }  # fmt: skip

    assert site.get(url(model, "changelist"), follow=True).status_code == 200
    if model in rows:
        assert site.get(url(model, "change", rows[model])).status_code == 200
    if model != "company":
        assert site.get(url(model, "add")).status_code == 200


def test_the_company_is_one_row(site: Client) -> None:
    assert site.get(url("company", "changelist")).headers["Location"] == url("company", "change", 1)
    assert site.get(url("company", "add")).status_code == 403
    assert site.post(url("company", "delete", 1), {"post": "yes"}).status_code == 403


def test_what_is_in_use_is_not_deleted_and_the_site_says_why(site: Client, salon: Salon) -> None:
    salon.book()

    response = site.post(url("service", "delete", salon.service.pk), {"post": "yes"}, follow=True)

    (message,) = told(response)
    assert message.startswith(
        f"“{salon.service}” is in use (booked services: 1) and cannot be deleted. Archive it"
    )
    assert Service.objects.filter(pk=salon.service.pk).exists()


def test_what_is_not_in_use_is_deleted(site: Client, salon: Salon) -> None:
    site.post(url("service", "delete", salon.service.pk), {"post": "yes"})

    assert not Service.objects.filter(pk=salon.service.pk).exists()


def test_archiving_takes_a_specialist_off_the_offer_and_names_their_bookings(site: Client, salon: Salon) -> None:
    salon.book()

    response = site.post(
        url("specialist", "changelist"), {"action": "archive", "_selected_action": [salon.anna.pk]}, follow=True
    )

    assert not Specialist.objects.get(pk=salon.anna.pk).is_active
    archived, warning = told(response)
    assert archived == "1 archived."
    assert "1 upcoming booking no longer fits the calendar." in warning
    assert "?affected=yes" in warning


def test_changed_hours_show_in_the_slots_at_once(
    site: Client, salon: Salon, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    question: dict[str, Any] = {
        "location_id": salon.location.pk,
        "items": [ItemRequest(salon.service.pk, salon.anna.pk)],
        "day": TOMORROW.date(),
    }
    assert day_slots(**question).slots
    with django_capture_on_commit_callbacks(execute=True):
        site.post(url("specialist", "changelist"), {"action": "archive", "_selected_action": [salon.boris.pk]})
        response = site.post(
            url("calendaroverride", "add"),
            {
                "kind": "closed", "specialist": salon.anna.pk, "location": "", "room": "",
                "date_from": "2026-03-03", "date_to": "2026-03-03", "starts_at": "", "ends_at": "", "reason": "",
            },
        )  # fmt: skip
    assert response.status_code == 302, response.content.decode()

    assert day_slots(**question).slots == ()


@pytest.fixture
def told_of() -> list[int]:
    """Telegram ids of users whose change was announced after commit."""
    return []


@pytest.fixture(autouse=True)
def listener(told_of: list[int]) -> Any:
    def listen(tg_id: int, **_kwargs: object) -> None:
        told_of.append(tg_id)

    user_changed.connect(listen)
    yield
    user_changed.disconnect(listen)


def form_of(user: User, **changes: Any) -> dict[str, Any]:
    return {
        "first_name": user.first_name, "last_name": user.last_name, "phone": user.phone, "email": user.email,
        "language": user.language, "role": user.role, "tg_id": user.tg_id, "tg_username": user.tg_username,
        "username": user.username, "is_active": "on", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "announced"),
    [({"role": Role.ADMIN}, True), ({"language": "ru"}, True), ({"is_banned": "on"}, True), ({"email": "a@b.example"}, False)],
)  # fmt: skip
def test_a_change_of_role_language_or_ban_is_announced(
    site: Client, salon: Salon, changes: dict[str, Any], announced: bool, told_of: list[int]
) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        response = site.post(url("user", "change", salon.client.pk), form_of(salon.client, **changes))

    assert response.status_code == 302, response.content.decode()
    assert told_of == ([salon.client.tg_id] if announced else [])


def test_tags_are_kept_on_their_page_and_given_on_the_clients(site: Client, salon: Salon) -> None:
    for name in ("Постоянный", "VIP"):
        assert site.post(url("tag", "add"), {"name": name}).status_code == 302
    taken = site.post(url("tag", "add"), {"name": "ПОСТОЯННЫЙ"})
    assert taken.context["adminform"].form.errors == {"name": ["There is a tag with this name already."]}
    regular = Tag.objects.get(name="Постоянный")
    site.post(url("user", "change", salon.client.pk), form_of(salon.client, tags=[regular.pk]))
    entry = AuditEntry.objects.filter(entity="user").latest("pk")
    assert (entry.before, entry.after) == ({"tags": []}, {"tags": [regular.pk]})
    assert list(site.get(url("user", "changelist"), {"tags__id__exact": regular.pk}).context["cl"].queryset) == [
        salon.client
    ]
    found = site.get(url("tag", "changelist"), {"q": "ПОСТ"}).context["cl"].queryset
    assert [(tag.name, tag.having_it) for tag in found] == [("Постоянный", 1)]

    sure = site.get(url("tag", "delete", regular.pk)).content.decode()
    assert "Постоянный: 1 client loses it" in sure
    site.post(url("tag", "changelist"), {
        "action": "delete_selected", "post": "yes", "_selected_action": [tag.pk for tag in Tag.objects.all()],
    })  # fmt: skip

    assert not salon.client.tags.exists()
    assert AuditEntry.objects.filter(entity="tag", action="deleted").count() == 2


def test_banning_many_spares_oneself(
    site: Client,
    salon: Salon,
    told_of: list[int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        site.post(
            url("user", "changelist"),
            {"action": "ban", "_selected_action": [salon.client.pk, salon.admin.pk]},
        )

    assert list(User.objects.filter(is_banned=True)) == [salon.client]
    assert told_of == [salon.client.tg_id]


def test_a_client_with_bookings_is_banned_and_not_deleted(site: Client, salon: Salon) -> None:
    salon.book()

    response = site.post(url("user", "delete", salon.client.pk), {"post": "yes"}, follow=True)

    assert told(response) == [f"{salon.client} cannot be deleted (bookings: 1). Ban them instead."]


def test_a_user_linked_to_a_specialist_becomes_one(site: Client, salon: Salon) -> None:
    page = site.get(url("specialist", "change", salon.boris.pk))
    data: dict[str, Any] = {}
    for formset in page.context["inline_admin_formsets"]:
        for form in [formset.formset.management_form, *formset.formset.forms]:
            for name in form.fields:
                value = form[name].value()
                data[form.add_prefix(name)] = "" if value is None else value
    data |= {"name_0": "Борис", "name_1": "Boris", "user": salon.client.pk, "locations": [salon.location.pk],
             "position": 0, "is_active": "on"}  # fmt: skip

    response = site.post(url("specialist", "change", salon.boris.pk), data)

    assert response.status_code == 302, response.content.decode()
    assert User.objects.get(pk=salon.client.pk).role == Role.SPECIALIST
    assert Specialist.objects.get(pk=salon.boris.pk).name.data == {"ru": "Борис", "en": "Boris"}


def test_users_are_found_by_name_phone_and_telegram_id(site: Client, salon: Salon) -> None:
    User.objects.filter(pk=salon.client.pk).update(phone="+4915155")

    for text in (salon.client.first_name, "15155", str(salon.client.tg_id)):
        shown = site.get(url("user", "changelist"), {"q": text}).content.decode()
        assert str(salon.client.tg_id) in shown


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"date_to": "2026-03-01"}, "The last date lies before the first."),
        ({"starts_at": "10:00"}, "Give both times, or neither for whole days."),
        ({"location": ""}, "Say what this is about: a location, a specialist"),
        ({"kind": "open"}, "Say from when to when it is open."),
        ({"date_to": "9999-12-31"}, "less than or equal to 2199-12-31."),
        ({"date_from": "0001-01-01"}, "greater than or equal to 1900-01-01."),
    ],
)
def test_an_exception_that_makes_no_sense_is_explained(
    site: Client, salon: Salon, fields: dict[str, str], complaint: str
) -> None:
    whole_day = {
        "kind": "closed", "location": salon.location.pk, "date_from": "2026-03-03", "date_to": "2026-03-03", **fields,
    }  # fmt: skip
    shown = site.post(reverse("admin:bookings_calendaroverride_add"), whole_day).content.decode()

    assert complaint in shown
    assert "override_" not in shown.split("errornote")[1].split("<fieldset")[0]


def with_photo(site: Client, salon: Salon, **photo: Any) -> Any:
    """Save Anna's page with what was chosen there."""
    page = url("specialist", "change", salon.anna.pk)
    form = site.get(page).context["adminform"].form
    names = {
        "name_0": "Анна",
        "name_1": "Anna",
        "position": 0,
        "is_active": "on",
        "locations": [salon.location.pk],
    }
    inlines = {
        f"{one.formset.prefix}-{part}_FORMS": 0
        for one in site.get(page).context["inline_admin_formsets"]
        for part in ("TOTAL", "INITIAL")
    }
    assert "new_photo" in form.fields
    return site.post(page, {**names, **inlines, **photo}, follow=True)


def test_a_photo_is_uploaded_shown_and_taken_away(site: Client, salon: Salon) -> None:
    with_photo(site, salon, new_photo=SimpleUploadedFile("me.png", picture(200, 300), "image/png"))
    salon.anna.refresh_from_db()
    assert (salon.anna.photo.name or "").endswith(".jpg")
    page = site.get(url("specialist", "change", salon.anna.pk)).content.decode()
    assert '<img src="data:image/jpeg;base64,' in page
    entry = AuditEntry.objects.filter(entity="specialist").first()
    assert entry is not None
    assert entry.after is not None
    assert entry.after["photo"] == salon.anna.photo.name

    with_photo(site, salon)
    salon.anna.refresh_from_db()
    assert salon.anna.photo.name == entry.after["photo"], "nothing was chosen: it stays"
    with_photo(site, salon, without_photo="on")
    salon.anna.refresh_from_db()
    assert not salon.anna.photo


def test_what_is_no_photo_is_refused_on_the_page(site: Client, salon: Salon) -> None:
    answer = with_photo(site, salon, new_photo=SimpleUploadedFile("me.png", b"<svg/>", "image/png"))
    assert answer.context["adminform"].form.errors == {"new_photo": ["A photo is a JPEG or a PNG."]}
    salon.anna.refresh_from_db()
    assert not salon.anna.photo


def test_who_never_logs_in_needs_no_name_for_it(site: Client) -> None:
    form = {"first_name": "Ada", "last_name": "", "phone": "+34600000000", "language": "en", "role": "client"}
    add = reverse("admin:bookings_user_add")

    refused = site.post(
        add, {**form, "usable_password": "true", "password1": "long-enough-1", "password2": "long-enough-1"}
    )
    assert list(refused.context["adminform"].form.errors) == ["username"]
    assert site.post(add, {**form, "usable_password": "false"}).status_code == 302

    ada = User.objects.get(first_name="Ada")
    assert (ada.username.startswith("p"), ada.has_usable_password()) == (True, False)


def test_whose_calendar_it_is_is_not_deleted(site: Client, salon: Salon) -> None:
    page = reverse("admin:bookings_user_delete", args=[salon.anna_user.pk])

    told = site.post(page, {"post": "yes"}, follow=True).content.decode()

    assert "cannot be deleted (specialists: 1)" in told
    assert User.objects.filter(pk=salon.anna_user.pk).exists()


def test_tables_of_pairs_are_not_named_where_something_is_deleted(site: Client, salon: Salon) -> None:
    sale = Promotion.objects.create(code="TEA", kind="percent", value=10)
    sale.services.add(salon.service)

    page = site.get(url("promotion", "delete", sale.pk)).content.decode()

    assert "TEA" in page
    assert "relationship" not in page
    assert "Promotion_services" not in page
