"""What specialists and admins read."""

from collections.abc import Sequence
from datetime import date, datetime, time
from html import escape
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.read_models import BookingCard, Cancellation, ClientCard, ClientSummary, LocationCard, Text
from telegram_ui.views import notes
from telegram_ui.views.bookings import COMING, called_off, facts, state
from telegram_ui.views.clients import history
from telegram_ui.views.format import (
    bold,
    capital,
    local_date,
    long_date,
    month_title,
    near_date,
    safe,
    short,
    span,
    utc_offset,
    visits,
)

_MARKS = {
    BookingStatus.PENDING: "⏳",
    BookingStatus.CONFIRMED: "▫️",
    BookingStatus.DONE: "✔️",
    BookingStatus.NO_SHOW: "🚫",
    BookingStatus.CANCELLED: "✖️",
}


#: Letters of a note on the card of a visit.
NOTE = 200

#: Lines of a day that surely fit a message of 4096 characters; what is more is counted, not listed.
MANY = 36


def brief(text: Text | str) -> str:
    """A name for a line of a list: cut, then escaped."""
    return escape(short(text, 30), quote=False)


def day_title(day: date, today: date) -> str:
    whole = long_date(day, today)
    if (day - today).days in (0, 1):
        return f"{near_date(day, today)}, {whole}"
    return capital(whole)


def line(booking: BookingCard) -> str:
    """One visit of a day: time, service, client."""
    names = ", ".join(brief(item.service_name) for item in booking.items[:3])
    when = span(booking.starts_at, booking.ends_at, booking.location.zone)
    coming = f" {COMING}" if booking.is_coming and booking.status in OPEN_STATUSES else ""
    return f"{_MARKS[booking.status]} <b>{when}</b> {names} – {brief(booking.client.name)}{coming}"


def day(
    bookings: Sequence[BookingCard],
    at: date,
    today: date,
    specialist: Text | None = None,
    *,
    among: Sequence[LocationCard] = (),
) -> str:
    """``among``: the places there are, for a reader who may not know where somebody works."""
    who = f"{safe(specialist)}\n" if specialist else ""
    title = f"<b>{day_title(at, today)}</b>\n{who}"
    if not bookings:
        return f"{title}\n" + _("No visits.")
    places = _places(bookings, among) if len(bookings) <= MANY // 2 else {}  # more would not fit with their places
    if len({booking.location.id for booking in bookings}) == 1:  # told once
        title += "".join(f"📍 {place}\n" for place in places.values())
        places = {}
    shown = [
        line(booking) + (f" 📍 {places[booking.location.id]}" if places else "") for booking in bookings[:MANY]
    ]
    more = ["…"] if len(bookings) > MANY else []
    return f"{title}{visits(len(bookings))}\n\n" + "\n".join(shown + more)


def everybody(
    groups: Sequence[tuple[str, Sequence[BookingCard]]],
    at: date,
    today: date,
    *,
    among: Sequence[LocationCard] = (),
    place: LocationCard | None = None,
) -> str:
    """The day of all specialists; ``groups``: name (plain) and visits. ``place``: the only one ``among`` all that it is of."""
    title = f"<b>{day_title(at, today)}</b>"
    if place is not None:
        noon = datetime.combine(at, time(12), ZoneInfo(place.zone))
        title += f"\n📍 {brief(place.name)}, {utc_offset(noon, place.zone)}"
    if not groups:
        return f"{title}\n\n" + _("No visits.")
    if sum(len(group) for _name, group in groups) > MANY:
        lines = [f"👤 {brief(name)} – {visits(len(group))}" for name, group in groups[:MANY]]
        return f"{title}\n\n" + "\n".join(lines)
    shown = [booking for _name, group in groups for booking in group]
    places = {} if place else _places(shown, among)
    parts, last = [], None
    for name, group in groups:
        here = group[0].location.id
        head = f"📍 {places[here]}\n\n" if here in places and here != last else ""
        parts.append(head + f"👤 <b>{brief(name)}</b>\n" + "\n".join(line(booking) for booking in group))
        last = here
    return f"{title}\n\n" + "\n\n".join(parts)


