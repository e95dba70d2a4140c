"""The bot's own profile: name, descriptions, commands per scope and language, menu button."""

import re
from typing import Any

from aiogram.methods import (
    Close,
    DeleteMyCommands,
    GetChatMenuButton,
    GetMe,
    GetMyCommands,
    GetMyDefaultAdministratorRights,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    LogOut,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDefaultAdministratorRights,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict, bad_request
from telegram_ui.playground.methods.registry import handles
from telegram_ui.playground.params import RawCall, as_dicts

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MAX_COMMANDS = 100
_DESCRIPTION = 256


@handles(GetMe)
def get_me(api: BotApi, _call: GetMe, _raw: RawCall) -> JsonDict:
    flags = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
    return {**api.bot, **dict.fromkeys(flags, False), "can_join_groups": True}


@handles(LogOut)
@handles(Close)
def leave(_api: BotApi, _call: Any, _raw: RawCall) -> bool:
    return True


def _key(call: Any) -> str:
    scope = call.scope
    parts = [scope.type if scope else "default"]
    parts += [str(value) for name in ("chat_id", "user_id") if (value := getattr(scope, name, None)) is not None]
    return ":".join([*parts, call.language_code or ""])


@handles(SetMyCommands)
def set_my_commands(api: BotApi, call: SetMyCommands, _raw: RawCall) -> bool:
    if len(call.commands) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in call.commands:
        if not _COMMAND.fullmatch(command.command.removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description) <= _DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    api.world.profile.setdefault("commands", {})[_key(call)] = as_dicts(list(call.commands))
    api.save_profile()
    return True


@handles(GetMyCommands)
def get_my_commands(api: BotApi, call: GetMyCommands, _raw: RawCall) -> Any:
    return api.world.profile.get("commands", {}).get(_key(call), [])


@handles(DeleteMyCommands)
def delete_my_commands(api: BotApi, call: DeleteMyCommands, _raw: RawCall) -> bool:
    api.world.profile.get("commands", {}).pop(_key(call), None)
    api.save_profile()
    return True


def commands_for(profile: JsonDict, chat_id: int, language: str) -> list[JsonDict]:
    """The commands a person sees in a private chat: the narrowest scope first, own language before any."""
    commands = profile.get("commands", {})
    for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
        for code in (language, ""):
            if commands.get(f"{scope}:{code}"):
                return list(commands[f"{scope}:{code}"])
    return []


def _set_text(api: BotApi, name: str, value: str | None, language: str | None, limit: int) -> bool:
    if len(value or "") > limit:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    api.world.profile.setdefault(name, {})[language or ""] = value or ""
    api.save_profile()
    return True


def _get_text(api: BotApi, name: str, language: str | None, default: str = "") -> str:
    texts = api.world.profile.get(name, {})
    return str(texts.get(language or "") or texts.get("") or default)


@handles(SetMyName)
def set_my_name(api: BotApi, call: SetMyName, _raw: RawCall) -> bool:
    return _set_text(api, "name", call.name, call.language_code, 64)


@handles(SetMyDescription)
def set_my_description(api: BotApi, call: SetMyDescription, _raw: RawCall) -> bool:
    return _set_text(api, "description", call.description, call.language_code, 512)


@handles(SetMyShortDescription)
def set_my_short_description(api: BotApi, call: SetMyShortDescription, _raw: RawCall) -> bool:
    return _set_text(api, "short_description", call.short_description, call.language_code, 120)


@handles(GetMyName)
def get_my_name(api: BotApi, call: GetMyName, _raw: RawCall) -> JsonDict:
    return {"name": _get_text(api, "name", call.language_code, api.bot["first_name"])}


@handles(GetMyDescription)
def get_my_description(api: BotApi, call: GetMyDescription, _raw: RawCall) -> JsonDict:
    return {"description": _get_text(api, "description", call.language_code)}


@handles(GetMyShortDescription)
def get_my_short_description(api: BotApi, call: GetMyShortDescription, _raw: RawCall) -> JsonDict:
    return {"short_description": _get_text(api, "short_description", call.language_code)}


@handles(SetChatMenuButton)
def set_chat_menu_button(api: BotApi, call: SetChatMenuButton, _raw: RawCall) -> bool:
    button = call.menu_button.model_dump(exclude_none=True, mode="json") if call.menu_button else None
    if call.chat_id is None:
        api.world.profile["menu_button"] = button
        api.save_profile()
        return True
    chat = api.chat(call.chat_id)
    chat.menu_button = button
    api.save_chat(chat)
    api.hub.changed(chat, "menu_button", menu_button=button)
    return True


@handles(GetChatMenuButton)
def get_chat_menu_button(api: BotApi, call: GetChatMenuButton, _raw: RawCall) -> Any:
    own = api.chat(call.chat_id).menu_button if call.chat_id is not None else None
    return own or api.world.profile.get("menu_button") or {"type": "commands"}


@handles(SetMyDefaultAdministratorRights)
def set_rights(api: BotApi, call: SetMyDefaultAdministratorRights, _raw: RawCall) -> bool:
    rights = call.rights.model_dump(mode="json", exclude_none=True) if call.rights else None
    api.world.profile["rights:channels" if call.for_channels else "rights"] = rights
    api.save_profile()
    return True


@handles(GetMyDefaultAdministratorRights)
def get_rights(api: BotApi, call: GetMyDefaultAdministratorRights, _raw: RawCall) -> JsonDict:
    names = (
        "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
        "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
        "can_delete_stories",
    )  # fmt: skip
    stored = api.world.profile.get("rights:channels" if call.for_channels else "rights") or {}
    return {**dict.fromkeys(names, False), **stored}
