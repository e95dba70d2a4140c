"""Texts of the booking flow, one function a step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _, ngettext

from bookings.read_models import (
    BookingCard,
    CategoryCard,
    LocationCard,
    PromotionQuote,
    ServiceCard,
    SpecialistCard,
    Text,
)
from telegram_ui.callbacks import Step
from telegram_ui.views.format import (
    bold,
    capital,
    clock,
    distance,
    duration,
    full_moment,
    local_date,
    long_date,
    money,
    month_title,
    near_moment,
    plain,
    price,
    rating,
    safe,
    short,
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
    place = _at(visit.location if visit.names_place else None)
    return f"<b>{names}</b>\n{facts}{who}{place}{_for(visit.client)}"


def _at(location: LocationCard | None) -> str:
    return f"\n📍 {safe(location.name)}" if location else ""


def _for(client: str | None) -> str:
    return f"\n🙂 {escape(client, quote=False)}" if client else ""


def choose_location(
    locations: Sequence[LocationCard], distances: Mapping[int, float] | None = None, client: str | None = None
) -> str:
    """``distances``: kilometres by location, where the person has told where they are; ``client``: whom staff book for."""
    lines = [bold(_("Where would you like to come?")) + _for(client), ""]
    for location in locations:
        address = f" – {safe(location.address)}" if plain(location.address) else ""
        far = f" · {distance(distances[location.id])}" if distances and location.id in distances else ""
        lines.append(f"📍 {safe(location.name)}{address}{far}")
    if distances is None and any(location.latitude is not None for location in locations):
        lines += ["", "<i>" + _("Send your location with 📎, and the nearest comes first.") + "</i>"]
    return "\n".join(lines)


def choose_category(
    categories: Sequence[CategoryCard],  # noqa: ARG001 - the buttons carry them
    place: LocationCard | None,
    client: str | None = None,
) -> str:
    """``place``: where it is one of several; ``client``: whom staff book for."""
    return bold(_("What would you like to book?")) + _at(place) + _for(client)


#: Lines of a list that surely fit a message; the buttons below go on.
LISTED = 30


def choose_service(services: Sequence[ServiceCard], place: LocationCard | None, client: str | None = None) -> str:
    """``place``: where it is one of several; ``client``: whom staff book for."""
    lines = [bold(_("Choose a service")) + _at(place) + _for(client), ""]
    for service in services[:LISTED]:
        cost = price(service.price, service.currency, varies=service.price_varies)
        lines.append(
            f"• {escape(short(service.name, 60), quote=False)} – {duration(service.duration_minutes)}, {cost}"
        )
    return "\n".join(lines)


def choose_more(visit: Visit, today: date) -> str:
    return f"{header(visit, today)}\n\n" + _("What else shall we do in the same visit? Press a service to add it.")


def last_service() -> str:
    return _("A visit has at least one service.")


def too_many_services(limit: int) -> str:
    return ngettext("A visit has %(count)d service at most.", "A visit has %(count)d services at most.", limit) % {
        "count": limit
    }


def ask_to_wait(visit: Visit, day: date | None, today: date) -> str:
    """``day``: the full one that was asked for, ``None`` where nothing is free at all."""
    if day is None:
        full = _("There is no free time in the coming days.")
    else:
        full = _("Everything is taken on %(day)s.") % {"day": long_date(day, today)}
    ask = _("When somebody gives a time back, we can write to you at once. What time would suit you?")
    return f"{header(visit, today)}\n\n{full} {ask}"


def ask_comment(visit: Visit, today: date) -> str:
    now = f"\n\n💬 {escape(visit.comment, quote=False)}" if visit.comment else ""
    return f"{header(visit, today)}{now}\n\n" + _("What should we know before the visit? Type it in one message.")


def ask_promo(visit: Visit, today: date) -> str:
    return f"{header(visit, today)}\n\n" + _("Type the promo code.")


def promo_taken(quote: PromotionQuote) -> str:
    return _("The promo code takes off %(amount)s.") % {"amount": money(quote.discount, quote.currency)}


def comment_taken() -> str:
    return _("The comment is added.")


def taken_off() -> str:
    return _("Removed.")


def no_services() -> str:
    return _("There is nothing to book here right now. Please look in later.")


def choose_window(visit: Visit, today: date, *, found: bool) -> str:
    ask = _("Nearest times:") if found else _("There is no free time in the coming days. Look at another day.")
    return f"{header(visit, today)}\n\n{ask}"


def choose_specialist(
    visit: Visit, specialists: Sequence[SpecialistCard], today: date, first_free: Mapping[int, datetime]
) -> str:
    """``first_free``: when each is free next, as far as it was looked up."""
    parts = [f"{header(visit, today)}\n\n" + _("Who would you like to see?")]
    prices_differ = len({specialist.price for specialist in specialists}) > 1
    for specialist in specialists[:LISTED]:
        facts = [f"<b>{escape(short(specialist.name, 40), quote=False)}</b>"]
        if specialist.rating is not None:
            facts.append(rating(specialist.rating, specialist.review_count))
        # A visit that moves costs what was agreed on, whoever gives it.
        if prices_differ and specialist.price is not None and not visit.moving:
            facts.append(price(specialist.price, visit.currency))
        lines = [" · ".join(facts)]
        if plain(specialist.bio):
            lines.append(escape(short(specialist.bio, 80), quote=False))
        if specialist.id in first_free:
            when = near_moment(first_free[specialist.id], visit.zone, today)
            lines.append(_("Free: %(when)s") % {"when": when})
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def choose_day(visit: Visit, month: date, today: date, *, has_free: bool) -> str:
    ask = _("Choose a day") if has_free else _("No free days in this month")
    legend = _("1 free · ✕ full · – closed")
    return f"{header(visit, today)}\n\n<b>{month_title(month)}.</b> {ask}\n<i>{legend}</i>"


def choose_time(visit: Visit, day: date, today: date, *, found: bool) -> str:
    head = f"{header(visit, today)}\n\n<b>{capital(long_date(day, today))}</b>"
    if not found:
        return f"{head}\n" + _("No free times left. Look at another day.")
    return f"{head}\n" + _("Choose a time")


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
        lines += ["👤 " + (safe(visit.specialist) if visit.specialist else _("Any specialist"))]
    lines += [f"📍 {safe(visit.location.name)}{address}"]
    if not visit.moving:
        lines += [f"💳 {cost(visit)}"]
    if visit.client and not visit.moving:
        lines += [f"🙂 {escape(visit.client, quote=False)}"]
    if visit.comment:
        lines += [f"💬 {escape(visit.comment, quote=False)}"]
    return "\n".join(lines)


def cost(visit: Visit) -> str:
    """The price, and what the promotion code makes of it."""
    quote = visit.promotion
    if quote is None:
        return price(visit.price, visit.currency, varies=visit.price_varies)
    total = price(visit.price - quote.discount, visit.currency, varies=visit.price_varies)
    return f"{total} (🎟 {escape(quote.code, quote=False)}: −{money(quote.discount, quote.currency)})"


def expected(step: Step) -> str:
    """Said when something was typed that the step cannot use."""
    return {
        Step.LOCATION: _("Please choose a place from the list."),
        Step.CATEGORY: _("Please choose from the list."),
        Step.SERVICE: _("Please choose a service from the list."),
        Step.SPECIALIST: _("Please choose a specialist from the list."),
        Step.WINDOWS: _("Please choose a time, or type a day: 25.11 or tomorrow."),
        Step.DAY: _("Please choose a day, or type it: 25.11 or tomorrow."),
        Step.TIME: _("Please choose a time, or type it: 15:30."),
        Step.WAIT: _("Please press a button: which time would suit you?"),
        Step.MORE: _("Please choose a service from the list."),
        Step.COMMENT: _("Please type the comment in one message."),
        Step.PROMO: _("Please type the promo code."),
        Step.RHYTHM: _("Please choose how often, or type the number of weeks: 2."),
        Step.TIMES: _("Please choose how many visits, or type the number: 5."),
        Step.PLAN: _("Please press a button below, or type another day and time."),
        Step.SWAP: _("Please choose a time, or type a day and a time: 25.11 15:30."),
        Step.CONFIRM: _("Please press a button below to book or to go back."),
    }[step]


def why_not(state: str) -> str:
    """Why a day of the calendar cannot be chosen."""
    return {
        "full": _("Everything is taken on this day."),
        "closed": _("We are closed on this day."),
        "past": _("This day is over."),
        "beyond": _("Booking for this day has not opened yet."),
    }[state]


def lost() -> str:
    return _("That booking was not finished in time. Let's start afresh.")


def other_draft() -> str:
    return _("This button belongs to an earlier booking. Here is the current one.")


def already_then() -> str:
    return _("The visit is at that time already. Here are other times.")


def already_made() -> str:
    return _("This is already booked.")


def time_not_free(nearest: Sequence[str], *, is_a_start: bool) -> str:
    """``nearest``: one or two free times around the one that was typed; ``is_a_start``: visits begin at such times."""
    head = _("That time is not free.") if is_a_start else _("Visits do not start at that time.")
    if not nearest:
        return head
    return head + " " + _("The nearest: %(times)s.") % {"times": ", ".join(nearest)}


def place_gone() -> str:
    return _("This place takes no bookings any more.")


def specialist_gone() -> str:
    return _("This specialist takes no bookings any more. Here is who does.")


def hint(name: str) -> str:
    """What a cell that only shows something says when it is pressed."""
    return {
        "first": _("Earlier days are over."),
        "last": _("Booking further ahead has not opened yet."),
        "part_am": _("Times before 12:00"),
        "part_day": _("Times from 12:00 to 17:00"),
        "part_pm": _("Times from 17:00"),
    }.get(name, _("Choose a day with a number."))
