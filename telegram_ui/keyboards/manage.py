"""The admin's menu of modules."""

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from telegram_ui.callbacks import GoTo, Place, ReviewsPage
from telegram_ui.keyboards.rows import button, in_rows, markup, menu_button


def manage() -> InlineKeyboardMarkup:
    modules = [
        button(_("🔎 Find a client"), GoTo(place=Place.CLIENTS)),
        button(_("⭐ Reviews"), ReviewsPage(page=0)),
    ]
    return markup(in_rows(modules, 2), [[menu_button()]])
