"""Two clients and every operation there is: what is one's is not there for the other.

Each operation is called by a stranger twice, with the ids of what is somebody else's and with ids of nothing. Nothing
may change, nothing may be told, and both answers have to be the same. Operations come from the routes: a new one is
in here by itself, and fails here until its parameters have a value below.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from booking_site.lib.rate_limiter import Limit
from bookings.api.access import TABLE
from bookings.api.caller import CallerKind
from tests.bookings.api.belongings import OWNED, SECRETS, rows_of, values_for
from tests.bookings.api.callers import public, with_init_data, with_token
from tests.bookings.api.conftest import Answer
from tests.bookings.api.filling import fill
from tests.bookings.api.operations import OPERATIONS, Op
from tests.bookings.conftest import Salon

NOBODYS = 999_999
ATTACKERS: dict[str, tuple[CallerKind, Callable[[Salon], Client]]] = {
    "a visitor": (CallerKind.VISITOR, lambda salon: with_token(salon.stranger)),
    "a client in the Mini App": (CallerKind.TG_CLIENT, lambda salon: with_init_data(salon.stranger)),
    "another specialist": (CallerKind.TG_CLIENT, lambda salon: with_init_data(salon.anna_user)),
    "a specialist after a code": (CallerKind.VISITOR, lambda salon: with_token(salon.anna_user)),
    "nobody": (CallerKind.PUBLIC, lambda _salon: public()),
}


def nothing_for(operation_id: str, victims: dict[str, Any]) -> dict[str, Any]:
    return values_for(operation_id, victims) | dict.fromkeys(OWNED, NOBODYS)


def told(answer: Answer) -> tuple[int, Any]:
    """What the answer says, without what differs between any two requests."""
    if "json" not in answer.get("Content-Type", ""):
        return answer.status_code, answer.content
    document = answer.json()
    if isinstance(document, dict):
        document = {name: value for name, value in document.items() if name not in ("instance", "trace_id")}
    return answer.status_code, document


@pytest.mark.parametrize("name", ATTACKERS)
def test_what_is_somebody_elses_is_not_there(name: str, salon: Salon, victims: dict[str, Any]) -> None:
    kind, log_in = ATTACKERS[name]
    before = rows_of(salon)
    with override_settings(API_LIMITS={**settings.API_LIMITS, kind.value: Limit(10_000, 10_000)}):
        client = log_in(salon)
        for op in [op for op in OPERATIONS if kind in TABLE[op.id].kinds]:
            request = fill(op, values_for(op.id, victims))
            answer = request.ask(client, op)
            text = answer.content.decode()
            assert not [secret for secret in SECRETS if secret in text], f"{op} tells {name}"
            assert rows_of(salon) == before, f"{op} lets {name} change what is not theirs"
            if request.used & OWNED:
                of_nothing = fill(op, nothing_for(op.id, victims)).ask(client, op)
                assert told(answer) == told(of_nothing), f"{op} tells {name} that it exists"
                assert_refused(op, answer)
            if op.id.startswith("revoke_"):
                client = log_in(salon)


def assert_refused(op: Op, answer: Answer) -> None:
    """Lists are empty instead; a specialist who asks for a colleague's work may be told that it is not allowed."""
    if op.method == "get" and answer.status_code == 200:
        assert answer.json()["items"] == [], op.id
    else:
        assert answer.status_code in (403, 404), f"{op}: {answer.status_code} {answer.content.decode()[:300]}"


def test_the_owner_is_let_in_by_the_same_requests(salon: Salon, victims: dict[str, Any]) -> None:
    """Or the walk above could be refused for what it asks, not for who asks."""
    refused = []
    for op in [op for op in OPERATIONS if CallerKind.VISITOR in TABLE[op.id].kinds]:
        request = fill(op, values_for(op.id, victims))
        if op.method == "get" and request.used & OWNED:
            status = request.ask(with_token(salon.client), op).status_code
            refused += (
                [(op.id, status)] if status not in (200, 404) or (status == 404 and op.id in READABLE) else []
            )
    assert refused == []


READABLE = frozenset(
    {"get_booking", "get_booking_file", "list_bookings", "get_waitlist_entry", "list_waitlist", "get_series"}
)


def test_bodies_are_good_enough_to_reach_the_rules(salon: Salon, victims: dict[str, Any]) -> None:
    """What is refused as malformed was never asked of the policies."""
    malformed = []
    kinds = {CallerKind.VISITOR, CallerKind.TG_CLIENT}
    with override_settings(API_LIMITS={**settings.API_LIMITS, "tg_client": Limit(10_000, 10_000)}):
        for op in [op for op in OPERATIONS if kinds & TABLE[op.id].kinds]:
            answer = fill(op, values_for(op.id, victims)).ask(with_init_data(salon.stranger), op)
            if answer.status_code in (400, 422) and answer.json()["code"] in ("bad_request", "invalid_request"):
                malformed.append((op.id, answer.json()["detail"]))
    assert malformed == []
