"""Races of real processes to become somebody."""

import pytest

from bookings.enums import Role
from bookings.models import User
from bookings.services.invites import invite_member
from tests.bookings.conftest import Salon, actor_of
from tests.bookings.contenders import Call, Contenders
from tests.bookings.races.attempts import CONTENDERS, clients, winners

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


def test_one_telegram_user_is_registered_once(crowd: Contenders, transactional_db: None) -> None:
    call = Call(
        "bookings.services.users.register_telegram_user",
        {"tg_id": 4242, "first_name": "Ann", "last_name": "", "username": "ann", "language_code": "en"},
    )

    outcomes = crowd.race([call] * CONTENDERS)

    assert [outcome.code for outcome in outcomes] == [""] * CONTENDERS
    assert {card.id for card in winners(outcomes)} == {User.objects.get(tg_id=4242).pk}


ACCEPT = "bookings.services.joining.accept_invite"


def test_one_invitation_lets_exactly_one_person_in(crowd: Contenders, busy_salon: Salon) -> None:
    token = invite_member(actor=busy_salon.as_admin, role=Role.ADMIN).token
    outcomes = crowd.race(
        [Call(ACCEPT, {"actor": actor_of(person), "token": token}) for person in clients(CONTENDERS)]
    )

    assert [joined.already for joined in winners(outcomes)] == [False]
    assert {outcome.code for outcome in outcomes} == {"", "invite_refused"}
    assert User.objects.filter(role=Role.ADMIN, is_superuser=False).count() == 1


def test_two_invitations_into_one_calendar_let_one_person_in(crowd: Contenders, busy_salon: Salon) -> None:
    tokens = [
        invite_member(actor=busy_salon.as_admin, role=Role.SPECIALIST, specialist_id=busy_salon.boris.pk).token
        for _number in range(2)
    ]
    people = clients(CONTENDERS)
    outcomes = crowd.race(
        [Call(ACCEPT, {"actor": actor_of(person), "token": tokens[n % 2]}) for n, person in enumerate(people)]
    )

    assert [joined.already for joined in winners(outcomes)] == [False]
    assert {outcome.code for outcome in outcomes} == {"", "invite_refused"}
    assert User.objects.filter(role=Role.SPECIALIST, pk__in=[person.pk for person in people]).count() == 1


def test_one_person_who_presses_at_once_joins_once(crowd: Contenders, busy_salon: Salon) -> None:
    token = invite_member(actor=busy_salon.as_admin, role=Role.ADMIN).token
    outcomes = crowd.race([Call(ACCEPT, {"actor": busy_salon.as_client, "token": token})] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert sorted(joined.already for joined in winners(outcomes)) == [False] + [True] * (CONTENDERS - 1)
