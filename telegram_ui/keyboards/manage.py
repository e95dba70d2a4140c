"""The admin's menu of modules."""

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from telegram_ui.callbacks import GoTo, Place, ReviewsPage, RowsOf
from telegram_ui.editor.modules import MENU as EDITORS
from telegram_ui.keyboards.rows import button, in_rows, markup, menu_button


def manage() -> InlineKeyboardMarkup:
    modules = [
        button(_("🔎 Find a client"), GoTo(place=Place.CLIENTS)),
        button(_("⭐ Reviews"), ReviewsPage(page=0)),
    ]
    editors = [button(f"{module.emoji} {module.title}", RowsOf(module=module.code)) for module in EDITORS]
    return markup(in_rows(modules, 2), in_rows(editors, 2), [[menu_button()]])
