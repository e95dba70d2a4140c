"""Which function answers which method, and what several of them need."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.markup import parse_markup
from telegram_ui.playground.params import AnyMethod, RawCall, given
from telegram_ui.playground.world import Chat

Handler = Callable[[BotApi, Any, RawCall], Any]
_H = TypeVar("_H", bound=Callable[..., Any | Awaitable[Any]])

HANDLERS: dict[type[AnyMethod], Handler] = {}


def handles(method: type[AnyMethod]) -> Callable[[_H], _H]:
    """Register the function that answers ``method``; it takes the API, aiogram's object and the raw call."""

    def register(function: _H) -> _H:
        HANDLERS[method] = function
        return function

    return register


def markup_of(raw: RawCall, chat: Chat) -> JsonDict | None:
    return parse_markup(raw.params.get("reply_markup"), private=chat.private)


def replied_message(api: BotApi, chat: Chat, call: Any) -> JsonDict | None:
    """The message a call replies to, by ``reply_parameters`` or the older ``reply_to_message_id``."""
    parameters = given(getattr(call, "reply_parameters", None))
    message_id = parameters.message_id if parameters else getattr(call, "reply_to_message_id", None)
    if not message_id:
        return None
    optional = parameters.allow_sending_without_reply if parameters else call.allow_sending_without_reply
    if given(optional) and message_id not in chat.messages:
        return None
    return api.message(chat, message_id, "message to be replied")


def common_fields(call: Any) -> JsonDict:
    """Fields of a message that are copied from the call as they are."""
    fields: JsonDict = {}
    if given(getattr(call, "protect_content", None)):
        fields["has_protected_content"] = True
    if getattr(call, "message_effect_id", None):
        fields["effect_id"] = call.message_effect_id
    if given(getattr(call, "show_caption_above_media", None)):
        fields["show_caption_above_media"] = True
    return fields
