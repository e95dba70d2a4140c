"""Who is told: every row of the table, and what switches, bans and blocks change."""

from collections.abc import Mapping
from typing import Any

import pytest

from bookings.enums import Door, Role
from notifications.events import Channel, Kind
from notifications.read_models import Wishes
from notifications.recipients import TABLE, Person, Switch, Telling, decide

CLIENT = Person(user_id=1, role=Role.CLIENT, language="en", tg_id=101)
SPECIALIST = Person(user_id=2, role=Role.SPECIALIST, tg_id=102)
ADMIN = Person(user_id=3, role=Role.ADMIN, tg_id=103)
OTHER_ADMIN = Person(user_id=4, role=Role.ADMIN, tg_id=104)
EVERYBODY = (CLIENT, SPECIALIST, ADMIN, OTHER_ADMIN)
BY = {Role.CLIENT: CLIENT.user_id, Role.SPECIALIST: SPECIALIST.user_id, Role.ADMIN: ADMIN.user_id}

CREATED, CANCELLED = Kind.BOOKING_CREATED, Kind.BOOKING_CANCELLED
MOVED, CONFIRMED = Kind.BOOKING_RESCHEDULED, Kind.BOOKING_CONFIRMED

# What happened, who did it → what the client, the specialist, one admin and the other admin are told ("" = nothing).
ROWS = [
    (CREATED, Role.CLIENT, ("created", "new_booking", "new_booking", "new_booking")),
    (CREATED, Role.ADMIN, ("created_for_you", "new_booking", "", "")),
    (CREATED, Role.SPECIALIST, ("created_for_you", "", "new_booking", "new_booking")),
    (CREATED, Role.SYSTEM, ("created_for_you", "new_booking", "new_booking", "new_booking")),
    (CANCELLED, Role.CLIENT, ("", "cancelled", "cancelled", "cancelled")),
    (CANCELLED, Role.ADMIN, ("yours_cancelled", "cancelled", "", "")),
    (CANCELLED, Role.SPECIALIST, ("yours_cancelled", "", "cancelled", "cancelled")),
    (CANCELLED, Role.SYSTEM, ("yours_cancelled", "cancelled", "cancelled", "cancelled")),
    (MOVED, Role.ADMIN, ("yours_moved", "moved", "", "")),
    (MOVED, Role.CLIENT, ("", "moved", "moved", "moved")),
    (MOVED, Role.SPECIALIST, ("yours_moved", "", "moved", "moved")),
    (MOVED, Role.SYSTEM, ("yours_moved", "moved", "moved", "moved")),
    (CONFIRMED, Role.ADMIN, ("confirmed", "", "", "")),
    (CONFIRMED, Role.SPECIALIST, ("confirmed", "", "", "")),
    (CONFIRMED, Role.SYSTEM, ("confirmed", "", "", "")),
    (Kind.BOOKING_DONE, Role.SYSTEM, ("", "", "did_client_come", "did_client_come")),
    (Kind.REMINDER, Role.SYSTEM, ("reminder", "", "", "")),
    (Kind.SLOT_FREED, Role.SYSTEM, ("slot_freed", "", "", "")),
    (Kind.REVIEW_REQUEST, Role.SYSTEM, ("review_request", "", "", "")),
    (Kind.NEXT_VISIT, Role.SYSTEM, ("next_visit", "", "", "")),
    (Kind.DEAD_LETTERS, Role.SYSTEM, ("", "", "dead_letters", "dead_letters")),
    (Kind.CAMPAIGN_TROUBLE, Role.SYSTEM, ("", "", "campaign_trouble", "campaign_trouble")),
    (Kind.BOOKING_COMPLETED, Role.ADMIN, ("", "", "", "")),
    (Kind.BOOKING_NO_SHOW, Role.ADMIN, ("", "", "", "")),
]


def told(
    kind: Kind,
    by: Role,
    people: tuple[Person, ...] = EVERYBODY,
    switches: Mapping[Any, Switch] | None = None,
    door: Door = Door.API,
) -> tuple[Telling, ...]:
    return decide(kind=kind, by=by, initiator_id=BY.get(by), door=door, people=people, switches=switches or {})


