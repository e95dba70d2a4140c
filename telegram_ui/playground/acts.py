"""What people do in Telegram, turned into messages and updates."""

from dataclasses import dataclass
from typing import Any

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.files import StoredFile
from telegram_ui.playground.methods.media import document_field, photo_field
from telegram_ui.playground.text import format_text
from telegram_ui.playground.world import Chat, Person


class ActError(Exception):
    """A person cannot do this in Telegram; ``status`` is the HTTP status of the control answer."""

    def __init__(self, reason: str, status: int = 409) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Place:
    """Who acts, and in which chat."""

    person: Person
    chat: Chat


def place(api: BotApi, user_id: int, chat_id: int | None = None) -> Place:
    """The person and the chat (the private one by default); whoever writes has started the bot."""
    person = api.world.people.get(user_id)
    if person is None:
        raise ActError(f"there is no user {user_id}", 404)
    if person.deactivated:
        raise ActError(f"the account {user_id} is deactivated")
    chat = api.world.chats.get(chat_id or user_id)
    if chat is None:
        raise ActError(f"there is no chat {chat_id}", 404)
    if chat.private and chat.id != user_id:
        raise ActError(f"chat {chat_id} belongs to somebody else", 403)
    if chat.private and person.blocked:
        raise ActError("the bot is blocked; unblock it first")
    if not chat.private and user_id not in chat.members:
        raise ActError(f"user {user_id} is not in chat {chat_id}", 403)
    if not person.started:
        person.started = True
        api.journal.save("person", person.id, person.as_json())
    return Place(person, chat)


def send(api: BotApi, where: Place, content: JsonDict, reply_to: int | None = None) -> JsonDict:
    """Send a message as a person; returns ``message_id`` and ``update_id`` (``None``: the bot wants no such update)."""
    replied = None
    if reply_to is not None:
        replied = where.chat.messages.get(reply_to)
        if replied is None:
            raise ActError(f"there is no message {reply_to} to reply to", 404)
    message = api.add_message(where.chat, where.person.as_user(), content, replied)
    api.use_one_time_keyboard(where.chat)
    update_id = api.updates.put("message", message, f"chat:{where.chat.id}")
    return {"message_id": message["message_id"], "update_id": update_id}


def say(api: BotApi, where: Place, text: str, reply_to: int | None = None) -> JsonDict:
    """Send a text or a command."""
    formatted = format_text(text, None, None)
    if not formatted.text:
        raise ActError("the text is empty", 400)
    return send(api, where, formatted.as_json(), reply_to)


def edit(api: BotApi, where: Place, message_id: int, text: str) -> JsonDict:
    """Edit one's own message."""
    message = where.chat.messages.get(message_id)
    if message is None or message["from"]["id"] != where.person.id or "text" not in message:
        raise ActError(f"user {where.person.id} has no text message {message_id}", 404)
    formatted = format_text(text, None, None)
    if not formatted.text:
        raise ActError("the text is empty", 400)
    kept = {k: v for k, v in message.items() if k not in {"text", "entities"}}
    changed = api.edit(where.chat, message, {**kept, **formatted.as_json()})
    return {
        "message_id": message_id,
        "update_id": api.updates.put("edited_message", changed, f"chat:{where.chat.id}"),
    }


def share_contact(api: BotApi, where: Place, given: JsonDict) -> JsonDict:
    """Send a contact, one's own by default."""
    person = where.person
    contact = {
        "phone_number": given.get("phone_number") or person.phone or f"+7900{person.id % 10_000_000:07d}",
        "first_name": given.get("first_name") or person.first_name,
        "user_id": given.get("user_id", person.id),
    }
    last_name = given.get("last_name", "" if given.get("first_name") else person.last_name)
    if last_name:
        contact["last_name"] = last_name
    return send(api, where, {"contact": {k: v for k, v in contact.items() if v is not None}}, _request(where.chat))


def share_location(api: BotApi, where: Place, latitude: float, longitude: float) -> JsonDict:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        raise ActError("latitude is within ±90 and longitude within ±180", 400)
    return send(api, where, {"location": {"latitude": latitude, "longitude": longitude}}, _request(where.chat))


