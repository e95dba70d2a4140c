"""A visit that is being put together, as every step shows it, and its summary before it is booked."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, LocationCard, PromotionQuote, Text
from telegram_ui.views.format import (
    bold,
    capital,
    clock,
    duration,
    full_moment,
    local_date,
    long_date,
    money,
    plain,
    price,
    safe,
    span,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What has been chosen so far. ``specialist`` is ``None`` for any; ``moving`` is the visit that is being moved."""

    location: LocationCard
    services: tuple[Text, ...]
    specialist: Text | None
    minutes: int
    price: Decimal
    price_varies: bool
    currency: str
    moving: BookingCard | None = None
    #: The place is one of several, so it is named all along.
    names_place: bool = False
    comment: str = ""
    promotion: PromotionQuote | None = None
    #: Whom staff book for.
    client: str | None = None
    #: Of several specialists: when each service begins, and who gives it.
    given: tuple[tuple[datetime, Text], ...] = ()
    #: Colleagues give a part of the visit that is moved.
    is_shared: bool = False

    @property
    def zone(self) -> str:
        return self.location.zone


def header(visit: Visit, today: date) -> str:
    """Two to four lines over every step, so that nobody has to scroll up."""
    names = ", ".join(safe(name) for name in visit.services)
    if visit.moving:
        when = full_moment(visit.moving.starts_at, visit.zone, today)
        shared = "\n" + _("The whole visit moves, colleagues' services too.") if visit.is_shared else ""
        return bold(_("Moving the visit")) + f"\n{names}\n" + _("Now: %(when)s") % {"when": when} + shared
    facts = f"{duration(visit.minutes)} · {price(visit.price, visit.currency, varies=visit.price_varies)}"
    who = f"\n👤 {safe(visit.specialist)}" if visit.specialist else ""
    place = at_place(visit.location if visit.names_place else None)
    return f"<b>{names}</b>\n{facts}{who}{place}{for_client(visit.client)}"


def at_place(location: LocationCard | None) -> str:
    return f"\n📍 {safe(location.name)}" if location else ""


def for_client(client: str | None) -> str:
    return f"\n🙂 {escape(client, quote=False)}" if client else ""


def confirm(visit: Visit, starts_at: datetime, ends_at: datetime, today: date) -> str:
    day = long_date(local_date(starts_at, visit.zone), today)
    address = f", {safe(visit.location.address)}" if plain(visit.location.address) else ""
    lines = []
    if visit.moving:
        lines += [bold(_("Move the visit?")), ""]
        was = full_moment(visit.moving.starts_at, visit.zone, today)
        lines += [_("Was: %(when)s") % {"when": was}]
        lines += [_("Will be: %(when)s") % {"when": f"<b>{day}, {clock(starts_at, visit.zone)}</b>"}, ""]
    else:
        lines += [bold(_("Is everything right?")), ""]
        lines += [f"🗓 <b>{capital(day)}, {span(starts_at, ends_at, visit.zone)}</b>"]
    if visit.given:
        given = zip(visit.services, visit.given, strict=True)
        lines += [f"✨ {clock(at, visit.zone)} {safe(name)} – {safe(who)}" for name, (at, who) in given]
    else:
        lines += [f"✨ {safe(name)}" for name in visit.services]
        lines += ["👤 " + (safe(visit.specialist) if visit.specialist else _("Any specialist")) + _instead(visit)]
    lines += [f"📍 {safe(visit.location.name)}{address}"]
    if not visit.is_shared:
        lines += [f"💳 {cost(visit)}{_price_before(visit)}"]
    if visit.client and not visit.moving:
        lines += [f"🙂 {escape(visit.client, quote=False)}"]
    if visit.comment:
        lines += [f"💬 {escape(visit.comment, quote=False)}"]
    return "\n".join(lines)


def _instead(visit: Visit) -> str:
    """Who was to give a visit that is moved to somebody else."""
    if visit.moving is None or visit.specialist is None:
        return ""
    before = list(dict.fromkeys(plain(item.specialist_name) for item in visit.moving.items))
    return "" if before == [plain(visit.specialist)] else _was(", ".join(before))


def _price_before(visit: Visit) -> str:
    if visit.moving is None or visit.moving.price == visit.price:
        return ""
    return _was(price(visit.moving.price, visit.currency))


def _was(text: str) -> str:
    return " " + _("(was: %(before)s)") % {"before": escape(text, quote=False)}


def cost(visit: Visit) -> str:
    """The price, and what the promotion code makes of it."""
    quote = visit.promotion
    if quote is None:
        return price(visit.price, visit.currency, varies=visit.price_varies)
    total = price(visit.price - quote.discount, visit.currency, varies=visit.price_varies)
    return f"{total} (🎟 {escape(quote.code, quote=False)}: −{money(quote.discount, quote.currency)})"
