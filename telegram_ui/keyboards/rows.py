"""Small pieces keyboards are built of."""

from collections.abc import Iterable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from telegram_ui.callbacks import GoTo, Idle, Place

Row = list[InlineKeyboardButton]

#: What a narrow phone shows of each label, by the number of buttons in the row; what is longer is cut.
ROOM = {1: 36, 2: 18, 3: 14, 4: 10}
#: Emoji and other wide signs are from here on; they take two letters' room.
_WIDE = 0x1F000
_NO_ROOM = frozenset("\ufe0f\u200d")
#: Telegram takes 100 buttons; a name that is not among them can be typed.
MOST = 90


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Row]:
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def room_of(text: str) -> int:
    """How many letters wide a label is."""
    return sum(1 + (ord(sign) >= _WIDE) for sign in text if sign not in _NO_ROOM)


def fits(row: Sequence[InlineKeyboardButton]) -> bool:
    return all(room_of(each.text) <= ROOM.get(len(row), ROOM[1]) for each in row)


def roomy(row: Sequence[InlineKeyboardButton]) -> list[Row]:
    """The row, or where a phone would cut a label of it, as few rows as leave room. A grid stays a grid."""
    widths = range(len(row), 0, -1) if len(row) <= max(ROOM) else [len(row)]
    laid_out = (in_rows(row, width) for width in widths)
    return next((rows for rows in laid_out if all(map(fits, rows))), in_rows(row, widths[-1]))


def fitted(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """Two a row when every label is short, else one: a list must not mix both."""
    shown = buttons[:MOST]
    return in_rows(shown, 2 if all(room_of(each.text) <= ROOM[2] for each in shown) else 1)


def markup(*groups: Iterable[Row]) -> InlineKeyboardMarkup:
    """Empty rows are left out, and rows that a narrow phone would cut are broken up."""
    rows = [part for group in groups for row in group if row for part in roomy(list(row))]
    return InlineKeyboardMarkup(inline_keyboard=rows)


#: Telegram drops a button whose label is only spaces, and the grid with it; this sign is drawn as nothing.
BLANK = "\u2800"


def menu_button() -> InlineKeyboardButton:
    return button(_("☰ Menu"), GoTo(place=Place.HOME))


def idle(text: str, hint: str = "cell") -> InlineKeyboardButton:
    """A cell that only shows something. Telegram has no dead buttons, so this one explains itself when pressed."""
    return button(text, Idle(hint=hint))
