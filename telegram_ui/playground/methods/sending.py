"""Sending what needs no file: text, places, contacts, copies, the typing sign."""

from typing import Any

from aiogram.enums import ChatAction
from aiogram.methods import (
    CopyMessage,
    CopyMessages,
    ForwardMessage,
    ForwardMessages,
    SendChatAction,
    SendContact,
    SendDice,
    SendLocation,
    SendMessage,
    SendVenue,
)

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict, bad_request
from telegram_ui.playground.methods.registry import common_fields, handles, markup_of, replied_message
from telegram_ui.playground.params import RawCall, as_dicts, given
from telegram_ui.playground.text import caption_text, message_text
from telegram_ui.playground.world import Chat

_TYPING_SECONDS = 5
_CONTENT = (
    "text", "entities", "caption", "caption_entities", "photo", "document", "location", "venue", "contact",
    "link_preview_options", "show_caption_above_media", "dice",
)  # fmt: skip


@handles(SendMessage)
def send_message(api: BotApi, call: SendMessage, raw: RawCall) -> JsonDict:
    text = message_text(call.text, given(call.parse_mode), as_dicts(call.entities))
    chat = api.chat(call.chat_id)
    content = {**text.as_json(), **common_fields(call)}
    preview = given(call.link_preview_options)
    if preview is not None:
        content["link_preview_options"] = preview.model_dump(exclude_unset=True, exclude_none=True)
    return api.post(chat, content, markup_of(raw, chat), replied_message(api, chat, call))


@handles(SendLocation)
def send_location(api: BotApi, call: SendLocation, raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    content = {"location": location(call.latitude, call.longitude), **common_fields(call)}
    return api.post(chat, content, markup_of(raw, chat), replied_message(api, chat, call))


def location(latitude: float, longitude: float) -> JsonDict:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        raise bad_request("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


@handles(SendVenue)
def send_venue(api: BotApi, call: SendVenue, raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    if not call.title.strip():
        raise bad_request("venue title must be non-empty")
    place = location(call.latitude, call.longitude)
    content = {
        "location": place,
        "venue": {"location": place, "title": call.title, "address": call.address},
        **common_fields(call),
    }
    return api.post(chat, content, markup_of(raw, chat), replied_message(api, chat, call))


@handles(SendContact)
def send_contact(api: BotApi, call: SendContact, raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    if not call.phone_number.strip():
        raise bad_request("phone number must be non-empty")
    contact = {"phone_number": call.phone_number, "first_name": call.first_name}
    contact |= {name: value for name in ("last_name", "vcard") if (value := getattr(call, name))}
    content = {"contact": contact, **common_fields(call)}
    return api.post(chat, content, markup_of(raw, chat), replied_message(api, chat, call))


@handles(SendDice)
def send_dice(api: BotApi, call: SendDice, raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    content = {"dice": {"emoji": call.emoji or "🎲", "value": 1 + int(api.clock.now()) % 6}, **common_fields(call)}
    return api.post(chat, content, markup_of(raw, chat), replied_message(api, chat, call))


@handles(SendChatAction)
def send_chat_action(api: BotApi, call: SendChatAction, _raw: RawCall) -> bool:
    if call.action not in set(ChatAction):
        raise bad_request("wrong parameter action in request")
    chat = api.chat(call.chat_id)
    chat.typing = (str(call.action), api.clock.now() + _TYPING_SECONDS)
    api.hub.changed(chat, "typing", action=str(call.action), seconds=_TYPING_SECONDS)
    return True


def _source(api: BotApi, from_chat_id: int | str, message_id: int, what: str) -> JsonDict:
    return api.message(api.chat(from_chat_id), message_id, what)


def _forward(api: BotApi, chat: Chat, source: JsonDict) -> JsonDict:
    content = {name: source[name] for name in _CONTENT if name in source}
    if not content:
        raise bad_request("the message can't be forwarded")
    origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
    return api.post(chat, {**content, "forward_origin": origin})


@handles(ForwardMessage)
def forward_message(api: BotApi, call: ForwardMessage, _raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    return _forward(api, chat, _source(api, call.from_chat_id, call.message_id, "message to forward"))


@handles(ForwardMessages)
def forward_messages(api: BotApi, call: ForwardMessages, _raw: RawCall) -> list[JsonDict]:
    chat, source = api.chat(call.chat_id), api.chat(call.from_chat_id)
    found = [source.messages[number] for number in call.message_ids if number in source.messages]
    if not found:
        raise bad_request("message to forward not found")
    return [{"message_id": _forward(api, chat, message)["message_id"]} for message in found]


@handles(CopyMessage)
def copy_message(api: BotApi, call: CopyMessage, raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    source = _source(api, call.from_chat_id, call.message_id, "message to copy")
    content = {name: source[name] for name in _CONTENT if name in source}
    if not content:
        raise bad_request("the message can't be copied")
    if call.caption is not None and ("photo" in content or "document" in content):
        caption = caption_text(call.caption, given(call.parse_mode), as_dicts(call.caption_entities))
        content = {k: v for k, v in content.items() if not k.startswith("caption")} | caption.as_json("caption")
    sent = api.post(chat, content, markup_of(raw, chat), replied_message(api, chat, call))
    return {"message_id": sent["message_id"]}


@handles(CopyMessages)
def copy_messages(api: BotApi, call: CopyMessages, _raw: RawCall) -> list[JsonDict]:
    chat, source = api.chat(call.chat_id), api.chat(call.from_chat_id)
    found = [source.messages[number] for number in call.message_ids if number in source.messages]
    if not found:
        raise bad_request("message to copy not found")
    copies: list[Any] = [
        api.post(chat, {name: message[name] for name in _CONTENT if name in message}) for message in found
    ]
    return [{"message_id": copy["message_id"]} for copy in copies]
