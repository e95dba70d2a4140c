"""A client's visits: cards, lists, receipts."""

from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _

from bookings.enums import OPEN_STATUSES, BookingStatus, CancelReason, Role
from bookings.read_models import BookingCard, Cancellation
from bookings.reasons import reason_text
from telegram_ui.views.format import (
    bold,
    capital,
    clock,
    full_moment,
    local_date,
    long_date,
    money,
    plain,
    price,
    safe,
    span,
)


def status_line(status: BookingStatus) -> str:
    return {
        BookingStatus.PENDING: _("⏳ awaiting confirmation"),
        BookingStatus.CONFIRMED: _("✅ confirmed"),
        BookingStatus.DONE: _("✔️ visited"),
        BookingStatus.NO_SHOW: _("🚫 missed"),
        BookingStatus.CANCELLED: _("✖️ cancelled"),
    }[status]


#: Stands where a client has said that they will come.
COMING = "👍"


def state(booking: BookingCard, *, own: bool = False) -> str:
    """The status, and that the client is coming; ``own``: the client is the reader."""
    line = status_line(booking.status)
    if not booking.is_coming or booking.status not in OPEN_STATUSES:
        return line
    return f"{line} · {COMING} " + (_("you are coming") if own else _("is coming"))


def facts(booking: BookingCard, today: date) -> str:
    """When, what, who, where and how much, a line each; of several specialists, who gives what and from when."""
    zone = booking.location.zone
    day = long_date(local_date(booking.starts_at, zone), today)
    address = f", {safe(booking.location.address)}" if plain(booking.location.address) else ""
    if len({item.specialist_id for item in booking.items}) > 1:
        services = [
            f"✨ {clock(item.starts_at, zone)} {safe(item.service_name)} – {safe(item.specialist_name)}"
            for item in booking.items
        ]
    else:
        services = [f"✨ {safe(item.service_name)}" for item in booking.items]
        services.append(f"👤 {safe(booking.items[0].specialist_name)}")
    return "\n".join(
        [
            f"🗓 <b>{capital(day)}, {span(booking.starts_at, booking.ends_at, zone)}</b>",
            *services,
            f"📍 {safe(booking.location.name)}{address}",
            f"💳 {cost(booking)}",
        ]
    )


def cost(booking: BookingCard) -> str:
    """What is paid, and what the promotion code took off."""
    total = price(booking.price, booking.currency)
    if not booking.discount:
        return total
    code = escape(booking.promo_code, quote=False)
    return f"{total} (🎟 {code}: −{money(booking.discount, booking.currency)})"


def card(booking: BookingCard, today: date, cancellation: Cancellation | None = None) -> str:
    comment = f"\n💬 {escape(booking.comment, quote=False)}" if booking.comment else ""
    return f"{facts(booking, today)}{comment}\n\n{state(booking, own=True)}{called_off(cancellation, own=True)}"


def called_off(cancellation: Cancellation | None, *, own: bool = False) -> str:
    """Lines under the status of a cancelled visit: by whom, and why; ``own``: its client is the reader."""
    if cancellation is None:
        return ""
    if cancellation.by_client:
        who = _("You cancelled it yourself.") if own else _("By the client.")
    elif own:
        who = _("We had to cancel it.")
    else:
        who = {Role.SPECIALIST: _("By the specialist."), Role.ADMIN: _("By an administrator.")}.get(
            cancellation.role, ""
        )
    if cancellation.reason == CancelReason.CLIENT_REQUEST and own:
        who, why = "", _("Cancelled at your request.")
    else:
        why = reason_text(cancellation.reason)
        why = _("Reason: %(reason)s") % {"reason": escape(why, quote=False)} if why else ""
    return "".join(f"\n{line}" for line in (who, why) if line)


def receipt(booking: BookingCard, today: date) -> str:
    if booking.status == BookingStatus.PENDING:
        head, tail = _("Thank you, the request is in! 🙌"), _("We will write to you as soon as it is confirmed.")
    else:
        head, tail = _("You are booked! 🎉"), _("See you soon!")
    comment = f"\n💬 {escape(booking.comment, quote=False)}" if booking.comment else ""
    return f"<b>{head}</b>\n\n{facts(booking, today)}{comment}\n\n{tail}"


def moved(booking: BookingCard, today: date) -> str:
    return bold(_("The visit is moved 👌")) + f"\n\n{facts(booking, today)}"


def calendar_hint() -> str:
    return _("Open the file to add the visit to your calendar.")


def ask_cancel(booking: BookingCard, today: date) -> str:
    return bold(_("Cancel this visit?")) + f"\n\n{facts(booking, today)}"


def cancelled(booking: BookingCard, today: date) -> str:
    when = full_moment(booking.starts_at, booking.location.zone, today)
    return _("The visit on %(when)s is cancelled. We will be glad to see you another time.") % {"when": when}


def upcoming(bookings: Sequence[BookingCard], today: date) -> str:
    if not bookings:
        return bold(_("My visits")) + "\n\n" + _("No visits ahead yet.")
    cards = []
    for number, booking in enumerate(bookings, start=1):
        head = f"{number}. " if len(bookings) > 1 else ""
        cards.append(f"{head}{card(booking, today)}" if len(bookings) == 1 else f"{head}{brief(booking, today)}")
    if len(bookings) > 1:
        cards.append(_("📄 opens a visit: details, calendar and directions."))
    return bold(_("My visits")) + "\n\n" + "\n\n".join(cards)


def brief(booking: BookingCard, today: date) -> str:
    """Two lines of a list."""
    names = ", ".join(safe(item.service_name) for item in booking.items)
    when = full_moment(booking.starts_at, booking.location.zone, today)
    waiting = f" · {status_line(booking.status)}" if booking.status == BookingStatus.PENDING else ""
    return f"<b>{capital(when)}</b>{waiting}\n{names} · {_who(booking)}, {safe(booking.location.name)}"


def not_movable(phone: str) -> str:
    """Of a visit that somebody was to give who has left, or is of what is not offered any more. Plain."""
    said = _("Who was to give this visit takes no bookings any more, so it can't be moved here. Please call us.")
    return f"{said} {phone}".strip()


def _who(booking: BookingCard) -> str:
    """Everybody who gives something of it, once."""
    return ", ".join(dict.fromkeys(safe(item.specialist_name) for item in booking.items))


def past(bookings: Sequence[BookingCard], today: date) -> str:
    if not bookings:
        return bold(_("Past and cancelled visits")) + "\n\n" + _("Nothing here yet.")
    lines = []
    for number, booking in enumerate(bookings, start=1):
        names = ", ".join(safe(item.service_name) for item in booking.items)
        when = full_moment(booking.starts_at, booking.location.zone, today)
        lines.append(f"{number}. {capital(when)}\n{names} · {_who(booking)} · {status_line(booking.status)}")
    return bold(_("Past and cancelled visits")) + "\n\n" + "\n\n".join(lines)
