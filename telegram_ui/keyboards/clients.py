"""Buttons of clients, for the team."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, ClientCard, ClientSummary
from telegram_ui.callbacks import Change, ClientAct, ClientVisits, GoTo, OnBooking, OnClient, Place
from telegram_ui.keyboards.bookings import on, when
from telegram_ui.keyboards.notes import note
from telegram_ui.keyboards.rows import Row, button, fitted, in_rows, markup, menu_button
from telegram_ui.keyboards.tags import tags
from telegram_ui.views.format import short


def _last(back: Place) -> Row:
    return [button(_("‹ Back"), GoTo(place=back)), menu_button()]


def find(*, is_admin: bool) -> InlineKeyboardMarkup:
    new = [button(_("➕ New client"), GoTo(place=Place.NEW_CLIENT))]
    return markup([new, _last(Place.MANAGE if is_admin else Place.MY_DAY)])


def found(cards: Sequence[ClientCard], *, is_admin: bool) -> InlineKeyboardMarkup:
    people = [button(short(card.name), OnClient(client_id=card.id, act=ClientAct.OPEN)) for card in cards]
    return markup(fitted(people), find(is_admin=is_admin).inline_keyboard)


def stranger(client_id: int) -> InlineKeyboardMarkup:
    book = button(_("📅 Book for them"), OnClient(client_id=client_id, act=ClientAct.BOOK))
    return markup([[book], _last(Place.CLIENTS)])


def new() -> InlineKeyboardMarkup:
    return markup([_last(Place.CLIENTS)])


def card(
    found: ClientSummary, *, is_admin: bool, reader_id: int, specialist_id: int | None, booking_id: int
) -> InlineKeyboardMarkup:
    """``booking_id``: the visit that Back leads to, 0 where the client was searched for."""

    def act(what: ClientAct, text: str) -> Row:
        return [button(text, OnClient(client_id=found.client.id, act=what))]

    own = any(each.author_id == reader_id for each in found.notes)
    visits = [on(booking, Change.OPEN, when(booking.part_of(specialist_id))) for booking in found.ahead]
    ban: Row = []
    if is_admin:
        ban = (
            act(ClientAct.UNBAN, _("👌 Lift the ban")) if found.is_banned else act(ClientAct.ASK_BAN, _("🚫 Ban"))
        )
    first = [*act(ClientAct.BOOK, _("📅 Book for them")), note(found.client.id, booking_id, own=own)]
    more: Row = []
    if is_admin:
        over = button(_("🕘 Past visits"), ClientVisits(client_id=found.client.id, page=0))
        more = [*tags(found.client.id, booking_id), over]
    return markup([first], in_rows(visits, 2), [more, ban, _from(booking_id)])


def _from(booking_id: int) -> Row:
    if not booking_id:
        return _last(Place.CLIENTS)
    # Opening asks for no version: what stands there now is shown.
    return [button(_("‹ Back"), OnBooking(booking_id=booking_id, version=0, change=Change.OPEN)), menu_button()]


def past(client_id: int, bookings: Sequence[BookingCard], *, page: int, has_more: bool) -> InlineKeyboardMarkup:
    visits = [
        on(booking, Change.OPEN, f"{number}. {when(booking)}" if len(bookings) > 1 else when(booking))
        for number, booking in enumerate(bookings, start=1)
    ]
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Later"), ClientVisits(client_id=client_id, page=page - 1)))
    if has_more:
        leaf.append(button(_("Earlier ›"), ClientVisits(client_id=client_id, page=page + 1)))
    back = button(_("‹ Back"), OnClient(client_id=client_id, act=ClientAct.OPEN))
    return markup(in_rows(visits, 2), [leaf, [back, menu_button()]])


def ask_ban(client_id: int) -> InlineKeyboardMarkup:
    return markup(
        [
            [button(_("Yes, ban"), OnClient(client_id=client_id, act=ClientAct.BAN))],
            [button(_("No, keep it"), OnClient(client_id=client_id, act=ClientAct.OPEN))],
        ]
    )
