"""Questions of the booking flow, one function a step."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import CategoryCard, LocationCard, ServiceCard, SpecialistCard, Text
from telegram_ui.views.format import (
    bold,
    capital,
    distance,
    duration,
    long_date,
    moment_inside,
    month_title,
    plain,
    price,
    rating,
    safe,
    short,
)
from telegram_ui.views.visit import Visit, at_place, for_client, header

#: Lines of a list that surely fit a message; the buttons below go on.
LISTED = 30
#: Letters of what a specialist says of themselves: a text under a picture has 1024 at most.
ABOUT = 600


def choose_location(
    locations: Sequence[LocationCard],
    distances: Mapping[int, float] | None = None,
    client: str | None = None,
    wished: Sequence[Text] = (),
) -> str:
    """``distances``: kilometres by location, where the person has told where they are; ``client``: whom staff book for;
    ``wished``: what they have chosen already.
    """
    what = "".join(f"\n✨ {safe(name)}" for name in wished)
    ask = _("Where would you like to come?") if client is None else _("Where will the visit be?")
    lines = [bold(ask) + what + for_client(client), ""]
    for location in locations:
        address = f" – {safe(location.address)}" if plain(location.address) else ""
        far = f" · {distance(distances[location.id])}" if distances and location.id in distances else ""
        lines.append(f"📍 {safe(location.name)}{address}{far}")
    if client is None and distances is None and any(location.latitude is not None for location in locations):
        lines += ["", "<i>" + _("Send your location with 📎, and the nearest comes first.") + "</i>"]
    return "\n".join(lines)


def choose_category(
    categories: Sequence[CategoryCard],  # noqa: ARG001 - the buttons carry them
    place: LocationCard | None,
    client: str | None = None,
) -> str:
    """``place``: where it is one of several; ``client``: whom staff book for."""
    return bold(_("What would you like to book?")) + at_place(place) + for_client(client)


def choose_service(services: Sequence[ServiceCard], place: LocationCard | None, client: str | None = None) -> str:
    """``place``: where it is one of several; ``client``: whom staff book for."""
    lines = [bold(_("Choose a service")) + at_place(place) + for_client(client), ""]
    for service in services[:LISTED]:
        cost = price(service.price, service.currency, varies=service.price_varies)
        lines.append(
            f"• {escape(short(service.name, 60), quote=False)} – {duration(service.duration_minutes)}, {cost}"
        )
    return "\n".join(lines)


def choose_more(visit: Visit, today: date) -> str:
    return f"{header(visit, today)}\n\n" + _("What else shall we do in the same visit? Press a service to add it.")


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
    costs = [_cost_with(specialist, visit) for specialist in specialists]
    prices_differ = len(set(costs)) > 1
    for specialist, amount in list(zip(specialists, costs, strict=True))[:LISTED]:
        lines = [_name_and_facts(specialist, amount if prices_differ else None, visit)]
        if plain(specialist.bio):
            lines.append(escape(short(specialist.bio, 80), quote=False))
        if specialist.id in first_free:
            lines.append(_free(first_free[specialist.id], visit, today))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def portrait(visit: Visit, specialist: SpecialistCard, today: date, free: datetime | None) -> str:
    """Under their picture. ``free``: when they are free next."""
    names = ", ".join(safe(name) for name in visit.services)
    lines = [_name_and_facts(specialist, _cost_with(specialist, visit), visit), names]
    if free is not None:
        lines.append(_free(free, visit, today))
    about = f"\n\n{escape(short(specialist.bio, ABOUT), quote=False)}" if plain(specialist.bio) else ""
    return "\n".join(lines) + about


def _name_and_facts(specialist: SpecialistCard, amount: Decimal | None, visit: Visit) -> str:
    facts = [f"<b>{escape(short(specialist.name, 40), quote=False)}</b>"]
    if specialist.rating is not None:
        facts.append(rating(specialist.rating, specialist.review_count))
    if amount is not None:
        facts.append(price(amount, visit.currency))
    return " · ".join(facts)


def _free(at: datetime, visit: Visit, today: date) -> str:
    return _("Free: %(when)s") % {"when": moment_inside(at, visit.zone, today)}


def _cost_with(specialist: SpecialistCard, visit: Visit) -> Decimal | None:
    """A visit that moves costs what was agreed on as long as its specialist stays."""
    agreed = {item.specialist_id: item.price for item in visit.moving.items} if visit.moving else {}
    return agreed.get(specialist.id, specialist.price)


def choose_day(visit: Visit, month: date, today: date, *, has_free: bool) -> str:
    ask = _("Choose a day") if has_free else _("No free days in this month")
    legend = _("Digits: free · ✕: full · –: closed · dot: over or not open yet")
    return f"{header(visit, today)}\n\n<b>{month_title(month)}.</b> {ask}\n<i>{legend}</i>"


def choose_time(visit: Visit, day: date, today: date, *, found: bool, seats: bool) -> str:
    """``seats``: the buttons tell how many are left."""
    head = f"{header(visit, today)}\n\n<b>{capital(long_date(day, today))}</b>"
    if not found:
        return f"{head}\n" + _("No free times left. Look at another day.")
    legend = "\n<i>" + _("In brackets: places left.") + "</i>" if seats else ""
    return f"{head}\n" + _("Choose a time") + legend
