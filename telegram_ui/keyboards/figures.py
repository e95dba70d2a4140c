"""Buttons of a specialist's figures."""

from datetime import date, timedelta

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from telegram_ui.callbacks import FiguresOf, StaffDay
from telegram_ui.keyboards.rows import button, markup, menu_button


def page(
    *, specialist_id: int, first: date, last: date, month: bool, today: date, opened_from: date | None = None
) -> InlineKeyboardMarkup:
    """Leaf by the period that is shown, or look at the other one; what has not begun yet is not leafed to."""

    def to(day: date, text: str, *, months: bool = month) -> InlineKeyboardButton:
        return button(text, FiguresOf(specialist_id=specialist_id, month=months, day=day.toordinal()))

    leaf = [to(first - timedelta(days=1), _("‹ Month before") if month else _("‹ Week before"))]
    if last < today:
        leaf.append(to(last + timedelta(days=1), _("Month after ›") if month else _("Week after ›")))
    other = to(min(today, last), _("By weeks") if month else _("By months"), months=not month)
    back = button(_("‹ Back"), StaffDay(specialist_id=specialist_id, day=(opened_from or today).toordinal()))
    return markup([leaf, [other], [back, menu_button()]])
