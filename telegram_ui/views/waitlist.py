"""What a client waits for."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from bookings.enums import PartOfDay
from bookings.read_models import WaitlistCard
from telegram_ui.views.format import bold, long_date, safe, short_date


def wish(card: WaitlistCard, today: date) -> str:
    """“Haircut · Maria, Tuesday, 24 November, morning”."""
    names = ", ".join(safe(item.service_name) for item in card.items)
    people = list(
        dict.fromkeys(safe(item.specialist_name) for item in card.items if item.specialist_name is not None)
    )
    who = f" · {', '.join(people)}" if people else ""
    if card.date_from == card.date_to:
        when = long_date(card.date_from, today)
    else:
        when = f"{short_date(card.date_from)} – {short_date(card.date_to)}"
    return f"{names}{who}, {when}, {part(card.part_of_day)}"


def part(wanted: PartOfDay) -> str:
    return {
        PartOfDay.ANY: _("any time"),
        PartOfDay.MORNING: _("in the morning"),
        PartOfDay.DAY: _("in the afternoon"),
        PartOfDay.EVENING: _("in the evening"),
    }[wanted]


def joined(card: WaitlistCard, today: date) -> str:
    head = bold(_("You are on the waitlist 🔔"))
    tail = _("As soon as a time becomes free, we will write to you here.")
    return f"{head}\n\n{wish(card, today)}\n\n{tail}"


def waiting(cards: Sequence[WaitlistCard], today: date) -> str:
    """Under the list of visits."""
    lines = [f"🔔 {wish(card, today)}" for card in cards]
    return bold(_("Waiting for")) + "\n" + "\n".join(lines)


def left() -> str:
    return _("You wait for this no longer.")


def taken() -> str:
    return _("You have already taken this time.")


def declined() -> str:
    return _("All right. We will write when there is another time.")


def booked() -> str:
    return _("The time is yours.")


def gone() -> str:
    return _("Somebody was faster. You are still on the waitlist; here is what is free now.")
