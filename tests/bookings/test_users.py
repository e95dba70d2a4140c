"""People: how they appear, what they may change, and who is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TestCase

from bookings.actor import SYSTEM
from bookings.enums import Door, Language
from bookings.exceptions import InvalidContact, NotFound
from bookings.models import AuditEntry, User
from bookings.queries.users import company, get_user, user_by_tg_id
from bookings.services.users import mark_bot_blocked, register_telegram_user, set_contact, set_language
from bookings.services.visitors import visitor_by_email
from bookings.signals import user_changed
from tests.bookings.conftest import Salon, actor_of
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[int]]:
    heard: list[int] = []

    def listen(tg_id: int, **_kwargs: object) -> None:
        heard.append(tg_id)

    user_changed.connect(listen)
    yield heard
    user_changed.disconnect(listen)


def register(**changes: Any) -> Any:
    person = {"tg_id": 7, "first_name": "Ann", "last_name": "Lee", "username": "ann", "language_code": "en-GB"}
    return register_telegram_user(**{**person, **changes})


def test_a_new_person_is_a_client_in_their_language() -> None:
    card = register()

    assert (card.tg_id, card.name, card.language, card.role) == (7, "Ann Lee", "en", "client")
    assert not User.objects.get(tg_id=7).has_usable_password()
    assert user_by_tg_id(tg_id=7) == get_user(user_id=card.id) == card


def test_whoever_comes_by_themselves_is_audited_once_by_the_door_they_came_by() -> None:
    by_bot, by_app = register(), register(tg_id=8, door=Door.API)
    by_mail = visitor_by_email(email="ann@example.com", language=Language.EN)
    register()

    entries = AuditEntry.objects.filter(entity="user", action="created").order_by("pk")
    assert [(one.entity_id, one.actor_user_id, one.door) for one in entries] == [
        (by_bot.id, by_bot.id, "bot"), (by_app.id, by_app.id, "api"), (by_mail, by_mail, "api"),
    ]  # fmt: skip
    assert entries[0].after == {"role": "client", "language": "en"}, "and nothing that would have to be forgotten"


@pytest.mark.parametrize(
    ("tag", "language"), [("ru", "ru"), ("ru-RU", "ru"), ("uk", "ru"), ("", "ru"), ("en", "en"), ("de", "en")]
)
def test_the_language_comes_from_telegram(tag: str, language: str) -> None:
    assert register(language_code=tag).language == language


def test_a_known_person_keeps_what_they_chose() -> None:
    card = register()
    actor = actor_of(User.objects.get(pk=card.id))
    set_language(actor=actor, language="ru")
    set_contact(actor=actor, name="Anna  Maria Lee")

    again = register(username="ann_lee")

    assert (again.id, again.language, again.name) == (card.id, "ru", "Anna Maria Lee")
    assert User.objects.get(pk=card.id).tg_username == "ann_lee"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+49 (151) 123-45-67", "+491511234567"),
        ("8 916 123-45-67", "+79161234567"),
        ("79161234567", "+79161234567"),
        ("0049 151 1234567", "+491511234567"),
        ("123-456", "123456"),
        ("", ""),
    ],
)
def test_a_phone_number_is_stored_in_one_form(salon: Salon, typed: str, stored: str) -> None:
    assert set_contact(actor=salon.as_client, phone=typed).phone == stored


@pytest.mark.parametrize(
    ("contact", "field"),
    [({"phone": "call me"}, "phone"), ({"phone": "12"}, "phone"), ({"phone": "1" * 16}, "phone"),
     ({"name": "  "}, "name"), ({"name": "42"}, "name"), ({"name": "x" * 151}, "name")],
)  # fmt: skip
def test_what_is_no_contact_is_refused(salon: Salon, contact: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidContact) as refused:
        set_contact(actor=salon.as_client, **contact)
    assert refused.value.details == {"field": field}


def test_a_change_is_told_after_commit_and_only_when_something_changed(salon: Salon, told: list[int]) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        set_language(actor=salon.as_client, language="ru")
        assert told == []
    with TestCase.captureOnCommitCallbacks(execute=True):
        set_language(actor=salon.as_client, language="ru")

    assert told == [salon.client.tg_id]


def test_what_people_change_about_themselves_is_audited(salon: Salon) -> None:
    User.objects.filter(pk=salon.client.pk).update(first_name="Ann", last_name="", language="en", phone="")
    set_contact(actor=salon.as_client, name="Ann Lee", phone="+49 151 1234567")
    set_language(actor=salon.as_client, language="ru")
    set_language(actor=salon.as_client, language="ru")

    entries = AuditEntry.objects.filter(entity="user", entity_id=salon.client.pk).order_by("pk")
    assert [(one.action, one.actor_user_id, one.door, one.trace_id) for one in entries] == [
        ("updated", salon.client.pk, "api", "trace-1")
    ] * 2
    assert [(one.before, one.after) for one in entries] == [
        ({"last_name": "", "phone": ""}, {"last_name": "Lee", "phone": "+491511234567"}),
        ({"language": "en"}, {"language": "ru"}),
    ]


def test_a_language_that_is_not_offered_and_an_actor_without_a_user_are_refused(salon: Salon) -> None:
    with pytest.raises(ValueError, match="xx"):
        set_language(actor=salon.as_client, language="xx")
    with pytest.raises(NotFound):
        set_language(actor=SYSTEM, language="ru")


def test_blocking_the_bot_is_remembered_and_forgotten() -> None:
    user = ClientFactory.create(tg_id=9)
    mark_bot_blocked(tg_id=9, blocked=True)
    assert get_user(user_id=user.pk).bot_blocked
    mark_bot_blocked(tg_id=9, blocked=False)
    assert not get_user(user_id=user.pk).bot_blocked
    mark_bot_blocked(tg_id=404, blocked=True)


def test_an_inactive_specialist_is_nobodys_link(salon: Salon) -> None:
    assert get_user(user_id=salon.anna_user.pk).specialist_id == salon.anna.pk
    salon.anna.is_active = False
    salon.anna.save()
    assert get_user(user_id=salon.anna_user.pk).specialist_id is None
    with pytest.raises(NotFound):
        get_user(user_id=0)


def test_the_company_is_made_with_its_defaults() -> None:
    assert (company().slot_step_minutes, company().auto_confirm) == (15, True)
