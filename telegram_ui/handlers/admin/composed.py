"""Answers to the questions of a campaign: a text, a photo with a caption, a link, a time."""

from telegram_ui.handlers.admin import composing
from telegram_ui.handlers.admin.campaign_card import REFUSALS, show_card
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.states import Form
from telegram_ui.turn import Turn
from telegram_ui.views import campaigns as views

#: Questions that take a photo with its caption, too.
TAKE_PHOTOS = (Form.campaign_new.state, Form.campaign_ru.state, Form.campaign_en.state)


def _sent(turn: Turn, text: str) -> tuple[str, str]:
    """The text as markup, and the photo as Telegram names it."""
    message = turn.message
    if message is None:
        return text, ""
    photo = message.photo[-1].file_id if message.photo else ""
    return (message.html_text if message.text or message.caption else ""), photo


async def typed_new(turn: Turn, text: str) -> None:
    require_admin(turn)
    markup, photo = _sent(turn, text)
    try:
        card = await composing.create(turn, markup, photo)
    except REFUSALS as error:
        await composing.ask_new(turn, toast=views.refusal(error))
        return
    await show_card(turn, card, toast=views.saved())


async def typed_russian(turn: Turn, text: str) -> None:
    await _typed_text(turn, text, russian=True)


async def typed_english(turn: Turn, text: str) -> None:
    await _typed_text(turn, text, russian=False)


async def _typed_text(turn: Turn, text: str, *, russian: bool) -> None:
    card = await composing.asked_about(turn)
    markup, photo = _sent(turn, text)
    try:
        card = await composing.with_text(turn, card, markup, photo, russian=russian)
    except REFUSALS as error:
        question = Form.campaign_ru if russian else Form.campaign_en
        await composing.ask(turn, card, question, toast=views.refusal(error))
        return
    await show_card(turn, card, toast=views.saved())


async def typed_button(turn: Turn, text: str) -> None:
    card = await composing.asked_about(turn)
    try:
        card = await composing.with_link(turn, card, text)
    except REFUSALS as error:
        await composing.ask(turn, card, Form.campaign_button, toast=views.refusal(error))
        return
    await show_card(turn, card, toast=views.saved())


async def typed_time(turn: Turn, text: str) -> None:
    card = await composing.asked_about(turn)
    said, at = views.no_time(), None
    try:
        at = await composing.moment_meant(turn, text)
    except REFUSALS as error:
        said = views.refusal(error)
    if at is None:
        await composing.ask(turn, card, Form.campaign_time, toast=said)
        return
    await composing.ask_sure(turn, card, at)


async def sent_photo(turn: Turn, state: str | None) -> None:
    """A photo where one is taken; its caption is the text."""
    caption = (turn.message.caption if turn.message else None) or ""
    answers = {
        Form.campaign_new.state: typed_new,
        Form.campaign_ru.state: typed_russian,
        Form.campaign_en.state: typed_english,
    }
    await answers[state](turn, caption)
