"""The admin's menu of modules."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from telegram_ui.callbacks import GoTo, Place, ReviewsPage, RowsOf
from telegram_ui.editor.modules import MENU as EDITORS
from telegram_ui.keyboards.rows import button, in_rows, markup, menu_button


def modules() -> list[tuple[str, CallbackData]]:
    """The day's business: label and way in, one line a module, in the order of the menu."""
    return [
        (_("📋 Bookings"), GoTo(place=Place.DAY)),
        (_("⚠️ Clashes"), GoTo(place=Place.CLASHES)),
        (_("🔎 Find a client"), GoTo(place=Place.CLIENTS)),
        (_("⏳ Waitlist"), GoTo(place=Place.LINE)),
        (_("⭐ Reviews"), ReviewsPage(page=0)),
        (_("📊 Statistics"), GoTo(place=Place.STATISTICS)),
        (_("📢 Campaigns"), GoTo(place=Place.CAMPAIGNS)),
        (_("🔑 Invitations"), GoTo(place=Place.TEAM)),
        (_("📮 Dead letters"), GoTo(place=Place.LETTERS)),
    ]


def manage() -> InlineKeyboardMarkup:
    day = [button(label, data) for label, data in modules()]
    editors = [button(f"{module.emoji} {module.title}", RowsOf(module=module.code)) for module in EDITORS]
    return markup(in_rows(day, 2), in_rows(editors, 2), [[menu_button()]])
