"""Buttons of work that was given up."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from notifications.events import LetterState
from notifications.letters import LetterCard
from telegram_ui.callbacks import GoTo, LetterAct, LettersPage, OnLetter, Place, RequeueAll
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button


def page(letters: Sequence[LetterCard], *, page: int, has_more: bool) -> InlineKeyboardMarkup:
    numbers = [
        button(str(number), OnLetter(letter_id=letter.id, act=LetterAct.OPEN))
        for number, letter in enumerate(letters, start=1)
    ]
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Later"), LettersPage(page=page - 1)))
    if has_more:
        leaf.append(button(_("Earlier ›"), LettersPage(page=page + 1)))
    again: Row = [button(_("🔁 Give all back"), RequeueAll())] if letters else []
    last = [button(_("‹ Back"), GoTo(place=Place.MANAGE)), menu_button()]
    return markup(in_rows(numbers, 5), [leaf, again, last])


def card(letter: LetterCard) -> InlineKeyboardMarkup:
    settle: Row = []
    if letter.state == LetterState.OPEN:
        settle = [
            button(_("🔁 Give back"), OnLetter(letter_id=letter.id, act=LetterAct.REQUEUE)),
            button(_("🗑 Close"), OnLetter(letter_id=letter.id, act=LetterAct.ASK_DISCARD)),
        ]
    return markup([settle, [button(_("‹ Back"), LettersPage(page=0)), menu_button()]])


def ask_discard(letter: LetterCard) -> InlineKeyboardMarkup:
    return markup(
        [
            [button(_("Yes, close it"), OnLetter(letter_id=letter.id, act=LetterAct.DISCARD))],
            [button(_("No, keep it"), OnLetter(letter_id=letter.id, act=LetterAct.OPEN))],
        ]
    )


def ask_all() -> InlineKeyboardMarkup:
    return markup(
        [
            [button(_("Yes, give all back"), RequeueAll(sure=True))],
            [button(_("‹ Back"), LettersPage(page=0)), menu_button()],
        ]
    )
