"""Editing, deleting, pinning: what Telegram allows, and its words where it does not."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
)

from telegram_ui.playground import acts
from telegram_ui.playground.server import PlaygroundServer
from tests.playground.conftest import ANNA
from tests.playground.pictures import png

KEYS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]])
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


async def test_an_edit_replaces_text_and_takes_the_keyboard_away(bot: Bot) -> None:
    sent = await bot.send_message(ANNA.id, "one", reply_markup=KEYS)
    edited = await bot.edit_message_text("<b>two</b>", chat_id=ANNA.id, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert (edited.html_text, edited.reply_markup, edited.message_id) == ("<b>two</b>", None, sent.message_id)
    assert edited.edit_date is not None


async def test_an_edit_to_the_same_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(ANNA.id, "<b>one</b> two", reply_markup=KEYS)
    for attempt in (
        bot.edit_message_text("<b>one</b> two ", chat_id=ANNA.id, message_id=sent.message_id, reply_markup=KEYS),
        bot.edit_message_reply_markup(chat_id=ANNA.id, message_id=sent.message_id, reply_markup=KEYS),
    ):
        with pytest.raises(TelegramBadRequest) as caught:
            await attempt
        assert caught.value.message == NOT_MODIFIED


async def test_a_keyboard_alone_can_be_edited_away(bot: Bot) -> None:
    sent = await bot.send_message(ANNA.id, "one", reply_markup=KEYS)
    edited = await bot.edit_message_reply_markup(chat_id=ANNA.id, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup, edited.edit_date) == ("one", None, None)


async def test_what_cannot_be_edited(bot: Bot, playground: PlaygroundServer) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Menu")]])
    anchored = await bot.send_message(ANNA.id, "anchor", reply_markup=keyboard)
    own = acts.say(playground.api, acts.place(playground.api, ANNA.id), "mine")["message_id"]
    photo = await bot.send_photo(ANNA.id, BufferedInputFile(png(9, 9), "a.png"))
    text = await bot.send_message(ANNA.id, "text")
    for message_id, reason in (
        (anchored.message_id, "message can't be edited"),
        (own, "message can't be edited"),
        (10**6, "message to edit not found"),
        (photo.message_id, "there is no text in the message to edit"),
    ):
        with pytest.raises(TelegramBadRequest) as caught:
            await bot.edit_message_text("new", chat_id=ANNA.id, message_id=message_id)
        assert caught.value.message == f"Bad Request: {reason}"
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=ANNA.id, message_id=text.message_id, caption="new")


async def test_captions_and_pictures_can_be_edited(bot: Bot) -> None:
    sent = await bot.send_photo(ANNA.id, BufferedInputFile(png(9, 9), "a.png"), caption="one")
    captioned = await bot.edit_message_caption(chat_id=ANNA.id, message_id=sent.message_id, caption="<i>two</i>")
    assert isinstance(captioned, Message)
    assert captioned.caption == "two"
    replaced = await bot.edit_message_media(
        InputMediaPhoto(media=BufferedInputFile(png(20, 10), "b.png"), caption="three"),
        chat_id=ANNA.id, message_id=sent.message_id,
    )  # fmt: skip
    assert isinstance(replaced, Message)
    assert replaced.photo is not None
    assert (replaced.photo[0].width, replaced.caption) == (20, "three")


async def test_deleting(bot: Bot, playground: PlaygroundServer) -> None:
    first, second, third = [await bot.send_message(ANNA.id, str(n)) for n in range(3)]
    assert await bot.delete_message(ANNA.id, first.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(ANNA.id, first.message_id)
    assert await bot.delete_messages(ANNA.id, [first.message_id, second.message_id])
    assert list(playground.api.world.chats[ANNA.id].messages) == [third.message_id]
    playground.clock.advance(48 * 3600)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(ANNA.id, third.message_id)


async def test_pins_and_reactions(bot: Bot, playground: PlaygroundServer) -> None:
    sent = await bot.send_message(ANNA.id, "pin me")
    await bot.pin_chat_message(ANNA.id, sent.message_id)
    pinned = (await bot.get_chat(ANNA.id)).pinned_message
    assert pinned is not None
    assert pinned.message_id == sent.message_id
    await bot.unpin_chat_message(ANNA.id)
    assert (await bot.get_chat(ANNA.id)).pinned_message is None
    with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
        await bot.unpin_chat_message(ANNA.id)
    await bot.set_message_reaction(ANNA.id, sent.message_id, [ReactionTypeEmoji(emoji="👍")])
    stored = playground.api.world.chats[ANNA.id].messages[sent.message_id]
    assert stored["reactions"] == [{"type": "emoji", "emoji": "👍"}]
