"""Refusals of Telegram that harm nobody: what was to be said has lost its reader or its moment."""

from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError

#: Beginnings and pieces of descriptions; Telegram has no codes for them. All in lower case.
_HARMLESS = (
    "chat not found",
    "query is too old",
    "query_id_invalid",
    "user is deactivated",
    "group chat was upgraded",
    "not enough rights",
    "have no rights to send",
    "chat_write_forbidden",
    "topic_closed",
    "chat_restricted",
)


def is_harmless(error: TelegramAPIError) -> bool:
    """Whether the reader is out of reach (left, blocked the bot, forbids it to write) or a press was answered too late.

    Trying again would be refused alike, and there is nobody to apologise to.
    """
    if isinstance(error, TelegramForbiddenError):
        return True
    text = error.message.lower()
    return isinstance(error, TelegramBadRequest) and any(piece in text for piece in _HARMLESS)
