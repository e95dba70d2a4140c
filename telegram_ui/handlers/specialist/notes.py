"""Private notes on clients: read on their cards, written and removed here."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.exceptions import InvalidText
from bookings.queries.bookings import get_booking
from bookings.queries.clients import client_summary
from bookings.services.client_notes import remove_note, write_note
from telegram_ui.callbacks import ClientOf, NoteAct, OnNote
from telegram_ui.handlers.specialist.clients import show_client
from telegram_ui.handlers.specialist.time_off import require_staff
from telegram_ui.handlers.specialist.visit import show_card
from telegram_ui.keyboards import notes as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, notes as views


async def on_client_of(_query: CallbackQuery, callback_data: ClientOf, turn: Turn) -> None:
    require_staff(turn)
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=callback_data.booking_id)
    await show_client(turn, booking.client.id, booking_id=booking.id)


async def on_note(_query: CallbackQuery, callback_data: OnNote, turn: Turn) -> None:
    require_staff(turn)
    if callback_data.act == NoteAct.ASK:
        await ask_note(turn, callback_data)
        return
    client_id = callback_data.client_id
    await turn.run(remove_note, actor=turn.actor, client_id=client_id, idempotency_key=turn.key)
    await _back(turn, callback_data, toast=views.removed())


async def ask_note(turn: Turn, asked: OnNote, *, toast: str = "") -> None:
    found = await turn.run(client_summary, actor=turn.actor, client_id=asked.client_id)
    own = next((note for note in found.notes if note.author_id == turn.user.user_id), None)
    await turn.keep(at=Form.client_note, form={"note": asked.pack()})
    screen = Screen(f"note:{asked.client_id}", views.ask(found.client.name, own), keyboards.ask(asked, own))
    await turn.show(screen, toast=toast)


async def typed_note(turn: Turn, text: str) -> None:
    form = (await turn.data()).get("form") or {}
    if not isinstance(form, dict) or "note" not in form:
        raise Outdated
    require_staff(turn)
    asked = OnNote.unpack(form["note"])
    try:
        await turn.run(
            write_note, actor=turn.actor, client_id=asked.client_id, text=text, idempotency_key=turn.key
        )
    except InvalidText as error:
        await ask_note(turn, asked, toast=errors.text_of(error))
        return
    await _back(turn, asked, toast=views.saved())


async def _back(turn: Turn, asked: OnNote, *, toast: str) -> None:
    """To the card on which the button stood."""
    if not asked.on_visit:
        await show_client(turn, asked.client_id, booking_id=asked.booking_id, toast=toast)
        return
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=asked.booking_id)
    await show_card(turn, booking, toast=toast)


def router() -> Router:
    router = Router(name="notes")
    router.callback_query.register(on_client_of, ClientOf.filter())
    router.callback_query.register(on_note, OnNote.filter())
    return router
