"""Buttons of what one wants to be told, and of one's data."""

from datetime import time

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from notifications.read_models import Wishes
from telegram_ui.callbacks import ForgetMe, GoTo, Place, SetQuiet, SetWish, Wish
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button

#: Offered with one tap: from, until.
USUAL = ((time(21), time(9)), (time(22), time(8)), (time(23), time(8)), (time(0), time(10)))


def _back(place: Place) -> Row:
    return [button(_("‹ Back"), GoTo(place=place)), menu_button()]


def wishes(now: Wishes) -> InlineKeyboardMarkup:
    def switch(wish: Wish, yes: str, no: str, *, on: bool) -> Row:
        return [button(no if on else yes, SetWish(wish=wish, on=not on))]

    return markup(
        [
            switch(Wish.REMINDERS, _("🔔 Remind me of visits"), _("🔕 No reminders"), on=now.reminders),
            switch(Wish.INVITATIONS, _("💌 Send me news"), _("🚫 No news"), on=now.invitations),
            [button(_("🌙 Quiet hours"), GoTo(place=Place.QUIET))],
            _back(Place.PROFILE),
        ]
    )


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def quiet() -> InlineKeyboardMarkup:
    choices = [
        button(f"{since:%H:%M} – {until:%H:%M}", SetQuiet(since=minutes(since), until=minutes(until)))
        for since, until in USUAL
    ]
    usual = [button(_("As usual here"), SetQuiet(since=0, until=0))]
    return markup(in_rows(choices, 2), [usual, _back(Place.WISHES)])


def my_data() -> InlineKeyboardMarkup:
    return markup([[button(_("🗑 Delete my data"), GoTo(place=Place.FORGET))], _back(Place.PROFILE)])


def ask_forget(user_id: int) -> InlineKeyboardMarkup:
    yes = button(_("Yes, delete everything"), ForgetMe(user_id=user_id))
    return markup([[yes], [button(_("No, keep it"), GoTo(place=Place.DATA))]])
