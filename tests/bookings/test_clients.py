"""Finding clients, writing them down, keeping them out."""

from typing import Any

import pytest

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.exceptions import InvalidContact, NotAllowed, NotFound
from bookings.models import AuditEntry, User
from bookings.queries.clients import client_summary, find_clients
from bookings.services.clients import add_client, ban_client
from tests.bookings.conftest import Salon, actor_of


@pytest.fixture
def as_anna(salon: Salon) -> Actor:
    return Actor(Role.SPECIALIST, Door.BOT, user_id=salon.anna.user_id, specialist_id=salon.anna.pk)


@pytest.fixture
def ivan(salon: Salon) -> int:
    return add_client(actor=salon.as_admin, name="Иван Петров", phone="8 912 345-67-89").id


@pytest.mark.parametrize("text", ["иван", "ПЕТРОВ", "петров иван", "345-67-89", "+7 912 345 67 89", "89123456789"])
def test_an_admin_finds_anybody_by_name_or_phone(salon: Salon, ivan: int, text: str) -> None:
    assert [card.id for card in find_clients(actor=salon.as_admin, text=text)] == [ivan]


@pytest.mark.parametrize("text", ["", "  ", "сидоров", "иван сидоров", "999-99-99", "%", "_"])
def test_nobody_is_found_by_nothing(salon: Salon, ivan: int, text: str) -> None:
    assert find_clients(actor=salon.as_admin, text=text) == ()


def test_a_specialist_finds_their_own_clients_and_others_by_the_whole_number(
    salon: Salon, as_anna: Actor, ivan: int
) -> None:
    assert find_clients(actor=as_anna, text="иван") == ()
    assert find_clients(actor=as_anna, text="345-67") == ()
    assert [card.id for card in find_clients(actor=as_anna, text="+79123456789")] == [ivan]
    salon.book(client_id=ivan, actor=salon.as_admin)
    assert [card.id for card in find_clients(actor=as_anna, text="иван")] == [ivan]


def test_clients_find_nobody(salon: Salon, ivan: int) -> None:
    for refused in (
        lambda: find_clients(actor=salon.as_client, text="иван"),
        lambda: client_summary(actor=salon.as_client, client_id=ivan),
        lambda: add_client(actor=salon.as_client, name="X", phone="+79123456789"),
        lambda: ban_client(actor=salon.as_client, client_id=ivan),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_summary_counts_visits(salon: Salon, as_anna: Actor, ivan: int) -> None:
    assert client_summary(actor=as_anna, client_id=ivan).ahead == (), "a first visit can be booked"
    card = salon.book(client_id=ivan, actor=salon.as_admin)

    for actor in (salon.as_admin, as_anna):
        summary = client_summary(actor=actor, client_id=ivan)
        assert (summary.client.name, summary.done, [visit.id for visit in summary.ahead]) == (
            "Иван Петров",
            0,
            [card.id],
        )
    stranger = Actor(Role.SPECIALIST, Door.BOT, user_id=1, specialist_id=salon.anna.pk + 100)
    with pytest.raises(NotFound):
        client_summary(actor=stranger, client_id=ivan)


def test_the_same_number_is_the_same_client(salon: Salon, as_anna: Actor, ivan: int) -> None:
    again = add_client(actor=as_anna, name="Vanya", phone="+7 (912) 345-67-89")

    assert (again.id, again.name) == (ivan, "Иван Петров")
    assert AuditEntry.objects.filter(entity="user", action="created").count() == 1


@pytest.mark.parametrize(
    ("name", "phone"), [("", "+79123456789"), ("Иван", ""), ("Иван", "abc"), ("123", "+79123456789")]
)
def test_a_client_has_a_name_and_a_number(salon: Salon, name: str, phone: str) -> None:
    with pytest.raises(InvalidContact):
        add_client(actor=salon.as_admin, name=name, phone=phone)


def test_an_admin_bans_clients_and_not_the_team(salon: Salon, as_anna: Actor, ivan: int) -> None:
    ban_client(actor=salon.as_admin, client_id=ivan)
    assert User.objects.get(pk=ivan).is_banned
    ban_client(actor=salon.as_admin, client_id=ivan, banned=False)
    assert not User.objects.get(pk=ivan).is_banned
    with pytest.raises(NotAllowed):
        ban_client(actor=as_anna, client_id=ivan)
    with pytest.raises(NotAllowed):
        ban_client(actor=salon.as_admin, client_id=salon.anna.user_id or 0)
    assert actor_of(User.objects.get(pk=ivan)).role == Role.CLIENT


def test_who_was_removed_since_is_not_found_by_the_same_request(salon: Salon) -> None:
    asked: dict[str, Any] = {
        "actor": salon.as_admin,
        "name": "Olga",
        "phone": "+491700000099",
        "idempotency_key": "k",
    }
    User.objects.filter(pk=add_client(**asked).id).delete()

    with pytest.raises(NotFound):
        add_client(**asked)
