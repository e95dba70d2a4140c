"""Whatever is managed is changed by admins alone, whoever else asks with whatever credentials."""

from django.db import transaction

from bookings.models import AuditEntry
from tests.bookings.api.belongings import rows_of
from tests.bookings.api.filling import fill
from tests.bookings.api.manage.conftest import Manager
from tests.bookings.api.manage.test_every_resource import RESOURCES
from tests.bookings.api.test_two_clients_writing import (
    MANAGING,
    OWNERS,
    STRANGERS,
    WRITING,
    at_desk,
    refused,
    unlimited,
)

__all__ = ["unlimited"]

#: What an admin may be told of a row that other rows need, or that is not so far.
RULES = frozenset(
    {"in_use", "refused", "letter_settled", "cannot_requeue", "wrong_campaign_status", "nobody_to_tell"}
)


def test_what_is_managed_is_the_admins(full: Manager) -> None:
    salon = full.salon
    at_desk(salon)
    strangers = {name: log_in(salon) for name, log_in in STRANGERS.items()}
    admin = OWNERS["admin"](salon)
    rows = {one.noun: one.entity.rows.order_by("pk").last() for one in RESOURCES}
    before, audited, wrong = rows_of(salon), AuditEntry.objects.count(), {}
    for op in [op for op in WRITING if op.path.startswith(MANAGING)]:
        row = rows.get(op.path.removeprefix(MANAGING).split("/")[0])
        values = {"row_id": row.pk if row else 999_999}
        codes = {name: refused(op, client, values) for name, client in strangers.items()}
        assert AuditEntry.objects.count() == audited, f"{op} lets strangers change it: {codes}"
        if set(codes.values()) != {"unauthenticated", "not_allowed"}:
            wrong[op.id] = codes
        if row is None or "row_id" not in op.path:
            continue  # what is made, and that it is made, is in test_writing
        with transaction.atomic():
            answer = fill(op, values).ask(admin, op)
            transaction.set_rollback(True)
        if not (answer.status_code < 300 or answer.json()["code"] in RULES):
            wrong[op.id] = {"the admin": answer.content.decode()[:200]}
    assert wrong == {}
    assert rows_of(salon) == before
