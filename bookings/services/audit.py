"""The audit: one entry for every change, in the transaction that makes it."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Model
from i18nfield.strings import LazyI18nString

from booking_site.lib.prepared_insert import PreparedInsert
from booking_site.lib.trace import current_trace_id
from bookings.actor import Actor
from bookings.models import AuditEntry

#: Field values, of any type a model or a JSON document holds.
Values: TypeAlias = Mapping[str, Any]

#: That these changed is recorded, their values are not. What is stored of them elsewhere is hashed or a capability.
_SECRET_PARTS = ("password", "secret", "token", "hash", "p256dh")
_SECRET_NAMES = ("auth", "endpoint", "key", "otp")
HIDDEN = "***"

_entries = PreparedInsert(AuditEntry)
_WORD_BEGINS = re.compile(r"(?<!^)(?=[A-Z])")


def record(
    *, actor: Actor, action: str, entity: str, entity_id: int, before: Values | None, after: Values | None
) -> None:
    """Write what ``actor`` did to the row ``entity_id`` of ``entity``; call it inside the change's transaction.

    Fields that are the same before and after are left out. ``before`` is ``None`` for what came into being, ``after``
    for what is gone. ``action`` is a past participle: ``created``, ``cancelled``.
    """
    if before is not None and after is not None:
        same = {name for name in before.keys() & after.keys() if before[name] == after[name]}
        before = {name: value for name, value in before.items() if name not in same}
        after = {name: value for name, value in after.items() if name not in same}
    _entries.write_soon(
        AuditEntry(
            actor_user_id=actor.user_id,
            actor_role=actor.role,
            actor_key_id=actor.key_id,
            door=actor.door,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=_told(before),
            after=_told(after),
            trace_id=actor.trace_id or current_trace_id(),
        )
    )


def entity_of(model: type[Model]) -> str:
    """How entries name rows of ``model``: ``specialist_service``."""
    return _WORD_BEGINS.sub("_", model.__name__).lower()


def _told(values: Values | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: HIDDEN if value and _is_secret(name) else plain(value) for name, value in values.items()}


def _is_secret(name: str) -> bool:
    return name in _SECRET_NAMES or any(part in name for part in _SECRET_PARTS)


def plain(value: Any) -> Any:
    """``value`` as JSON has it: instants in ISO 8601, money in strings, texts by language."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case LazyI18nString():
            return value.data
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(name): plain(member) for name, member in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(member) for member in value]
        case _:
            return str(value)
