"""Who changed what."""

from bookings.api.crud.resource import Resource
from bookings.services.resources import entities

AUDIT_ENTRIES = Resource(
    noun="audit-entries",
    one="audit_entry",
    tag="Audit",
    entity=entities.AUDIT_ENTRIES,
    fields=(
        "id", "at", "actor_user_id", "actor_role", "actor_key_id", "door", "action", "entity", "entity_id", "before",
        "after", "trace_id",
    ),
    orders=("id",),
    filters=(
        "actor_user_id", "actor_role", "actor_key_id", "door", "action", "entity", "entity_id", "trace_id",
    ),
    ranges=("at",),
    about="Every change of a row, as it was made. Values of secrets are not kept.",
)  # fmt: skip

RESOURCES = (AUDIT_ENTRIES,)
