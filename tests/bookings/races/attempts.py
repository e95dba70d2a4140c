"""What many processes attempt at once, and what came of it."""

from datetime import datetime
from typing import Any

from bookings.models import User
from bookings.read_models import ItemRequest
from tests.bookings.conftest import Salon, actor_of
from tests.bookings.contenders import Call, Outcome
from tests.factories import ClientFactory

CREATE = "bookings.services.create_booking.create_booking"

CONTENDERS = 12


def clients(number: int) -> list[User]:
    return [ClientFactory.create() for _number in range(number)]


def create(salon: Salon, starts_at: datetime, client: User, **changes: Any) -> Call:
    arguments = {
        "actor": actor_of(client),
        "client_id": client.pk,
        "location_id": salon.location.pk,
        "items": [ItemRequest(salon.service.pk, salon.anna.pk)],
        "starts_at": starts_at,
    }
    return Call(CREATE, {**arguments, **changes})


def winners(outcomes: list[Outcome]) -> list[Any]:
    return [outcome.value for outcome in outcomes if not outcome.code]


def assert_the_rest_were_told_of_alternatives(outcomes: list[Outcome]) -> None:
    losers = [outcome for outcome in outcomes if outcome.code]
    assert {loser.code for loser in losers} == {"slot_taken"}
    assert all(loser.alternatives for loser in losers)
