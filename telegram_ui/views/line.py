"""Who waits at a place for what."""

from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _

from bookings.enums import ON_WAITLIST, WaitlistState
from bookings.read_models import LocationCard, WaitlistCard
from telegram_ui.views.format import bold, moment_inside, safe, short
from telegram_ui.views.waitlist import wish


def choose_place() -> str:
    return bold(_("Waitlist")) + "\n\n" + _("Of which place?")


def page(place: LocationCard, cards: Sequence[WaitlistCard], first: int, today: date) -> str:
    """``first``: the place in the line of the first card."""
    head = bold(_("Waitlist")) + f"\n📍 {safe(place.name)}"
    if not cards:
        return f"{head}\n\n" + _("Nobody waits here.")
    lines = [f"{number}. {_line(card, today)}" for number, card in enumerate(cards, start=first)]
    return f"{head}\n\n" + "\n\n".join(lines)


def _line(card: WaitlistCard, today: date) -> str:
    name = escape(short(card.client.name, 30), quote=False)
    return f"<b>{name}</b>{' 🔔' if card.offer else ''}\n{wish(card, today)}"


def card(entry: WaitlistCard, today: date) -> str:
    phone = escape(entry.client.phone, quote=False) or _("no phone")
    since = moment_inside(entry.created_at, entry.location.zone, today)
    return "\n".join(
        [
            f"🙂 {escape(entry.client.name, quote=False)}",
            f"☎️ {phone}",
            "",
            wish(entry, today),
            f"📍 {safe(entry.location.name)}",
            _("Waits since: %(when)s") % {"when": since},
            "",
            state(entry, today),
        ]
    )


def state(entry: WaitlistCard, today: date) -> str:
    zone = entry.location.zone
    if entry.state in ON_WAITLIST and entry.offer is not None:
        return _("🔔 is offered %(when)s, until %(until)s") % {
            "when": moment_inside(entry.offer.starts_at, zone, today),
            "until": moment_inside(entry.offer.expires_at, zone, today),
        }
    return {
        WaitlistState.WAITING: _("⏳ waits"),
        WaitlistState.OFFERED: _("🔔 has an offer"),
        WaitlistState.BOOKED: _("✅ booked"),
        WaitlistState.LEFT: _("✖️ no longer waits"),
        WaitlistState.OVER: _("⌛ the dates have passed"),
    }[entry.state]


def ask_off(entry: WaitlistCard, today: date) -> str:
    name = escape(entry.client.name, quote=False)
    return bold(_("Take %(name)s off the waitlist?") % {"name": name}) + f"\n\n{wish(entry, today)}"


def taken_off() -> str:
    return _("Taken off. An offer that stood goes to the next in line.")
