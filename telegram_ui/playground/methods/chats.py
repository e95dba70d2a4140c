"""Chats and their members."""

from typing import Any

from aiogram.methods import (
    BanChatMember,
    GetChat,
    GetChatAdministrators,
    GetChatMember,
    GetChatMemberCount,
    GetUserProfilePhotos,
    LeaveChat,
    UnbanChatMember,
)

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict, bad_request
from telegram_ui.playground.methods.registry import handles
from telegram_ui.playground.params import RawCall
from telegram_ui.playground.world import Chat

_PRIVATE_DEFAULTS = {"accent_color_id": 0, "max_reaction_count": 11}
_GIFTS = {
    "unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True, "premium_subscription": True,
    "gifts_from_channels": True,
}  # fmt: skip


@handles(GetChat)
def get_chat(api: BotApi, call: GetChat, _raw: RawCall) -> JsonDict:
    chat = api.chat(call.chat_id)
    full = {**chat.info, **_PRIVATE_DEFAULTS, "accepted_gift_types": _GIFTS}
    if chat.pinned:
        full["pinned_message"] = chat.messages[chat.pinned[-1]]
    return full


def member(api: BotApi, chat: Chat, user_id: int) -> JsonDict:
    """A ChatMember as Telegram returns it."""
    if user_id == api.bot["id"]:
        if chat.kicked:
            return {"status": "kicked", "user": api.bot, "until_date": 0}
        return {"status": "member", "user": api.bot}
    person = api.world.people.get(user_id)
    if person is None:
        raise bad_request("user not found")
    inside = chat.id == user_id or user_id in chat.members
    return {"status": "member" if inside else "left", "user": person.as_user()}


@handles(GetChatMember)
def get_chat_member(api: BotApi, call: GetChatMember, _raw: RawCall) -> JsonDict:
    return member(api, api.chat(call.chat_id), call.user_id)


@handles(GetChatMemberCount)
def get_chat_member_count(api: BotApi, call: GetChatMemberCount, _raw: RawCall) -> int:
    chat = api.chat(call.chat_id)
    return 2 if chat.private else len(chat.members) + 1


@handles(GetChatAdministrators)
def get_chat_administrators(api: BotApi, call: GetChatAdministrators, _raw: RawCall) -> list[JsonDict]:
    if api.chat(call.chat_id).private:
        raise bad_request("there are no administrators in the private chat")
    return []


def _group(api: BotApi, chat_id: int | str) -> Chat:
    chat = api.chat(chat_id)
    if chat.private:
        raise bad_request(
            "can't restrict self" if chat_id == api.bot["id"] else "method is available for group chats only"
        )
    return chat


@handles(BanChatMember)
def ban_chat_member(api: BotApi, call: BanChatMember, _raw: RawCall) -> bool:
    chat = _group(api, call.chat_id)
    chat.members.discard(call.user_id)
    api.save_chat(chat)
    return True


@handles(UnbanChatMember)
def unban_chat_member(api: BotApi, call: UnbanChatMember, _raw: RawCall) -> bool:
    _group(api, call.chat_id)
    return True


@handles(LeaveChat)
def leave_chat(api: BotApi, call: LeaveChat, _raw: RawCall) -> bool:
    chat = api.chat(call.chat_id)
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.kicked = True
    api.save_chat(chat)
    return True


@handles(GetUserProfilePhotos)
def get_user_profile_photos(api: BotApi, call: GetUserProfilePhotos, _raw: RawCall) -> Any:
    if call.user_id not in api.world.people:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}
