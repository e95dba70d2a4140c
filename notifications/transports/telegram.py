"""Telegram: one call of the Bot API a message, its errors put into classes."""

import asyncio
import os
import traceback
from dataclasses import replace
from html import escape
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import FSInputFile
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ConnectionTimeoutError
from django.conf import settings

from booking_site.lib.telegram_bot import make_bot
from notifications.actions import Action, ActionRows
from notifications.addresses import Chat
from notifications.outcomes import (
    Failed,
    Gone,
    Misconfigured,
    Moved,
    Outcome,
    Refused,
    Sent,
    Throttled,
    Unknown,
)
from notifications.plain import plain
from notifications.transports import Again, Parcel, bot_names, uploads
from notifications.transports.circulars import Receipt, SendingPhoto, circular, markup_of

log = structlog.get_logger(__name__)

#: Bad requests that are about the recipient, not about the message.
_GONE = ("chat not found", "user not found", "peer_id_invalid", "have no rights to send")
#: What an operator has to mend when the bot itself is turned away.
_TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of the setting
#: Rewrites that find nothing to do.
_ALREADY = "message is not modified"
_UNREADABLE = "can't parse entities"
_OPEN_BOT = "open.bot"
_NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class TelegramTransport:
    async def prepare(self, parcel: Parcel) -> Outcome | None:
        """Learn what the bot is called, where a button leads into it."""
        try:
            if any(one["name"] == _OPEN_BOT for row in parcel.body.get("rows", ()) for one in row):
                await bot_names.learn(_key(), _bot())
        except Exception as error:  # noqa: BLE001 - as in ``send``
            outcome = _outcome_of_any(error)
            # Whatever it was, nothing was sent, and the recipient has nothing to do with it.
            return outcome if isinstance(outcome, Misconfigured | Throttled) else Failed(str(error), _trace(error))
        return None

    async def send(self, parcel: Parcel) -> Outcome | Again:
        """Words that Telegram cannot read as HTML are to be sent again without markup: better plain than never."""
        try:
            return Sent(await _call(parcel))
        except TelegramBadRequest as error:
            if parcel.word_for_word or _UNREADABLE not in error.message.lower():
                return outcome_of(error)
            log.warning("sent_without_markup", delivery=parcel.delivery_id, error=error.message)
            words = escape(plain(parcel.message.text), quote=False)
            return Again(replace(parcel, body={**parcel.body, "text": words}, word_for_word=True))
        except Exception as error:  # noqa: BLE001 - a message that cannot even be built is dead, not its worker
            return _outcome_of_any(error)


def _outcome_of_any(error: Exception) -> Outcome:
    match error:
        case TelegramUnauthorizedError() | TelegramNotFound() | TokenValidationError():
            # 401 to a token that is unknown or was revoked, 404 to one that cannot be any: to every call alike.
            return Misconfigured(_TOKEN, str(error))
        case TelegramAPIError():
            return outcome_of(error)
        case ClientDecodeError():
            # An answer came, but none of the Bot API's: nobody knows whether the message was accepted before it.
            return Unknown(f"unreadable answer: {error.message}", _trace(error))
        case _:
            return Refused(f"{type(error).__name__}: {error}", _trace(error))


def outcome_of(error: TelegramAPIError) -> Outcome:
    """The class of a Bot API error."""
    text = error.message
    match error:
        case TelegramRetryAfter():
            return Throttled(float(error.retry_after))
        case TelegramForbiddenError():
            return Gone("blocked", blocked=True)
        case TelegramMigrateToChat():
            return Moved(error.migrate_to_chat_id)
        case TelegramBadRequest() if _ALREADY in text.lower():
            return Sent()
        case TelegramBadRequest() if any(sign in text.lower() for sign in _GONE):
            return Gone("chat_not_found")
        case TelegramBadRequest() if any(sign in text.lower() for sign in _NO_MESSAGE):
            return Gone("message_gone")
        case TelegramNetworkError() if _never_left(error):
            return Failed(text, _trace(error))
        case TelegramNetworkError():
            return Unknown(text, _trace(error))
        case TelegramServerError():
            return Failed(text, _trace(error))
        case _:
            return Refused(text, _trace(error))


def _never_left(error: BaseException) -> bool:
    """Whether there was no connection at all, so that the request cannot have arrived."""
    return isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)


async def _call(parcel: Parcel) -> int | None:
    if not isinstance(parcel.to, Chat):
        raise TypeError(f"no chat: {parcel.to}")
    chat_id, bot, message = parcel.to.chat_id, _bot(), parcel.message
    rows = _addressed(message.rows)
    if parcel.rewrites is not None:
        await bot.edit_message_text(
            text=message.text, chat_id=chat_id, message_id=parcel.rewrites, reply_markup=markup_of(rows)
        )
        return parcel.rewrites
    photo = parcel.body.get("photo")
    name = (photo["file_id"] or uploads.name_of(photo["path"])) if photo else ""
    if photo and not name:
        return await _upload(bot, photo["path"], chat_id, message.text, rows, paid=parcel.paid)
    words = circular(bot, message.text, rows, paid=parcel.paid, photo=name)
    return (await words.send(bot, chat_id)).message_id


async def _upload(bot: Bot, path: str, chat_id: int, text: str, rows: ActionRows, *, paid: bool) -> int:
    """Send a photo as the first one who does."""
    method: Any = SendingPhoto(
        chat_id=chat_id, photo=FSInputFile(path), caption=text, reply_markup=markup_of(rows),
        allow_paid_broadcast=paid or None,
    )  # fmt: skip
    async with uploads.uploading(path) as upload:
        receipt: Receipt = await bot(method)
        upload.file_id = receipt.photo[-1]["file_id"] if receipt.photo else ""
    return receipt.message_id


#: Its HTTP session belongs to one loop of one process, and to the server it was made for.
_bots: dict[tuple[int, asyncio.AbstractEventLoop, str, str], Bot] = {}


def _key() -> tuple[int, asyncio.AbstractEventLoop, str, str]:
    return os.getpid(), asyncio.get_running_loop(), settings.TELEGRAM_API_URL, settings.TELEGRAM_BOT_TOKEN


def _bot() -> Bot:
    key = _key()
    if key not in _bots:
        _bots[key] = make_bot()
    return _bots[key]


async def close_bots() -> None:
    """Close the connections of the running loop."""
    for key in [key for key in _bots if key[:2] == (os.getpid(), asyncio.get_running_loop())]:
        bot_names.forget(key)
        await _bots.pop(key).session.close()
    uploads.forget()


def _addressed(rows: ActionRows) -> ActionRows:
    """``open.bot`` as the link that it is in this channel: only here the bot's own name is known."""
    if not any(action.name == _OPEN_BOT for row in rows for action in row):
        return rows
    at = f"https://t.me/{bot_names.name_of(_key())}?start="
    return tuple(
        tuple(
            Action("open.link", (f"{at}{action.args[0]}",), action.label) if action.name == _OPEN_BOT else action
            for action in row
        )
        for row in rows
    )


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
