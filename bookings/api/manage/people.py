"""Clients, specialists and admins."""

from bookings.api.crud.resource import Resource
from bookings.api.values import Id
from bookings.services.resources import entities

USERS = Resource(
    noun="users",
    one="user",
    tag="Manage people",
    entity=entities.USERS,
    fields=(
        "id", "first_name", "last_name", "phone", "email", "language", "role", "is_banned", "is_active", "tg_id",
        "tg_username", "bot_blocked", "date_joined", "tags",
    ),
    orders=("id", "date_joined"),
    filters=("role", "language", "is_banned", "is_active", "bot_blocked", "tg_id", "phone"),
    lookups={"tag_id": ("tags", Id)},
    ranges=("date_joined",),
    search=("first_name", "last_name", "phone", "email", "tg_username"),
    refusals=("not_allowed",),
    also_called={"name": "first_name"},
    about="Telegram says who is who there, and logins are made on the admin site. A key neither makes nor changes "
    "admins.",
)  # fmt: skip

TAGS = Resource(
    noun="tags",
    one="tag",
    tag="Manage people",
    entity=entities.TAGS,
    fields=("id", "name"),
    orders=("id",),
    search=("name",),
    about="Words by which admins sort their clients. Who has which is told and set in `tag_ids` of users. One that is "
    "deleted is nobody's any more.",
)
INVITES = Resource(
    noun="invites",
    one="invite",
    tag="Manage people",
    entity=entities.INVITES,
    fields=(
        "id", "role", "specialist_id", "created_at", "created_by_id", "expires_at", "used_at", "used_by_id", "revoked_at",
    ),
    orders=("id",),
    filters=("role", "specialist_id"),
    ranges=("created_at",),
    about="Links by which people join the team, without what they end with. They are made and taken back in the bot and "
    "on the admin site.",
)  # fmt: skip

RESOURCES = (USERS, TAGS, INVITES)
