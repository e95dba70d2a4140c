"""Answers to button presses. Inline queries and web apps are not part of the playground: their ids are unknown."""

from typing import Any

from aiogram.methods import AnswerCallbackQuery, AnswerInlineQuery, AnswerWebAppQuery

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import bad_request
from telegram_ui.playground.methods.registry import handles
from telegram_ui.playground.params import RawCall
from telegram_ui.playground.utf16 import utf16_length

_ANSWER_LIMIT = 200


@handles(AnswerCallbackQuery)
def answer_callback_query(api: BotApi, call: AnswerCallbackQuery, _raw: RawCall) -> bool:
    if utf16_length(call.text or "") > _ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    api.answer_press(
        call.callback_query_id, text=call.text or "", show_alert=bool(call.show_alert), url=call.url or ""
    )
    return True


@handles(AnswerInlineQuery)
@handles(AnswerWebAppQuery)
def unknown_query(_api: BotApi, _call: Any, _raw: RawCall) -> bool:
    raise bad_request("query is too old and response timeout expired or query ID is invalid")
