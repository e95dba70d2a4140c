"""Telegram: one call of the Bot API a message, its errors put into classes."""

import asyncio
import os
import traceback
from collections.abc import Mapping
from typing import Any, ClassVar

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
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import FSInputFile
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ConnectionTimeoutError
from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import BaseModel

from booking_site.lib.telegram_bot import make_bot
from notifications.actions import Action, ActionRows
from notifications.addresses import Chat
from notifications.outcomes import Failed, Gone, Misconfigured, Moved, Outcome, Refused, Sent, Throttled, Unknown
from notifications.transports import Parcel

#: Bad requests that are about the recipient, not about the message.
_GONE = ("chat not found", "user not found", "peer_id_invalid", "have no rights to send")
#: What an operator has to mend when the bot itself is turned away.
_TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of the setting
#: Rewrites that find nothing to do.
_ALREADY = "message is not modified"
_NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")


class TelegramTransport:
    limited = True

    async def send(self, parcel: Parcel) -> Outcome:
        try:
            return Sent(await _call(parcel))
        except (TelegramUnauthorizedError, TelegramNotFound, TokenValidationError) as error:
            # 401 to a token that is unknown or was revoked, 404 to one that cannot be any: to every call alike.
            return Misconfigured(_TOKEN, str(error))
        except TelegramAPIError as error:
            return outcome_of(error)
        except ClientDecodeError as error:
            # An answer came, but none of the Bot API's: nobody knows whether the message was accepted before it.
            return Unknown(f"unreadable answer: {error.message}", _trace(error))
        except Exception as error:  # noqa: BLE001 - a message that cannot even be built is dead, not its worker
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


class _Receipt(BaseModel):
    """All that is read of Telegram's answer: building its whole Message would take as long as the rest of the call."""

    message_id: int
    photo: list[dict[str, Any]] = []


class _SendMessage(SendMessage):
    __returning__: ClassVar[Any] = _Receipt


class _SendPhoto(SendPhoto):
    __returning__: ClassVar[Any] = _Receipt


async def _call(parcel: Parcel) -> int | None:
    if not isinstance(parcel.to, Chat):
        raise TypeError(f"no chat: {parcel.to}")
    chat_id, bot, message = parcel.to.chat_id, _bot(), parcel.message
    markup = await _buttons(bot, message.rows)
    if parcel.rewrites is not None:
        await bot.edit_message_text(
            text=message.text, chat_id=chat_id, message_id=parcel.rewrites, reply_markup=markup
        )
        return parcel.rewrites
    # Only where it is paid for: what is left out is not looked at.
    paid = True if parcel.paid else None
    photo = parcel.body.get("photo")
    if photo:
        return await _send_photo(bot, photo, chat_id=chat_id, caption=message.text, reply_markup=markup,
                                 allow_paid_broadcast=paid)  # fmt: skip
    method: Any = _SendMessage(chat_id=chat_id, text=message.text, reply_markup=markup, allow_paid_broadcast=paid)
    receipt: _Receipt = await bot(method)
    return receipt.message_id


#: Telegram's names of photos that this process has sent it, by bot and path: a photo is uploaded once, not to each.
_uploads: "dict[tuple[int, str], asyncio.Future[str]]" = {}


async def _send_photo(bot: Bot, photo: Mapping[str, str], **given: Any) -> int:
    if photo["file_id"]:
        return (await _photo_call(bot, photo["file_id"], given)).message_id
    key = (id(bot), photo["path"])
    known = _uploads.get(key)
    if known is not None and (file_id := await asyncio.shield(known)):
        return (await _photo_call(bot, file_id, given)).message_id
    uploading: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    _uploads[key] = uploading
    try:
        receipt = await _photo_call(bot, FSInputFile(photo["path"]), given)
    except TelegramRetryAfter as refused:
        del _uploads[key]
        uploading.set_exception(refused)  # it stops those who waited as well: they have not begun yet
        uploading.exception()  # perhaps nobody did
        raise
    except BaseException:
        del _uploads[key]
        uploading.set_result("")  # those who waited upload it themselves
        raise
    uploading.set_result(receipt.photo[-1]["file_id"] if receipt.photo else "")
    return receipt.message_id


async def _photo_call(bot: Bot, photo: "str | FSInputFile", given: dict[str, Any]) -> _Receipt:
    method: Any = _SendPhoto(photo=photo, **given)
    receipt: _Receipt = await bot(method)
    return receipt


#: Its HTTP session belongs to one loop of one process, and to the server it was made for.
_bots: dict[tuple[int, asyncio.AbstractEventLoop, str, str], Bot] = {}


def _bot() -> Bot:
    key = (os.getpid(), asyncio.get_running_loop(), settings.TELEGRAM_API_URL, settings.TELEGRAM_BOT_TOKEN)
    if key not in _bots:
        _bots[key] = make_bot()
    return _bots[key]


async def close_bots() -> None:
    """Close the connections of the running loop."""
    for key in [key for key in _bots if key[:2] == (os.getpid(), asyncio.get_running_loop())]:
        await _bots.pop(key).session.close()
    _uploads.clear()


async def _buttons(bot: Bot, rows: ActionRows) -> Any:
    if not rows:
        return None
    shown = tuple([tuple([await _addressed(bot, action) for action in row]) for row in rows])
    return import_string(settings.NOTIFICATION_ACTION_RENDERER)(shown)


async def _addressed(bot: Bot, action: Action) -> Action:
    """``open.bot`` as the link that it is in this channel: only here the bot's own name is known."""
    if action.name != "open.bot":
        return action
    me = await bot.me()  # asked once
    return Action("open.link", (f"https://t.me/{me.username}?start={action.args[0]}",), action.label)


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
