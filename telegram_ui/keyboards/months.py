"""A month as a grid of buttons, from Monday to Sunday."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from aiogram.types import InlineKeyboardButton

from telegram_ui.keyboards.rows import BLANK, Row, idle, in_rows
from telegram_ui.views.format import month_name, weekday_titles


def grid(
    month: date,
    cell: Callable[[date], InlineKeyboardButton],
    *,
    before: InlineKeyboardButton | None,
    after: InlineKeyboardButton | None,
    first: date | None = None,
) -> list[Row]:
    """``before`` and ``after`` leaf to other months. ``first``: weeks that end before that day are left out."""
    leaf: Row = [before or idle(BLANK, "first"), idle(month_name(month), "month"), after or idle(BLANK, "last")]
    heads: Row = [idle(title, "weekday") for title in weekday_titles()]
    lead, length = monthrange(month.year, month.month)
    cells: Row = [idle(BLANK, "cell") for _number in range(lead)]
    cells += [cell(month.replace(day=number)) for number in range(1, length + 1)]
    cells += [idle(BLANK, "cell") for _number in range(-len(cells) % 7)]
    weeks = in_rows(cells, 7)
    if first is not None and (month.year, month.month) == (first.year, first.month):
        weeks = weeks[(lead + first.day - 1) // 7 :]
    return [leaf, heads, *weeks]


def shifted(month: date, by: int) -> date:
    """The first day of the month that many months later."""
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)
