"""Buttons of the tags of a client."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import ClientTags, TagCard
from telegram_ui.callbacks import SetTag, TagsOf
from telegram_ui.keyboards.notes import to_client
from telegram_ui.keyboards.rows import Row, button, fitted, markup, menu_button
from telegram_ui.views.format import short


def tags(client_id: int, booking_id: int) -> Row:
    return [button(_("🏷 Tags"), TagsOf(client_id=client_id, booking_id=booking_id))]


def choose(found: ClientTags, booking_id: int) -> InlineKeyboardMarkup:
    """Those they have come first: of very many the last are left out, and can be typed."""
    client_id = found.client.id

    def tick(tag: TagCard, *, has: bool) -> InlineKeyboardButton:
        data = SetTag(client_id=client_id, tag_id=tag.id, has=not has, booking_id=booking_id)
        return button(f"{'✅' if has else '⬜️'} {short(tag.name)}", data)

    ticks = [*(tick(tag, has=True) for tag in found.has), *(tick(tag, has=False) for tag in found.others)]
    back = button(_("‹ Back"), to_client(client_id, booking_id))
    return markup(fitted(ticks), [[back, menu_button()]])
