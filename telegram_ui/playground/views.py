"""Chats as a person sees them: what the page draws and what tests read."""

from typing import Any

from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.files import FileStore
from telegram_ui.playground.html_render import render_html
from telegram_ui.playground.world import Chat, Press

_KINDS = ("photo", "document", "contact", "venue", "location", "text")
_PLAIN = ("contact", "venue", "location", "date", "edit_date", "media_group_id", "reactions")


def message_view(message: JsonDict, files: FileStore) -> JsonDict:
    """One message: ``text`` holds the text or the caption, ``html`` the same with tags, files carry a local ``url``."""
    text = str(message.get("text") or message.get("caption") or "")
    entities: list[JsonDict] = message.get("entities") or message.get("caption_entities") or []
    view: JsonDict = {
        "message_id": message["message_id"],
        "from_bot": bool(message["from"].get("is_bot")),
        "from": message["from"],
        "kind": next((kind for kind in _KINDS if kind in message), "service"),
        "text": text,
        "entities": entities,
        "html": render_html(text, entities),
        "inline_keyboard": message.get("reply_markup", {}).get("inline_keyboard", []),
        **{name: message[name] for name in _PLAIN if name in message},
    }
    if "photo" in message:
        view["photo"] = {**message["photo"][-1], "url": file_url(message["photo"][-1]["file_id"], files)}
    if "document" in message:
        view["document"] = {**message["document"], "url": file_url(message["document"]["file_id"], files)}
    if "reply_to_message" in message:
        replied = message["reply_to_message"]
        view["reply_to"] = {
            "message_id": replied["message_id"],
            "from_bot": bool(replied["from"].get("is_bot")),
            "text": replied.get("text") or replied.get("caption") or "",
        }
    if "forward_origin" in message:
        view["forward_origin"] = message["forward_origin"]
    return view


def file_url(file_id: str, files: FileStore) -> str:
    stored = files.files.get(file_id)
    return f"/_control/files/{stored.path}" if stored else ""


def keyboard_view(chat: Chat) -> JsonDict | None:
    """The reply keyboard under the input: ``markup``, its message, and whether a one-time keyboard was used."""
    return chat.keyboard


def press_view(press: Press) -> JsonDict:
    return {**press.as_json(), "callback_query_id": press.id}


def chat_view(chat: Chat, person: Any, files: FileStore, now: float) -> JsonDict:
    """The whole chat; ``version`` grows with every change."""
    typing = chat.typing
    return {
        "chat_id": chat.id,
        "version": chat.version,
        "info": chat.info,
        "person": person.as_json() if person else None,
        "messages": [message_view(message, files) for message in chat.messages.values()],
        "keyboard": keyboard_view(chat),
        "presses": [press_view(press) for press in chat.presses],
        "typing": typing[0] if typing and typing[1] > now else None,
        "pinned": chat.pinned,
        "menu_button": chat.menu_button,
    }
