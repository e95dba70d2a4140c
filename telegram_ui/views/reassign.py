"""Who takes a visit over."""

from datetime import date

from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, ItemCard
from telegram_ui.views.bookings import facts
from telegram_ui.views.format import bold, safe


def which(booking: BookingCard, today: date) -> str:
    return bold(_("Which service goes to somebody else?")) + f"\n\n{facts(booking, today)}"


def who(booking: BookingCard, item: ItemCard, today: date, *, found: bool) -> str:
    head = bold(_("Who takes it over?"))
    if len(booking.items) > 1:
        head += f"\n✨ {safe(item.service_name)} – {safe(item.specialist_name)}"
    tail = _("The time and the price stay.") if found else _("Nobody else is free at this time.")
    return f"{head}\n\n{facts(booking, today)}\n\n{tail}"


def not_free() -> str:
    return _("They are not free at this time.")


def reassigned() -> str:
    return _("Somebody else has the visit now.")
