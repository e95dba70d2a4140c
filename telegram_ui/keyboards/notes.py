"""Buttons of notes on clients."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import NoteCard
from telegram_ui.callbacks import Change, ClientAct, ClientOf, NoteAct, OnBooking, OnClient, OnNote
from telegram_ui.keyboards.rows import Row, button, markup, menu_button


def note(client_id: int, booking_id: int, *, own: bool, on_visit: bool = False) -> InlineKeyboardButton:
    """``own``: whether the reader has one already; ``on_visit``: the button stands on the visit's card."""
    label = _("📝 Change note") if own else _("📝 Note")
    data = OnNote(client_id=client_id, act=NoteAct.ASK, booking_id=booking_id, on_visit=on_visit)
    return button(label, data)


def ask(asked: OnNote, own: NoteCard | None) -> InlineKeyboardMarkup:
    """``asked``: the button that led here; Back leads to where it stood."""
    remove: Row = []
    if own:
        remove = [button(_("🗑 Remove"), asked.model_copy(update={"act": NoteAct.REMOVE}))]
    return markup([remove, [button(_("‹ Back"), _before(asked)), menu_button()]])


def _before(asked: OnNote) -> CallbackData:
    if asked.booking_id and asked.on_visit:
        return OnBooking(booking_id=asked.booking_id, version=0, change=Change.OPEN)
    return to_client(asked.client_id, asked.booking_id)


def to_client(client_id: int, booking_id: int) -> CallbackData:
    """To the client's card; ``booking_id``: the visit that its own Back leads to, 0 for none."""
    return ClientOf(booking_id=booking_id) if booking_id else OnClient(client_id=client_id, act=ClientAct.OPEN)
