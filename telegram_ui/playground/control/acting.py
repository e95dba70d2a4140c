"""``/_control/users/{id}/…``: acting as a person."""

from typing import Any

from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from telegram_ui.playground import acts
from telegram_ui.playground.acts import ActError, Place
from telegram_ui.playground.control.http import body, path_id, read_as, reply, server_of


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")
    chat_id: int | None = None


class Text(_In):
    text: str = Field(max_length=4096)
    reply_to: int | None = None


class TextOf(Text):
    user_id: int


class Tap(_In):
    message_id: int
    data: str | None = None
    label: str | None = None
    force: bool = False


class KeyboardPress(_In):
    label: str
    phone_number: str = ""
    first_name: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Contact(_In):
    phone_number: str = ""
    first_name: str = ""
    last_name: str = ""
    user_id: int | None = None


class Location(_In):
    latitude: float = 55.7558
    longitude: float = 37.6173


class Edit(_In):
    text: str = Field(max_length=4096)


_TEXTS = TypeAdapter(list[TextOf])


def _place(request: web.Request, chat_id: int | None) -> Place:
    return acts.place(server_of(request).api, path_id(request), chat_id)


async def send_message(request: web.Request) -> web.Response:
    given = await read_as(request, Text)
    return reply(acts.say(server_of(request).api, _place(request, given.chat_id), given.text, given.reply_to), 201)


async def send_many(request: web.Request) -> web.Response:
    """A list of texts of many users at once, in this order: for load."""
    api = server_of(request).api
    texts = _TEXTS.validate_python(await body(request))
    sent = [acts.say(api, acts.place(api, t.user_id, t.chat_id), t.text, t.reply_to) for t in texts]
    return reply({"sent": sent}, 201)


async def edit_message(request: web.Request) -> web.Response:
    given = await read_as(request, Edit)
    message_id = path_id(request, "message_id")
    return reply(acts.edit(server_of(request).api, _place(request, given.chat_id), message_id, given.text))


async def tap(request: web.Request) -> web.Response:
    given = await read_as(request, Tap)
    where = _place(request, given.chat_id)
    api = server_of(request).api
    return reply(
        acts.tap(api, where, given.message_id, data=given.data, label=given.label, force=given.force), 201
    )


async def press_keyboard(request: web.Request) -> web.Response:
    given = await read_as(request, KeyboardPress)
    values: dict[str, Any] = given.model_dump(exclude_none=True, exclude={"label", "chat_id"})
    return reply(
        acts.press_keyboard(server_of(request).api, _place(request, given.chat_id), given.label, values), 201
    )


async def send_contact(request: web.Request) -> web.Response:
    given = await read_as(request, Contact)
    values = given.model_dump(exclude={"chat_id"}, exclude_defaults=True)
    return reply(acts.share_contact(server_of(request).api, _place(request, given.chat_id), values), 201)


async def send_location(request: web.Request) -> web.Response:
    given = await read_as(request, Location)
    where = _place(request, given.chat_id)
    return reply(acts.share_location(server_of(request).api, where, given.latitude, given.longitude), 201)


async def send_file(request: web.Request) -> web.Response:
    """Multipart: ``file``, and optionally ``caption`` and ``as`` (photo or document)."""
    if not request.content_type.startswith("multipart/"):
        raise ActError("send the file as multipart/form-data", 400)
    fields: dict[str, str] = {}
    upload: tuple[str, str, bytes] | None = None
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise ActError("the multipart body cannot be read", 400)
        if part.filename is None:
            fields[part.name] = await part.text()
        else:
            upload = (part.filename, part.headers.get("Content-Type", ""), bytes(await part.read()))
    if upload is None or not upload[2]:
        raise ActError("there is no file", 400)
    api = server_of(request).api
    where = _place(request, None)
    photo = fields.get("as") == "photo"
    stored = api.files.add(upload[2], upload[0], upload[1], photo=photo)
    if photo and not stored.width:
        raise ActError("this is no picture that Telegram takes as a photo", 400)
    return reply(acts.send_file(api, where, stored, fields.get("caption", ""), photo=photo), 201)
