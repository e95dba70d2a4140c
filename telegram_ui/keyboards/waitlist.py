"""Buttons of the waitlist."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import WaitlistCard
from telegram_ui.callbacks import GoTo, LeaveWaitlist, Place
from telegram_ui.keyboards.rows import Row, button, markup, menu_button
from telegram_ui.views.format import short


def joined(card: WaitlistCard) -> InlineKeyboardMarkup:
    return markup(
        [
            [button(_("🗂 My visits"), GoTo(place=Place.BOOKINGS)), menu_button()],
            [button(_("✖️ Leave the waitlist"), LeaveWaitlist(entry_id=card.id))],
        ]
    )


def leave(cards: Sequence[WaitlistCard]) -> list[Row]:
    """One row an entry, under the list of visits."""
    if len(cards) == 1:
        return [[button(_("✖️ Leave the waitlist"), LeaveWaitlist(entry_id=cards[0].id))]]
    return [
        [
            button(
                _("✖️ No longer wait: %(service)s") % {"service": short(card.items[0].service_name, 16)},
                LeaveWaitlist(entry_id=card.id),
            )
        ]
        for card in cards
    ]