@pytest.mark.parametrize(("kind", "by", "expected"), ROWS)
def test_row(kind: Kind, by: Role, expected: tuple[str, ...]) -> None:
    texts = {telling.user_id: telling.template for telling in told(kind, by)}
    assert tuple(texts.get(person.user_id, "") for person in EVERYBODY) == expected


def test_no_row_of_the_table_is_untested() -> None:
    assert set(TABLE) <= {(kind, by) for kind, by, _expected in ROWS}


def test_a_client_who_booked_in_the_bot_has_the_receipt_on_the_screen() -> None:
    assert CLIENT.user_id not in {telling.user_id for telling in told(CREATED, Role.CLIENT, door=Door.BOT)}


@pytest.mark.parametrize("kind", [CREATED, CANCELLED, MOVED, CONFIRMED])
@pytest.mark.parametrize("by", list(BY))
def test_the_initiator_is_never_told_in_whatever_role(kind: Kind, by: Role) -> None:
    people = tuple(
        Person(user_id=BY[by], role=role, tg_id=9) for role in (Role.CLIENT, Role.SPECIALIST, Role.ADMIN)
    )
    everything_on = {(kind, role, Channel.TELEGRAM): Switch(tell_peers=True) for role in Role}
    assert told(kind, by, people, everything_on, door=Door.BOT) == ()


@pytest.mark.parametrize("kind", [CREATED, CANCELLED, MOVED, CONFIRMED])
def test_other_admins_learn_what_an_admin_did_when_the_setting_asks_for_it(kind: Kind) -> None:
    switches = {(kind, Role.ADMIN, Channel.TELEGRAM): Switch(tell_peers=True)}
    admins = {
        telling.user_id for telling in told(kind, Role.ADMIN, switches=switches) if telling.role == Role.ADMIN
    }
    assert admins == {OTHER_ADMIN.user_id}


@pytest.mark.parametrize(
    ("person", "switch", "reason"),
    [
        (Person(1, Role.CLIENT, tg_id=5), Switch(enabled=False), "switched_off"),
        (Person(1, Role.CLIENT, tg_id=5, is_banned=True), Switch(), "banned"),
        (Person(1, Role.CLIENT, tg_id=5, bot_blocked=True), Switch(), "blocked"),
        (Person(1, Role.CLIENT, tg_id=5, wishes=Wishes(reminders=False, invitations=False)), Switch(), ""),
    ],
)
def test_what_is_not_sent_is_written_down_with_its_reason(person: Person, switch: Switch, reason: str) -> None:
    switches = {(CREATED, Role.CLIENT, Channel.TELEGRAM): switch}
    (telling,) = told(CREATED, Role.ADMIN, (person,), switches)
    assert telling.skip == reason


@pytest.mark.parametrize(
    ("person", "channel"),
    [
        (Person(1, Role.CLIENT, tg_id=5, has_push=True, email="a@b.c"), Channel.TELEGRAM),
        (Person(1, Role.CLIENT, has_push=True, email="a@b.c"), Channel.PUSH),
        (Person(1, Role.CLIENT, email="a@b.c"), Channel.EMAIL),
        (Person(1, Role.CLIENT), None),
    ],
)
def test_channel(person: Person, channel: Channel | None) -> None:
    assert [telling.channel for telling in told(CREATED, Role.ADMIN, (person,))] == ([channel] if channel else [])


@pytest.mark.parametrize(
    ("kind", "wishes", "reason"),
    [
        (Kind.REMINDER, Wishes(reminders=False), "declined"),
        (Kind.REMINDER, Wishes(invitations=False), ""),
        (Kind.REVIEW_REQUEST, Wishes(invitations=False), "declined"),
        (Kind.NEXT_VISIT, Wishes(invitations=False), "declined"),
        (Kind.SLOT_FREED, Wishes(reminders=False, invitations=False), ""),
    ],
)
def test_what_a_reader_declined_is_not_sent(kind: Kind, wishes: Wishes, reason: str) -> None:
    (telling,) = told(kind, Role.SYSTEM, (Person(1, Role.CLIENT, tg_id=5, wishes=wishes),))
    assert telling.skip == reason


def test_a_person_in_two_roles_is_told_once_in_the_first() -> None:
    both = (Person(2, Role.SPECIALIST, tg_id=5), Person(2, Role.ADMIN, tg_id=5))
    assert [telling.role for telling in told(CREATED, Role.CLIENT, both)] == [Role.SPECIALIST]
