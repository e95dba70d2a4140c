"""Buttons to hand a visit over."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, SpecialistCard
from telegram_ui.callbacks import Change, Reassign
from telegram_ui.keyboards.bookings import on
from telegram_ui.keyboards.rows import button, fitted, markup, menu_button
from telegram_ui.views.format import short


def which(booking: BookingCard) -> InlineKeyboardMarkup:
    services = [
        button(
            f"{short(item.service_name, 18)} – {short(item.specialist_name, 12)}",
            Reassign(booking_id=booking.id, version=booking.version, position=position),
        )
        for position, item in enumerate(booking.items)
    ]
    back = on(booking, Change.OPEN, _("‹ Back"))
    return markup([[each] for each in services], [[back, menu_button()]])


def who(booking: BookingCard, position: int, people: Sequence[SpecialistCard]) -> InlineKeyboardMarkup:
    names = [
        button(
            short(card.name),
            Reassign(booking_id=booking.id, version=booking.version, position=position, specialist_id=card.id),
        )
        for card in people
    ]
    back = on(booking, Change.REASSIGN if len(booking.items) > 1 else Change.OPEN, _("‹ Back"))
    return markup(fitted(names), [[back, menu_button()]])
