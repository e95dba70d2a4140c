"""Buttons under the picture of figures."""

from collections.abc import Mapping
from datetime import date, timedelta

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import Text
from telegram_ui.callbacks import ChartOf, GoTo, Place
from telegram_ui.keyboards.rows import MOST, button, in_rows, markup, menu_button
from telegram_ui.views.format import short


def chart(
    shown: ChartOf, *, first: date, last: date, today: date, people: Mapping[int, Text]
) -> InlineKeyboardMarkup:
    """Leaf, the other period, another specialist; what has not begun yet is not leafed to."""
    month = shown.month

    def to(text: str, **changes: object) -> InlineKeyboardButton:
        return button(text, shown.model_copy(update={"who": False, **changes}))

    if shown.who:
        names = [to(short(name, 18), specialist_id=key) for key, name in list(people.items())[:MOST]]
        rows = [[to(_("👥 Everybody"), specialist_id=0)], *in_rows(names, 2)]
        return markup(rows, [[to(_("‹ Back")), menu_button()]])
    before = (first - timedelta(days=1)).toordinal()
    leaf = [to(_("‹ Month before") if month else _("‹ Week before"), day=before)]
    if last < today:
        after = (last + timedelta(days=1)).toordinal()
        leaf.append(to(_("Month after ›") if month else _("Week after ›"), day=after))
    other = to(_("By weeks") if month else _("By months"), month=not month, day=min(today, last).toordinal())
    whose = people.get(shown.specialist_id)
    who = to(f"👤 {short(whose, 14)}" if whose else _("👤 Specialists"), who=True)
    return markup([leaf, [other, who], [button(_("‹ Back"), GoTo(place=Place.MANAGE)), menu_button()]])
