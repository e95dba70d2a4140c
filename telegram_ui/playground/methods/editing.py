"""Editing and deleting messages, pins and reactions."""

from typing import Any

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    PinChatMessage,
    SetMessageReaction,
    UnpinAllChatMessages,
    UnpinChatMessage,
)

from telegram_ui.playground.bot_api import EDITABLE_SECONDS, BotApi
from telegram_ui.playground.errors import JsonDict, bad_request
from telegram_ui.playground.markup import parse_markup
from telegram_ui.playground.methods.media import media_content
from telegram_ui.playground.methods.registry import handles
from telegram_ui.playground.params import RawCall, as_dicts, given
from telegram_ui.playground.text import caption_text, message_text
from telegram_ui.playground.world import Chat

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_MAX_DELETED = 100
_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")
_MEDIA = ("photo", "document", *_CAPTION)


def _target(api: BotApi, call: Any) -> tuple[Chat, JsonDict]:
    if call.inline_message_id:
        raise bad_request("MESSAGE_ID_INVALID")
    if call.chat_id is None:
        raise bad_request("chat_id is empty")
    if not call.message_id:
        raise bad_request("message identifier is not specified")
    chat = api.chat(call.chat_id)
    message = api.message(chat, call.message_id, "message to edit")
    if not message["from"].get("is_bot") or "forward_origin" in message or call.message_id in chat.uneditable:
        raise bad_request("message can't be edited")
    return chat, message


def _replace(
    api: BotApi, chat: Chat, message: JsonDict, raw: RawCall, *, names: tuple[str, ...], content: JsonDict
) -> JsonDict:
    """Put ``content`` in the place of the fields ``names``; without a keyboard in the call, the old one goes."""
    markup = parse_markup(raw.params.get("reply_markup"), inline_only=True)
    changed = {k: v for k, v in message.items() if k not in names and k != "reply_markup"} | content
    if markup is not None:
        changed["reply_markup"] = markup
    if changed == message:
        raise bad_request(_NOT_MODIFIED)
    return api.edit(chat, message, changed, mark=bool(names))


@handles(EditMessageText)
def edit_message_text(api: BotApi, call: EditMessageText, raw: RawCall) -> JsonDict:
    text = message_text(call.text or "", given(call.parse_mode), as_dicts(call.entities))
    chat, message = _target(api, call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = text.as_json()
    preview = given(call.link_preview_options)
    if preview is not None:
        content["link_preview_options"] = preview.model_dump(exclude_unset=True, exclude_none=True)
    return _replace(api, chat, message, raw, names=_TEXT, content=content)


@handles(EditMessageCaption)
def edit_message_caption(api: BotApi, call: EditMessageCaption, raw: RawCall) -> JsonDict:
    caption = caption_text(call.caption, given(call.parse_mode), as_dicts(call.caption_entities))
    chat, message = _target(api, call)
    if "photo" not in message and "document" not in message:
        raise bad_request("there is no caption in the message to edit")
    return _replace(api, chat, message, raw, names=_CAPTION, content=caption.as_json("caption"))


@handles(EditMessageMedia)
async def edit_message_media(api: BotApi, call: EditMessageMedia, raw: RawCall) -> JsonDict:
    chat, message = _target(api, call)
    if "text" not in message and "photo" not in message and "document" not in message:
        raise bad_request("message can't be edited")
    content = await media_content(api, call.media, raw)
    return _replace(api, chat, message, raw, names=(*_TEXT, *_MEDIA), content=content)


@handles(EditMessageReplyMarkup)
def edit_message_reply_markup(api: BotApi, call: EditMessageReplyMarkup, raw: RawCall) -> JsonDict:
    chat, message = _target(api, call)
    return _replace(api, chat, message, raw, names=(), content={})


def _deletable(api: BotApi, message: JsonDict) -> bool:
    return bool(api.clock.now() - message["date"] < EDITABLE_SECONDS)


@handles(DeleteMessage)
def delete_message(api: BotApi, call: DeleteMessage, _raw: RawCall) -> bool:
    chat = api.chat(call.chat_id)
    message = api.message(chat, call.message_id, "message to delete")
    if not _deletable(api, message):
        raise bad_request("message can't be deleted for everyone")
    api.delete(chat, [call.message_id])
    return True


@handles(DeleteMessages)
def delete_messages(api: BotApi, call: DeleteMessages, _raw: RawCall) -> bool:
    """Messages that are not there are skipped, as Telegram does."""
    chat = api.chat(call.chat_id)
    if not call.message_ids:
        raise bad_request("message identifiers are not specified")
    if len(call.message_ids) > _MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    found = [number for number in call.message_ids if number in chat.messages]
    if any(not _deletable(api, chat.messages[number]) for number in found):
        raise bad_request("message can't be deleted for everyone")
    if found:
        api.delete(chat, found)
    return True


@handles(PinChatMessage)
def pin_chat_message(api: BotApi, call: PinChatMessage, _raw: RawCall) -> bool:
    chat = api.chat(call.chat_id)
    api.message(chat, call.message_id, "message to pin")
    if call.message_id not in chat.pinned:
        chat.pinned.append(call.message_id)
    _pins_changed(api, chat)
    return True


@handles(UnpinChatMessage)
def unpin_chat_message(api: BotApi, call: UnpinChatMessage, _raw: RawCall) -> bool:
    chat = api.chat(call.chat_id)
    wanted = call.message_id or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(wanted)
    _pins_changed(api, chat)
    return True


@handles(UnpinAllChatMessages)
def unpin_all_chat_messages(api: BotApi, call: UnpinAllChatMessages, _raw: RawCall) -> bool:
    chat = api.chat(call.chat_id)
    chat.pinned.clear()
    _pins_changed(api, chat)
    return True


def _pins_changed(api: BotApi, chat: Chat) -> None:
    api.save_chat(chat)
    api.hub.changed(chat, "pinned", pinned=list(chat.pinned))


@handles(SetMessageReaction)
def set_message_reaction(api: BotApi, call: SetMessageReaction, _raw: RawCall) -> bool:
    chat = api.chat(call.chat_id)
    message = api.message(chat, call.message_id, "message to react")
    kept = {k: v for k, v in message.items() if k != "reactions"}
    reactions = as_dicts(list(call.reaction or []))
    api.edit(chat, message, {**kept, "reactions": reactions} if reactions else kept, mark=False)
    return True
