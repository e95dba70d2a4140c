"""``/_control/users`` and ``/_control/groups``: who exists."""

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from telegram_ui.playground import acts
from telegram_ui.playground.acts import ActError
from telegram_ui.playground.control.http import path_id, read_as, reply, server_of
from telegram_ui.playground.world import Chat, Person

_MAX_AT_ONCE = 200_000


class NewUsers(BaseModel):
    """One user, or ``count`` users with consecutive ids from ``id`` (for load)."""

    model_config = ConfigDict(extra="forbid")

    id: int | None = Field(None, gt=0, lt=2**52)
    count: int = Field(1, ge=1, le=_MAX_AT_ONCE)
    first_name: str = Field("User", min_length=1, max_length=64)
    last_name: str = Field("", max_length=64)
    username: str = Field("", pattern=r"^[A-Za-z0-9_]*$", max_length=32)
    language_code: str = Field("", max_length=10)
    phone: str = Field("", max_length=20)
    role: str = Field("", max_length=20)
    started: bool = True


class NewGroup(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=128)
    members: list[int] = Field(min_length=1)
    supergroup: bool = False


def _person(request: web.Request) -> Person:
    person = server_of(request).api.world.people.get(path_id(request))
    if person is None:
        raise ActError(f"there is no user {path_id(request)}", 404)
    return person


async def list_users(request: web.Request) -> web.Response:
    people = server_of(request).api.world.people
    return reply({"users": [person.as_json() for person in people.values()]})


async def add_users(request: web.Request) -> web.Response:
    api = server_of(request).api
    new = await read_as(request, NewUsers)
    first = new.id or max([5000, *api.world.people]) + 1
    fields = new.model_dump(exclude={"id", "count"})
    people = [Person(id=first + position, **fields) for position in range(new.count)]
    for person in people:
        api.world.add_person(person)
        if new.count == 1:
            api.journal.save("person", person.id, person.as_json())
    if new.count == 1:
        api.hub.announce("people", person=people[0].as_json())
        return reply(people[0].as_json(), 201)
    return reply({"first_id": first, "count": new.count}, 201)


async def block(request: web.Request) -> web.Response:
    api = server_of(request).api
    return reply({"update_id": acts.set_blocked(api, _person(request), blocked=True)})


async def unblock(request: web.Request) -> web.Response:
    api = server_of(request).api
    return reply({"update_id": acts.set_blocked(api, _person(request), blocked=False)})


async def deactivate(request: web.Request) -> web.Response:
    """The account is deleted: the bot is not told, it learns from the next 403."""
    api, person = server_of(request).api, _person(request)
    person.deactivated = True
    api.journal.save("person", person.id, person.as_json())
    api.hub.changed(api.world.chats[person.id], "person", person=person.as_json())
    return reply(person.as_json())


async def add_group(request: web.Request) -> web.Response:
    api = server_of(request).api
    new = await read_as(request, NewGroup)
    unknown = [member for member in new.members if member not in api.world.people]
    if unknown:
        raise ActError(f"there is no user {unknown[0]}", 404)
    lowest = min([0, *api.world.chats])
    chat_id = min(lowest, -1_000_000_000_000) - 1 if new.supergroup else -100_001 - len(api.world.chats)
    kind = "supergroup" if new.supergroup else "group"
    chat = Chat(chat_id, {"id": chat_id, "type": kind, "title": new.title}, members=set(new.members))
    api.world.chats[chat_id] = chat
    person = api.world.people[new.members[0]]
    return reply({"chat_id": chat_id, "update_id": acts.set_bot_membership(api, chat, person, inside=True)}, 201)


def _group(request: web.Request) -> Chat:
    chat = server_of(request).api.world.chats.get(path_id(request))
    if chat is None or chat.private:
        raise ActError(f"there is no group {path_id(request)}", 404)
    return chat


async def kick_bot(request: web.Request) -> web.Response:
    api, chat = server_of(request).api, _group(request)
    person = api.world.people[min(chat.members)]
    return reply({"update_id": acts.set_bot_membership(api, chat, person, inside=False)})


async def migrate(request: web.Request) -> web.Response:
    """The group becomes a supergroup with another id; the old id answers with ``migrate_to_chat_id``."""
    api, chat = server_of(request).api, _group(request)
    new_id = min([-1_000_000_000_000, *api.world.chats]) - 1
    info = {"id": new_id, "type": "supergroup", "title": chat.info["title"]}
    api.world.chats[new_id] = Chat(new_id, info, members=set(chat.members))
    chat.migrated_to = new_id
    api.save_chat(chat)
    api.save_chat(api.world.chats[new_id])
    person = api.world.people[min(chat.members)]
    message = {
        "message_id": api.new_message_id(), "date": int(api.clock.now()), "chat": chat.info,
        "from": person.as_user(), "migrate_to_chat_id": new_id,
    }  # fmt: skip
    return reply({"chat_id": new_id, "update_id": api.updates.put("message", message, f"chat:{chat.id}")})
