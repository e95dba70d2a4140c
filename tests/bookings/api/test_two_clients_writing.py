"""Two clients and everything that writes: strangers are refused and change nothing, and the owner's same request is
done.

Each operation is asked by all strangers with real ids, and then by whose it is; what the owner did is undone, so that
each operation meets the same rows. Operations come from the routes: a new one fails here until it has an owner.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from booking_site.lib.rate_limiter import Limit
from bookings.api.caller import CallerKind
from bookings.models import AuditEntry
from tests.bookings.api.belongings import OWNED, rows_of, values_for
from tests.bookings.api.callers import public, with_init_data, with_key, with_session, with_token
from tests.bookings.api.filling import fill
from tests.bookings.api.operations import OPERATIONS, PREFIX, Op
from tests.bookings.conftest import Salon

STRANGERS: dict[str, Callable[[Salon], Client]] = {
    "nobody": lambda _salon: public(),
    "a visitor": lambda salon: with_token(salon.stranger),
    "a client in the Mini App": lambda salon: with_init_data(salon.stranger),
    "another specialist in the Mini App": lambda salon: with_init_data(salon.anna_user),
    "another specialist after a code": lambda salon: with_token(salon.anna_user),
    "another specialist at the desk": lambda salon: with_session(salon.anna_user),
    "a program of another specialist": lambda salon: with_key(salon.anna_user),
}
OWNERS: dict[str, Callable[[Salon], Client]] = {
    "client": lambda salon: with_token(salon.client),
    "specialist": lambda salon: with_init_data(salon.boris.user),  # type: ignore[arg-type]  # given one with the rest
    "admin": lambda salon: with_session(salon.admin),
}
#: Whose the rest of what writes is; ``/manage`` is the admins'.
OWNER_OF = {
    **dict.fromkeys(
        (
            "create_booking", "cancel_booking", "reschedule_booking", "plan_series", "create_series", "cancel_series",
            "join_waitlist", "leave_waitlist", "decline_offer", "accept_offer", "check_promotion", "leave_review",
            "confirm_coming",
        ),
        "client",
    ),
    **dict.fromkeys(
        (
            "confirm_booking", "complete_booking", "mark_no_show", "reopen_booking",
            "rotate_feed_address", "open_session",
            "cancel_session", "add_time_off", "remove_time_off", "write_client_note", "remove_client_note",
        ),
        "specialist",
    ),
    **dict.fromkeys(("reassign_booking", "reply_to_review", "hide_review"), "admin"),
}  # fmt: skip
#: About nobody but who asks; what they do to others is nothing, as the walk of strangers shows.
OF_WHO_ASKS = frozenset(
    {
        "update_me", "set_my_preferences", "subscribe_to_push", "unsubscribe_from_push", "request_code",
        "create_token", "revoke_token", "revoke_all_tokens",
    }
)  # fmt: skip
WRITING = [op for op in OPERATIONS if op.method != "get" and op.id not in OF_WHO_ASKS]
MANAGING = f"{PREFIX}manage/"


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    with override_settings(API_LIMITS={kind.value: Limit(100_000, 100_000) for kind in CallerKind}):
        yield


def refused(op: Op, client: Client, values: dict[str, Any]) -> str:
    """The code of the refusal; empty for what was let through."""
    answer = fill(op, values).ask(client, op)
    return answer.json()["code"] if answer.status_code in (401, 403, 404) else ""


def at_desk(salon: Salon) -> None:
    salon.anna_user.is_staff = True
    salon.anna_user.save()


def test_whatever_writes_has_an_owner() -> None:
    assert {op.id for op in WRITING if not op.path.startswith(MANAGING)} == set(OWNER_OF)


def test_strangers_change_nothing_and_owners_do(salon: Salon, victims: dict[str, Any]) -> None:
    at_desk(salon)
    strangers = {name: log_in(salon) for name, log_in in STRANGERS.items()}
    owners = {name: log_in(salon) for name, log_in in OWNERS.items()}
    before, audited, wrong = rows_of(salon), AuditEntry.objects.count(), {}
    for op in [op for op in WRITING if not op.path.startswith(MANAGING)]:
        values = values_for(op.id, victims)
        codes = {name: refused(op, client, values) for name, client in strangers.items()}
        assert rows_of(salon) == before, f"{op} lets strangers change what is not theirs: {codes}"
        assert AuditEntry.objects.count() == audited, f"{op} lets strangers change anything: {codes}"
        with transaction.atomic():
            answer = fill(op, values).ask(owners[OWNER_OF[op.id]], op)
            transaction.set_rollback(True)
        if not answer.status_code < 300 or not set(codes.values()) <= {
            "unauthenticated",
            "not_found",
            "not_allowed",
        }:
            wrong[op.id] = (answer.status_code, answer.content.decode()[:200], codes)
    assert wrong == {}


def test_no_parameter_names_what_is_anybodys_unseen() -> None:
    """A new name of an id is either somebody's, and walked as such, or everybody's."""
    everybodys = {"location_id", "service_id", "specialist_id", "review_id", "room_id", "row_id", "owner_id"}
    named = {name for op in WRITING if not op.path.startswith(MANAGING) for name in fill(op, _Any()).used}
    assert {name for name in named if name.endswith("_id")} - everybodys <= OWNED


class _Any(dict[str, Any]):
    """Every name has a value."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __missing__(self, _name: str) -> int:
        return 1