def _places(bookings: Sequence[BookingCard], among: Sequence[LocationCard] = ()) -> dict[int, str]:
    """What to call each place where there are several, with the clock it goes by where clocks differ."""
    where = {booking.location.id: booking for booking in bookings}
    if len(where | {place.id: None for place in among}) < 2:  # noqa: PLR2004 - one place needs no name
        return {}
    clocks = {key: utc_offset(booking.starts_at, booking.location.zone) for key, booking in where.items()}
    others = {utc_offset(bookings[0].starts_at, place.zone) for place in among}
    differ = len({*clocks.values(), *others}) > 1
    return {
        key: brief(booking.location.name) + (f", {clocks[key]}" if differ else "")
        for key, booking in where.items()
    }


def week(days: Sequence[tuple[date, int]], today: date, specialist: Text | None = None) -> str:
    lines = [bold(_("Week")) + (f"\n{safe(specialist)}" if specialist else ""), ""]
    lines += [f"{near_date(at, today)}: {visits(count) if count else '–'}" for at, count in days]
    return "\n".join(lines)


def month(first: date, count: int, specialist: Text | None = None) -> str:
    who = f"\n{safe(specialist)}" if specialist else ""
    total = visits(count) if count else _("No visits.")
    return f"{bold(month_title(first))}{who}\n{total}\n\n" + _(
        "Days with visits have a dot. A date can be typed, too."
    )


def people(day: date, today: date) -> str:
    return f"<b>{day_title(day, today)}</b>\n\n" + _("Whose day?")


def card(
    booking: BookingCard,
    today: date,
    client: ClientSummary | None = None,
    cancellation: Cancellation | None = None,
    *,
    reader_id: int = 0,
) -> str:
    """``client``: how they come and what was noted, ``None`` where they are no client of the reader's any more."""
    phone = escape(booking.client.phone, quote=False) or _("no phone")
    comment = f"\n💬 {escape(booking.comment, quote=False)}" if booking.comment else ""
    who = f"🙂 {escape(booking.client.name, quote=False)}\n☎️ {phone}"
    told = ""
    if client is not None:
        told = "\n" + "\n".join(
            ["", *notes.lines(client.notes, reader_id, limit=NOTE), *_history(booking, client, today)]
        )
    return f"{who}\n\n{facts(booking, today)}{comment}\n\n{state(booking)}{called_off(cancellation)}{told}"


def _history(booking: BookingCard, client: ClientSummary, today: date) -> list[str]:
    """Nothing of who comes for the first time; else how they came, and when they did last."""
    before = [each for each in client.past if each.id != booking.id]
    if not before and not client.cancelled:
        return [_("First time with you.")] if booking.status in OPEN_STATUSES else []
    found = [history(client)]
    if before:
        last = local_date(before[0].starts_at, before[0].location.zone)
        found.append(_("Last: %(date)s") % {"date": long_date(last, today)})
    return found


def ask_typed_reason(booking: BookingCard, today: date, reason: str) -> str:
    """``reason``: as it was typed."""
    said = _("Reason, which the client will read: %(reason)s") % {"reason": escape(reason, quote=False)}
    return f"{bold(_('Cancel this visit?'))}\n\n{facts(booking, today)}\n\n{said}"


def ask_reason(booking: BookingCard, today: date, *, whole: bool) -> str:
    """``whole``: the visit is more than the part of it that is shown."""
    more = "\n\n" + _("The whole visit is cancelled, colleagues' services too.") if whole else ""
    return "{head}\n\n{facts}{more}\n\n{ask}".format(
        more=more,
        head=bold(_("Cancel this visit?")),
        facts=facts(booking, today),
        ask=_("Choose a reason or type it: the client will read it."),
    )


def marked_done() -> str:
    return _("Marked: came.")


def marked_no_show() -> str:
    return _("Marked: did not come.")


def taken_back() -> str:
    return _("Taken back. Please mark again how it went.")


def was_confirmed() -> str:
    return _("Confirmed.")


def was_cancelled() -> str:
    return _("Cancelled.")


def was_booked() -> str:
    return _("Booked.")


def was_moved() -> str:
    return _("Moved.")


def told(said: str, client: ClientCard) -> str:
    """``said``, and whether the client learns of it from the bot or has to be called."""
    if client.tg_id is not None and not client.bot_blocked:
        return f"{said} " + _("The client is being told.")
    phone = client.phone or _("no phone")
    if client.tg_id is None:
        return f"{said} " + _("The client has no Telegram, please let them know: %(phone)s.") % {"phone": phone}
    return f"{said} " + _("The client has blocked the bot, please let them know: %(phone)s.") % {"phone": phone}


def staff_only() -> str:
    return _("This part is for the team.")


def local_day(booking: BookingCard) -> date:
    """The day a visit counts to."""
    return local_date(booking.starts_at, booking.location.zone)
