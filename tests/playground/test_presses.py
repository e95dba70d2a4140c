"""Button presses: they spin until they are answered, once, within 150 seconds."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from telegram_ui.playground import acts
from telegram_ui.playground.acts import ActError
from telegram_ui.playground.server import PlaygroundServer
from tests.playground.conftest import ANNA

KEYS = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="Yes", callback_data="yes"),
            InlineKeyboardButton(text="Site", url="https://a.example/"),
        ]
    ]
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def press(bot: Bot, playground: PlaygroundServer) -> str:
    sent = await bot.send_message(ANNA.id, "Sure?", reply_markup=KEYS)
    where = acts.place(playground.api, ANNA.id)
    pressed = acts.tap(playground.api, where, sent.message_id, data=None, label="Yes", force=False)
    return str(pressed["callback_query_id"])


async def test_a_press_reaches_the_bot_with_its_message(bot: Bot, playground: PlaygroundServer) -> None:
    press_id = await press(bot, playground)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (press_id, "yes")
    assert update.callback_query.from_user.id == ANNA.id
    assert update.callback_query.message is not None
    assert update.callback_query.message.chat.id == ANNA.id


async def test_an_answer_stops_the_spinner_and_carries_its_text(bot: Bot, playground: PlaygroundServer) -> None:
    press_id = await press(bot, playground)
    pressed = playground.api.world.presses[press_id]
    assert not pressed.answered
    await bot.answer_callback_query(press_id, "Done", show_alert=True)
    assert (pressed.answered, pressed.text, pressed.show_alert) == (True, "Done", True)


async def test_answering_twice_late_or_to_nobody_is_refused(bot: Bot, playground: PlaygroundServer) -> None:
    twice, late = await press(bot, playground), await press(bot, playground)
    await bot.answer_callback_query(twice)
    playground.clock.advance(150)
    for press_id in (twice, late, "12345"):
        with pytest.raises(TelegramBadRequest) as caught:
            await bot.answer_callback_query(press_id)
        assert caught.value.message == TOO_OLD


async def test_an_answer_longer_than_200_is_refused(bot: Bot, playground: PlaygroundServer) -> None:
    press_id = await press(bot, playground)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(press_id, "x" * 201)


async def test_only_buttons_that_are_there_can_be_pressed(bot: Bot, playground: PlaygroundServer) -> None:
    sent = await bot.send_message(ANNA.id, "Sure?", reply_markup=KEYS)
    where = acts.place(playground.api, ANNA.id)
    with pytest.raises(ActError, match=f"message {sent.message_id} has no such button"):
        acts.tap(playground.api, where, sent.message_id, data="no", label=None, force=False)
    assert acts.tap(playground.api, where, sent.message_id, data=None, label="Site", force=False) == {
        "url": "https://a.example/"
    }
    await bot.delete_message(ANNA.id, sent.message_id)
    acts.tap(playground.api, where, sent.message_id, data="no", label=None, force=True)
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert update.callback_query.message.date == 0  # an inaccessible message
