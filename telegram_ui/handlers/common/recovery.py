"""What is true now, after a press or a word that meant nothing, or after a refusal."""

from html import escape
from typing import Any

from bookings.exceptions import BookingError, TooLate
from bookings.queries.bookings import get_booking
from bookings.queries.users import company
from telegram_ui.callbacks import CancelBecause, OnBooking, Reassign
from telegram_ui.handlers.admin.editor.asking import ask_again
from telegram_ui.handlers.admin.editor.making import show_new
from telegram_ui.handlers.admin.editor.showing import show_place
from telegram_ui.handlers.admin.hours import show_hours
from telegram_ui.handlers.admin.seasons import show_seasons
from telegram_ui.handlers.client.flow import show_step
from telegram_ui.handlers.common.home import show_home
from telegram_ui.handlers.common.on_booking import open_card
from telegram_ui.handlers.common.places import show_place_again
from telegram_ui.states import STEP_OF_STATE, Editing
from telegram_ui.turn import Turn
from telegram_ui.views import errors


async def show_refusal(turn: Turn, error: BookingError, *, about: Any = None) -> None:
    """Say why the domain refused, over what is true now; who has to call gets the number to call."""
    said = errors.text_of(error)
    if isinstance(error, TooLate) and (phone := (await turn.run(company)).phone):
        await turn.answer()  # a toast is gone before a number is dialled
        said = f"{said}\n☎️ {escape(phone, quote=False)}"
    await show_truth(turn, said=said, about=about)


async def show_truth(turn: Turn, *, said: str = "", about: Any = None) -> None:
    """Draw the booking the press was ``about``, else the step the person is at, else the menu, and say why."""
    try:
        if isinstance(about, OnBooking | CancelBecause | Reassign):
            booking = await turn.run(get_booking, actor=turn.actor, booking_id=about.booking_id)
            await open_card(turn, booking, toast=said)
            return
        if await _show_flow(turn, said) or await _show_editor(turn, said):
            return
    except BookingError:
        pass  # what was being done is gone as well; the menu is always there
    await show_home(turn, toast=said)


async def show_where_they_are(turn: Turn, said: str) -> None:
    """The step, question or place somebody is at, drawn anew under a word, else the menu."""
    try:
        if await _show_flow(turn, said) or await _show_editor(turn, said) or await show_place_again(turn, said):
            return
    except BookingError:
        pass
    await show_home(turn, toast=said)


async def _show_editor(turn: Turn, said: str) -> bool:
    state = await turn.state.get_state()
    if not turn.is_admin or state is None or not state.startswith(f"{Editing.__full_group_name__}:"):
        return False
    return (
        await show_hours(turn, toast=said)
        or await show_seasons(turn, toast=said)
        or await show_new(turn, toast=said)
        or await ask_again(turn, toast=said)
        or await show_place(turn, toast=said)
    )


async def _show_flow(turn: Turn, said: str) -> bool:
    draft = await turn.draft()
    step = STEP_OF_STATE.get(await turn.state.get_state())
    # A draft that became a booking is over; what became of the booking since, the menu and its card know.
    if draft is None or draft.made is not None or step is None:
        return False
    if draft.booking_id is not None:
        booking = await turn.run(get_booking, actor=turn.actor, booking_id=draft.booking_id)
        if booking.version != draft.version:  # cancelled or changed by others: no step of this move leads anywhere
            await turn.keep(at=None, draft=None)
            await open_card(turn, booking, toast=said)
            return True
    await show_step(turn, draft, step, toast=said)
    return True
