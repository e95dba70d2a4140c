"""“Yes”, “no” and “back” in words: the button of the live screen that means it is pressed, with all that it carries.

Only a question that was asked just now is answered so: words that come later may answer something else, a reminder that
came in between.
"""

from typing import Any, Protocol

from aiogram.filters.callback_data import CallbackData

from bookings.exceptions import BookingError
from telegram_ui.callbacks import (
    BookSeries,
    CancelBecause,
    Confirm,
    ForgetMe,
    GoTo,
    OnBooking,
    OnClient,
    OnlyOnce,
    OnRow,
    OnSeries,
    ToStep,
)
from telegram_ui.handlers.admin.editor import acting
from telegram_ui.handlers.client import booking, confirming, series
from telegram_ui.handlers.common import on_booking, start, wishes
from telegram_ui.handlers.common.recovery import show_refusal
from telegram_ui.handlers.specialist import clients, visit
from telegram_ui.keyboards.answers import BACK
from telegram_ui.states import Editing
from telegram_ui.turn import Turn
from telegram_ui.understanding import read_answer


class Press(Protocol):
    async def __call__(self, _query: Any, callback_data: Any, turn: Turn) -> None: ...


#: Handlers of buttons that look at what they carry and at nothing else of the press.
_HANDLERS: dict[type[CallbackData], Press] = {
    Confirm: confirming.confirm,
    BookSeries: series.book,
    OnSeries: series.on_series,
    OnlyOnce: series.only_once,
    OnBooking: on_booking.on_booking,
    CancelBecause: visit.on_reason,
    ForgetMe: wishes.on_forget,
    ToStep: booking.to_step,
    GoTo: start.on_place,
    OnClient: clients.on_client,
    OnRow: acting.on_row,
}
_BY_PREFIX = {kind.__prefix__: kind for kind in _HANDLERS}


async def answered(turn: Turn, text: str) -> bool:
    """Whether the text pressed a button of the live screen. To the editor, “Back” may be the name of a room."""
    said = read_answer(text)
    if said == BACK and (await turn.state.get_state() or "").startswith(f"{Editing.__full_group_name__}:"):
        return False
    data = await turn.menu.sayable(said) if said else ""
    kind = _BY_PREFIX.get(data.partition(":")[0])
    if kind is None:
        return False
    pressed = kind.unpack(data)
    try:
        await _HANDLERS[kind](None, pressed, turn)
    except BookingError as error:
        await show_refusal(turn, error, about=pressed)
    return True
