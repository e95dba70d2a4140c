"""Buttons of a place's waitlist."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.enums import ON_WAITLIST
from bookings.read_models import LocationCard, WaitlistCard
from telegram_ui.callbacks import ClientAct, GoTo, LineAct, LineOf, OnClient, OnLine, Place
from telegram_ui.keyboards.rows import Row, button, fitted, in_rows, markup, menu_button
from telegram_ui.views.format import short


def places(cards: Sequence[LocationCard]) -> InlineKeyboardMarkup:
    buttons = [button(short(card.name), LineOf(location_id=card.id)) for card in cards]
    return markup(fitted(buttons), [[button(_("‹ Back"), GoTo(place=Place.MANAGE)), menu_button()]])


def page(
    place: LocationCard, cards: Sequence[WaitlistCard], *, first: int, page: int, has_more: bool, several: bool
) -> InlineKeyboardMarkup:
    """``several``: Back leads to the choice of a place."""
    numbers = [
        button(str(number), OnLine(entry_id=card.id, act=LineAct.OPEN))
        for number, card in enumerate(cards, start=first)
    ]
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Before"), LineOf(location_id=place.id, page=page - 1)))
    if has_more:
        leaf.append(button(_("Further ›"), LineOf(location_id=place.id, page=page + 1)))
    back = button(_("‹ Back"), GoTo(place=Place.LINE if several else Place.MANAGE))
    return markup(in_rows(numbers, 5), [leaf, [back, menu_button()]])


def card(entry: WaitlistCard) -> InlineKeyboardMarkup:
    first: Row = [button(_("🙂 Client"), OnClient(client_id=entry.client.id, act=ClientAct.OPEN))]
    if entry.state in ON_WAITLIST:
        first.append(button(_("✖️ Take off"), OnLine(entry_id=entry.id, act=LineAct.ASK_OFF)))
    back = button(_("‹ Back"), LineOf(location_id=entry.location.id))
    return markup([first, [back, menu_button()]])


def ask_off(entry: WaitlistCard) -> InlineKeyboardMarkup:
    return markup(
        [
            [button(_("Yes, take off"), OnLine(entry_id=entry.id, act=LineAct.OFF))],
            [button(_("No, keep it"), OnLine(entry_id=entry.id, act=LineAct.OPEN))],
        ]
    )