def _request(chat: Chat) -> int | None:
    """Sharing by a keyboard button replies to the message that asked."""
    asked = chat.keyboard["message_id"] if chat.keyboard else None
    return asked if asked in chat.messages else None


def send_file(api: BotApi, where: Place, stored: StoredFile, caption: str, *, photo: bool) -> JsonDict:
    api.journal.save("file", stored.file_id, stored.as_json())
    field: JsonDict = {"photo": photo_field(stored)} if photo else {"document": document_field(stored)}
    return send(api, where, {**field, **format_text(caption, None, None).as_json("caption")})


def press_keyboard(api: BotApi, where: Place, label: str, given: JsonDict) -> JsonDict:
    """Press a button of the reply keyboard; ``given`` holds contact or location values for buttons that ask."""
    markup = where.chat.keyboard["markup"] if where.chat.keyboard else {}
    for row in markup.get("keyboard", []):
        for button in row:
            if button["text"] == label:
                if button.get("request_contact"):
                    return share_contact(api, where, given)
                if button.get("request_location"):
                    return share_location(
                        api, where, float(given.get("latitude", 55.7558)), float(given.get("longitude", 37.6173))
                    )
                if button.get("web_app"):
                    return {"web_app": button["web_app"]["url"]}
                return say(api, where, label)
    raise ActError(f"the reply keyboard has no button {label!r}", 404)


def tap(
    api: BotApi, where: Place, message_id: int, *, data: str | None, label: str | None, force: bool
) -> JsonDict:
    """Press an inline button, found by its data or its label.

    ``force`` presses ``data`` even where the message or the button is gone, as an old client would.
    """
    message = where.chat.messages.get(message_id)
    button = _find_button(message, data, label)
    if button is None:
        if not force or data is None:
            what = (
                f"there is no message {message_id}"
                if message is None
                else f"message {message_id} has no such button"
            )
            raise ActError(what, 404)
        button = {"callback_data": data}
    for name in (
        "url",
        "web_app",
        "login_url",
        "copy_text",
        "switch_inline_query",
        "switch_inline_query_current_chat",
    ):
        if name in button:
            return {name: button[name]}
    if message is None:
        message = {"chat": where.chat.info, "message_id": message_id, "date": 0}
    press, update_id = api.add_press(where.chat, where.person.as_user(), message, button["callback_data"])
    return {"callback_query_id": press.id, "update_id": update_id}


def _find_button(message: JsonDict | None, data: str | None, label: str | None) -> JsonDict | None:
    rows: list[list[JsonDict]] = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
    for row in rows:
        for button in row:
            if (data is not None and button.get("callback_data") == data) or (
                data is None and label is not None and button["text"] == label
            ):
                return button
    return None


def set_blocked(api: BotApi, person: Person, *, blocked: bool) -> int | None:
    """Block or unblock the bot; the bot hears of it by ``my_chat_member``."""
    if person.blocked == blocked:
        return None
    person.blocked = blocked
    api.journal.save("person", person.id, person.as_json())
    chat = api.world.chats[person.id]
    states: list[Any] = [
        {"status": "member", "user": api.bot},
        {"status": "kicked", "user": api.bot, "until_date": 0},
    ]
    api.hub.changed(chat, "person", person=person.as_json())
    return _membership(api, chat, person, *(states if blocked else reversed(states)))


def set_bot_membership(api: BotApi, chat: Chat, person: Person, *, inside: bool) -> int | None:
    """Add the bot to a group or throw it out."""
    chat.kicked = not inside
    api.save_chat(chat)
    gone, member = {"status": "left", "user": api.bot}, {"status": "member", "user": api.bot}
    return _membership(api, chat, person, *((gone, member) if inside else (member, gone)))


def _membership(api: BotApi, chat: Chat, person: Person, old: Any, new: Any) -> int | None:
    content = {
        "chat": chat.info, "from": person.as_user(), "date": int(api.clock.now()),
        "old_chat_member": old, "new_chat_member": new,
    }  # fmt: skip
    return api.updates.put("my_chat_member", content, f"member:{chat.id}")
