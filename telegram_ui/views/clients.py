"""Clients as the team reads them."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _

from bookings.enums import BookingStatus
from bookings.read_models import BookingCard, ClientCard, ClientSummary
from telegram_ui.views import bookings as booking_views, notes, tags
from telegram_ui.views.format import bold, capital, full_moment, safe

#: Letters of a note on the client's card.
NOTE = 500


def ask_find(*, is_admin: bool) -> str:
    text = _("Type a name or a phone number, or a part of it.")
    if not is_admin:
        text += " " + _("You find those who come to you; anybody else by the whole number.")
    return bold(_("Find a client")) + f"\n\n{text}"


def found(cards: Sequence[ClientCard], text: str) -> str:
    if not cards:
        return _("Nobody is found by “%(text)s”. Type it differently, or write a new client down.") % {
            "text": escape(text[:60], quote=False)
        }
    lines = [f"• {escape(card.name, quote=False)} {escape(card.phone, quote=False)}".rstrip() for card in cards]
    return bold(_("Found")) + "\n\n" + "\n".join(lines)


def stranger(card: ClientCard) -> str:
    """Of who comes to colleagues no more than what was typed, and their name."""
    who = f"🙂 {bold(escape(card.name, quote=False))}\n☎️ {escape(card.phone, quote=False)}"
    return f"{who}\n\n" + _("They come to colleagues so far.")


def ask_new() -> str:
    return _("Type the name and the phone number in one message: Anna Smith +44 20 7946 0958.")


def summary(
    found: ClientSummary, today_of: Callable[[str], date], *, reader_id: int, specialist_id: int | None
) -> str:
    """``specialist_id``: whose part of the visits is told, ``None`` for all of them."""
    client = found.client
    lines = [
        f"🙂 <b>{escape(client.name, quote=False)}</b>" + (" 🚫 " + _("banned") if found.is_banned else ""),
        f"☎️ {escape(client.phone, quote=False) or _('no phone')}",
    ]
    if found.tg_username:
        lines.append(f"✈️ @{escape(found.tg_username, quote=False)}")
    elif client.tg_id is None:
        lines.append("✈️ " + _("no Telegram"))
    if found.tags:
        lines.append(tags.line(found.tags))
    if found.notes:
        lines += ["", *notes.lines(found.notes, reader_id, limit=NOTE)]
    lines += ["", history(found)]
    for title, bookings in ((_("Visits ahead"), found.ahead), (_("Last visits"), found.past)):
        if bookings:
            lines += ["", bold(title), *(_visit(each.part_of(specialist_id), today_of) for each in bookings)]
    return "\n".join(lines)


def history(found: ClientSummary) -> str:
    return _("Came: %(done)d · did not come: %(missed)d · cancelled: %(cancelled)d") % {
        "done": found.done,
        "missed": found.no_shows,
        "cancelled": found.cancelled,
    }


def _visit(booking: BookingCard, today_of: Callable[[str], date]) -> str:
    zone = booking.location.zone
    names = ", ".join(safe(item.service_name) for item in booking.items)
    missed = " 🚫" if booking.status == BookingStatus.NO_SHOW else ""
    return f"{capital(full_moment(booking.starts_at, zone, today_of(zone)))} – {names}{missed}"


def past(client: ClientCard, bookings: Sequence[BookingCard], today: date) -> str:
    return f"🙂 <b>{escape(client.name, quote=False)}</b>\n\n{booking_views.past(bookings, today)}"


def ask_ban(client: ClientCard) -> str:
    name = escape(client.name, quote=False)
    head = bold(_("Ban %(name)s?") % {"name": name})
    return f"{head}\n\n" + _("They can neither book nor write to the bot. Visits ahead stay.")


def banned() -> str:
    return _("Banned.")


def unbanned() -> str:
    return _("Let in again.")


def written_down() -> str:
    return _("The client is written down.")
