"""Sending: what is accepted comes back as aiogram's own types, what is refused is refused in Telegram's words."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyParameters,
)

from telegram_ui.playground.server import PlaygroundServer
from tests.playground.conftest import ANNA, bot_of
from tests.playground.pictures import png


def button(**given: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Press", **given)]])


async def test_a_message_comes_back_with_plain_text_and_entities(bot: Bot) -> None:
    sent = await bot.send_message(
        ANNA.id, "😀 <b>Bold &amp; <i>both</i></b>", reply_markup=button(callback_data="x")
    )
    assert sent.text == "😀 Bold & both"
    assert [(e.type, e.offset, e.length) for e in sent.entities or []] == [("bold", 3, 11), ("italic", 10, 4)]
    assert sent.html_text == "😀 <b>Bold &amp; <i>both</i></b>"
    assert sent.chat.id == ANNA.id
    assert sent.from_user is not None
    assert sent.from_user.id == bot.id
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "x"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        ("  \n ", "message text is empty"),
        ("<b></b>", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("<b>open", "can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("<b>x</i>", 'can\'t parse entities: unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("й<p>x</p>", 'can\'t parse entities: unsupported start tag "p" at byte offset 2'),
        ("x</b>", "can't parse entities: unexpected end tag at byte offset 1"),
        ("1 <", "can't parse entities: unclosed start tag at byte offset 2"),
        ("<a href='x", "can't parse entities: unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'can\'t parse entities: tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_a_bad_text_is_refused(bot: Bot, text: str, reason: str) -> None:
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_message(ANNA.id, text)
    assert caught.value.message == f"Bad Request: {reason}"


async def test_4096_units_after_parsing_are_accepted(bot: Bot) -> None:
    sent = await bot.send_message(ANNA.id, "<b>" + "&lt;" * 4096 + "</b>")
    assert len(sent.text or "") == 4096


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (button(callback_data="ж" * 33), "BUTTON_DATA_INVALID"),
        (button(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            button(url="http://localhost:8000"),
            "inline keyboard button URL 'http://localhost:8000' is invalid: Wrong HTTP URL",
        ),
        (
            button(url="javascript:alert(1)"),
            "inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
        ),
        (
            button(web_app={"url": "http://example.com"}),
            "inline keyboard button Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed",
        ),
        (
            InlineKeyboardMarkup(
                inline_keyboard=[[InlineKeyboardButton(text=str(n), callback_data=str(n))] for n in range(101)]
            ),
            "reply markup is too long",
        ),
    ],
)
async def test_a_bad_keyboard_is_refused(bot: Bot, markup: InlineKeyboardMarkup, reason: str) -> None:
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_message(ANNA.id, "text", reply_markup=markup)
    assert caught.value.message == f"Bad Request: {reason}"


async def test_64_bytes_of_callback_data_are_accepted(bot: Bot) -> None:
    assert (await bot.send_message(ANNA.id, "text", reply_markup=button(callback_data="ж" * 32))).reply_markup


async def test_unknown_and_unreachable_chats(bot: Bot, playground: PlaygroundServer) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(99, "text")
    playground.api.world.people[ANNA.id].blocked = True
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(ANNA.id, "text")
    playground.api.world.people[ANNA.id].deactivated = True
    with pytest.raises(TelegramForbiddenError, match="Forbidden: user is deactivated"):
        await bot.send_message(ANNA.id, "text")


async def test_a_person_who_never_started_the_bot_is_an_unknown_chat(
    bot: Bot, playground: PlaygroundServer
) -> None:
    playground.api.world.people[ANNA.id].started = False
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(ANNA.id, "text")


async def test_a_reply_names_its_message(bot: Bot) -> None:
    first = await bot.send_message(ANNA.id, "first")
    second = await bot.send_message(
        ANNA.id, "second", reply_parameters=ReplyParameters(message_id=first.message_id)
    )
    assert second.reply_to_message is not None
    assert second.reply_to_message.text == "first"
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ANNA.id, "third", reply_parameters=ReplyParameters(message_id=10**6))


async def test_wrong_token_and_unknown_method(playground: PlaygroundServer) -> None:
    async with bot_of(playground, "1000000001:wrong").context() as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
    async with bot_of(playground).context() as bot:
        assert isinstance(bot.session, AiohttpSession)
        session = await bot.session.create_session()
        async with session.post(f"{playground.url}/bot{bot.token}/sendNonsense") as response:
            assert response.status == 404
            assert await response.json() == {
                "ok": False, "error_code": 404, "description": "Not Found: method not found",
            }  # fmt: skip
        async with session.post(
            f"{playground.url}/bot{bot.token}/sendmessage", json={"chat_id": ANNA.id}
        ) as response:
            assert (await response.json())["description"] == "Bad Request: message text is empty"
        async with session.post(f"{playground.url}/bot{bot.token}/sendMessage", json={"text": "x"}) as response:
            assert (await response.json())["description"] == "Bad Request: chat_id is empty"
        async with session.post(f"{playground.url}/botnonsense/getMe") as response:
            assert (response.status, (await response.json())["description"]) == (404, "Not Found")


async def test_a_method_that_is_not_supported_says_so(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="the playground does not support sendPoll"):
        await bot.send_poll(ANNA.id, "Question?", ["a", "b"])


async def test_a_photo_has_its_size_and_downloads_again(bot: Bot) -> None:
    picture = png(40, 30)
    sent = await bot.send_photo(ANNA.id, BufferedInputFile(picture, "chart.png"), caption="<i>Chart</i>")
    assert sent.photo is not None
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    assert sent.caption == "Chart"
    downloaded = await bot.download(sent.photo[-1].file_id)
    assert downloaded is not None
    assert downloaded.read() == picture
    again = await bot.send_photo(ANNA.id, sent.photo[-1].file_id)
    assert again.photo == sent.photo


async def test_what_is_no_picture_is_no_photo(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(ANNA.id, BufferedInputFile(b"text", "chart.png"))
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(ANNA.id, BufferedInputFile(png(1, 1), "chart.png"), caption="x" * 1025)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_document(ANNA.id, "no-such-file")


async def test_documents_places_contacts_and_albums(bot: Bot) -> None:
    document = await bot.send_document(ANNA.id, BufferedInputFile(b"BEGIN:VCALENDAR", "visit.ics"))
    assert document.document is not None
    assert (document.document.file_name, document.document.file_size) == ("visit.ics", 15)
    venue = await bot.send_venue(ANNA.id, 55.75, 37.6, "Salon", "Main street 1")
    assert venue.venue is not None
    assert venue.venue.title == "Salon"
    contact = await bot.send_contact(ANNA.id, "+79000000000", "Olga")
    assert contact.contact is not None
    with pytest.raises(TelegramBadRequest, match="wrong location specified"):
        await bot.send_location(ANNA.id, 91, 0)
    album = await bot.send_media_group(
        ANNA.id, [InputMediaPhoto(media=BufferedInputFile(png(5, 5), f"{n}.png")) for n in range(2)]
    )
    assert len({message.media_group_id for message in album}) == 1
    copy = await bot.copy_message(ANNA.id, ANNA.id, venue.message_id)
    assert copy.message_id == album[-1].message_id + 1


async def test_a_reply_keyboard_stands_in_the_chat_and_not_in_the_message(
    bot: Bot, playground: PlaygroundServer
) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Share", request_contact=True)]])
    sent = await bot.send_message(ANNA.id, "Your number?", reply_markup=keyboard)
    assert sent.reply_markup is None
    chat = playground.api.world.chats[ANNA.id]
    assert chat.keyboard == {
        "message_id": sent.message_id,
        "markup": {"keyboard": [[{"text": "Share", "request_contact": True}]]},
    }
    await bot.delete_message(ANNA.id, sent.message_id)
    assert chat.keyboard is None
