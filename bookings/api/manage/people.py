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

RESOURCES = (USERS, TAGS)
