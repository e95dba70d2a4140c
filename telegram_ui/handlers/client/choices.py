"""What the booking flow reads: synchronous, called in a database thread, one hop for a whole screen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import ServiceUnavailable
from bookings.queries.bookings import get_booking, past_bookings, upcoming_bookings
from bookings.queries.catalog import list_locations, list_services, list_specialists, specialist_names
from bookings.queries.look import one_look
from bookings.queries.users import company, get_user
from bookings.read_models import (
    BookingCard,
    DaySlots,
    DayState,
    LocationCard,
    PromotionQuote,
    ServiceCard,
    Slot,
    SpecialistCard,
)
from bookings.services.promotions import check_promotion
from bookings.slots.search import day_slots, nearest_slots, place_visit, range_slots
from telegram_ui.drafts import Draft, new_draft
from telegram_ui.geography import Point, distance_km
from telegram_ui.views.flow import Visit
from telegram_ui.views.format import local_date

#: Up to this many services are offered at once; more are asked for by category first.
FEW_SERVICES = 12
#: Specialists whose next free time is looked up for a list: each is a search of its own.
LOOKED_AHEAD = 8


def location_of(draft: Draft) -> LocationCard:
    """Raises ServiceUnavailable when the place has closed in the meantime."""
    for card in list_locations():
        if card.id == draft.location_id:
            return card
    raise ServiceUnavailable("location")


def asks_for_location() -> bool:
    return len(list_locations()) > 1


@one_look()
def fresh_draft(actor: Actor, client_id: int) -> Draft:
    """A new booking for the client, at the place they know where there is a choice of several."""
    draft = new_draft(client_id)
    place = known_place(actor, client_id) if asks_for_location() else None
    return draft if place is None else draft.with_location(place)


def known_place(actor: Actor, client_id: int) -> int | None:
    """Where the client goes next or went last, as long as that place takes bookings; specialists are not told."""
    if not actor.is_admin and actor.user_id != client_id:
        return None
    visits = upcoming_bookings(actor=actor, client_id=client_id, limit=1) or past_bookings(
        actor=actor, client_id=client_id, limit=1
    )
    there = {visit.location.id for visit in visits} & {card.id for card in list_locations()}
    return next(iter(there), None)


def places_to_book(actor: Actor, client_id: int) -> tuple[LocationCard, ...]:
    """All places, the one the client knows first."""
    known = known_place(actor, client_id)
    return tuple(sorted(list_locations(), key=lambda card: card.id != known))


def offered(draft: Draft, actor: Actor, *, category_id: int | None = None) -> tuple[ServiceCard, ...]:
    """Services to choose from; a specialist who books somebody else offers what they give themselves."""
    location_id = draft.location_id or 0
    services = list_services(location_id=location_id, category_id=category_id)
    own = own_calendar(draft, actor)
    if own is None:
        return services
    return tuple(
        card
        for card in services
        if own in {each.id for each in list_specialists(location_id=location_id, service_id=card.id)}
    )


def own_calendar(draft: Draft, actor: Actor) -> int | None:
    """The specialist whose calendar alone may be booked: of one who books for somebody else."""
    if actor.is_admin or draft.is_move or actor.user_id == draft.client_id:
        return None
    return actor.specialist_id


def asks_for_category(location_id: int) -> bool:
    services = list_services(location_id=location_id)
    return len(services) > FEW_SERVICES and len({card.category_id for card in services}) > 1


def services_of(draft: Draft) -> tuple[ServiceCard, ...]:
    """The chosen services as they are sold now. Raises ServiceUnavailable when one of them is not."""
    cards = {card.id: card for card in list_services(location_id=draft.location_id or 0)}
    missing = [service_id for service_id in draft.service_ids if service_id not in cards]
    if missing or not draft.service_ids:
        raise ServiceUnavailable("service", service_ids=missing)
    return tuple(cards[service_id] for service_id in draft.service_ids)


def specialists_of(draft: Draft) -> tuple[SpecialistCard, ...]:
    """Who can be chosen for the visit: only where it is one service."""
    if draft.location_id is None or len(draft.service_ids) != 1:
        return ()
    return list_specialists(location_id=draft.location_id, service_id=draft.service_ids[0])


def today_at(zone: str) -> date:
    return local_date(clock.now(), zone)


def addable(draft: Draft) -> tuple[ServiceCard, ...]:
    """What can be had in the same visit: the chosen ones first, then the rest in the catalogue's order."""
    services = list_services(location_id=draft.location_id or 0)
    chosen = {card.id: card for card in services if card.id in draft.service_ids}
    first = tuple(chosen[service_id] for service_id in draft.service_ids if service_id in chosen)
    # A class begins when it begins: it does not follow upon something else.
    rest = tuple(card for card in services if card.id not in chosen and card.capacity == 1)
    return first + rest


def may_add(draft: Draft) -> bool:
    """Whether the visit can be of several services: not where it is moved, nor a class."""
    if draft.is_move or not draft.service_ids:
        return False
    cards = addable(draft)
    return len(cards) > 1 and all(card.capacity == 1 for card in cards if card.id in draft.service_ids)


def quote(draft: Draft, actor: Actor, slot: Slot | None = None) -> PromotionQuote | None:
    """What the promotion code makes of the price, if there is one: of the only specialist's at the chosen time.

    ``slot``: that time, where it was looked up already. Raises PromotionRefused, ServiceUnavailable.
    """
    if not draft.promo_code or draft.is_move:
        return None
    draft = draft.as_told
    if draft.starts_at is not None and draft.specialist_id is None and len(draft.service_ids) == 1:
        slot = slot or chosen_slot(draft, location_of(draft).zone)
        card = only_specialist(draft, slot) if slot else None
        draft = draft.with_specialist(card.id) if card else draft
    return check_promotion(
        actor=actor,
        code=draft.promo_code,
        client_id=draft.client_id,
        location_id=draft.location_id or 0,
        items=draft.items,
    )


def first_free(draft: Draft, cards: Sequence[SpecialistCard]) -> dict[int, datetime]:
    """When each of the first few specialists is free next."""
    found: dict[int, datetime] = {}
    for card in cards[:LOOKED_AHEAD]:
        for slot in nearest(draft.with_specialist(card.id), limit=1):
            found[card.id] = slot.starts_at
    return found


def by_distance(cards: Sequence[LocationCard], near: Point) -> list[tuple[LocationCard, float]]:
    """Places with their distance in kilometres, nearest first; those nobody put on the map are left out."""
    placed = [
        (card, distance_km(near, (float(card.latitude), float(card.longitude))))
        for card in cards
        if card.latitude is not None and card.longitude is not None
    ]
    return sorted(placed, key=lambda pair: pair[1])


def visit_of(draft: Draft, actor: Actor) -> Visit:
    """What is being booked, or moved, with its price. Raises ServiceUnavailable, NotFound."""
    if draft.booking_id is not None:
        return _moving(get_booking(actor=actor, booking_id=draft.booking_id), draft, actor)
    location = location_of(draft)
    services = services_of(draft)
    minutes = sum(card.duration_minutes for card in services)
    price = sum((card.price for card in services), start=services[0].price * 0)
    varies = any(card.price_varies for card in services)
    specialist = None
    if draft.specialist_id is not None:
        chosen = [card for card in specialists_of(draft) if card.id == draft.specialist_id]
        if len(services) == 1:
            if not chosen:
                raise ServiceUnavailable("specialist", specialist_id=draft.specialist_id)
            specialist = chosen[0].name
            minutes = chosen[0].duration_minutes or minutes
            price, varies = chosen[0].price if chosen[0].price is not None else price, False
    return Visit(
        location=location,
        services=tuple(card.name for card in services),
        specialist=specialist,
        minutes=minutes,
        price=price,
        price_varies=varies,
        currency=services[0].currency,
        names_place=asks_for_location(),
        comment=draft.comment,
        client=client_name(draft, actor),
    )


def client_name(draft: Draft, actor: Actor) -> str | None:
    """Whom staff book for; ``None`` for who books for themselves."""
    return None if draft.client_id == actor.user_id else get_user(user_id=draft.client_id).name


def _moving(booking: BookingCard, draft: Draft, actor: Actor) -> Visit:
    """Price, length and names of a booking that is moved are what was agreed on, whatever the catalogue says now.

    A specialist reads of what they give, and that the rest moves with it.
    """
    mine = None if actor.is_admin or actor.user_id == booking.client.id else actor.specialist_id
    part = booking.part_of(mine)
    specialist = None
    if draft.specialist_id is not None:
        names = {item.specialist_id: item.specialist_name for item in booking.items}
        names |= {card.id: card.name for card in specialists_of(draft)}
        specialist = names.get(draft.specialist_id)
    return Visit(
        location=booking.location,
        services=tuple(item.service_name for item in part.items),
        specialist=specialist,
        minutes=int((booking.ends_at - booking.starts_at).total_seconds() // 60),
        price=booking.price,
        price_varies=False,
        currency=booking.currency,
        moving=booking,
        is_shared=part.items != booking.items,
    )


def as_given(visit: Visit, draft: Draft) -> tuple[Visit, Draft, datetime]:
    """Who gives each service at the chosen time, and so what it costs; when it ends. The draft keeps who.

    Raises SlotTaken, ServiceUnavailable.
    """
    assert draft.starts_at is not None  # noqa: S101 - a time was chosen
    placed = place_visit(
        location_id=draft.location_id or 0,
        items=draft.items,
        starts_at=draft.starts_at,
        client_id=draft.client_id,
        bypass_notice=draft.by_staff,
    )
    who = tuple(item.specialist_id for item in placed)
    names = specialist_names(set(who))
    told = replace(
        visit,
        price=sum((item.price for item in placed), Decimal(0)),
        price_varies=False,
        specialist=names.get(who[0]) if len(set(who)) == 1 else None,
        given=tuple((item.starts_at, names[item.specialist_id]) for item in placed) if len(set(who)) > 1 else (),
    )
    return told, replace(draft, given_by=who), placed[-1].ends_at


def with_only_specialist(visit: Visit, draft: Draft, slot: Slot) -> Visit:
    """Where just one person can take the visit at that time, the summary names them and their price."""
    card = only_specialist(draft, slot)
    if card is None:
        return visit
    if visit.moving or card.price is None:
        return replace(visit, specialist=card.name)
    return replace(visit, specialist=card.name, price=card.price, price_varies=False)


def only_specialist(draft: Draft, slot: Slot) -> SpecialistCard | None:
    """Who gives the one service of the visit, where nobody else can at that time."""
    if len(slot.specialist_ids) != 1:
        return None
    return next((card for card in specialists_of(draft) if card.id == slot.specialist_ids[0]), None)


def nearest(draft: Draft, limit: int = 6) -> tuple[Slot, ...]:
    """The next times; the one a moved visit has gives way to the time that follows on its day, else to a later one."""
    found = _nearest(draft, limit)
    others = _elsewhere(draft, found)
    if len(others) == len(found) or draft.now_at is None:
        return others
    for slot in on_day(draft, local_date(draft.now_at, location_of(draft).zone)).slots:
        if slot.starts_at > draft.now_at and slot not in others:
            return tuple(sorted((*others, slot), key=lambda each: each.starts_at))
    return _elsewhere(draft, _nearest(draft, limit + 1))[:limit]


def _elsewhere(draft: Draft, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """``slots`` without what a moved visit has already: its time with its specialists."""
    if draft.now_at is None:
        return tuple(slots)
    return tuple(left for slot in slots if (left := _but_now(draft, slot)) is not None)


def _but_now(draft: Draft, slot: Slot) -> Slot | None:
    """``slot`` with those who would be a change, if anybody would."""
    if not replace(draft, starts_at=slot.starts_at).stays:
        return slot
    if len(draft.now_with) != 1 or draft.specialist_id is not None:
        return None
    others = tuple(each for each in slot.specialist_ids if each not in draft.now_with)
    return replace(slot, specialist_ids=others) if others else None


def _day_elsewhere(draft: Draft, day: DaySlots) -> DaySlots:
    slots = _elsewhere(draft, day.slots)
    return replace(day, slots=slots, state=day.state if slots or not day.slots else DayState.FULL)


def _nearest(draft: Draft, limit: int) -> tuple[Slot, ...]:
    return nearest_slots(
        location_id=draft.location_id or 0,
        items=draft.items,
        limit=limit,
        client_id=draft.client_id,
        ignore_booking_id=draft.booking_id,
        bypass_notice=draft.by_staff,
    )


def on_day(draft: Draft, day: date) -> DaySlots:
    found = day_slots(
        location_id=draft.location_id or 0,
        items=draft.items,
        day=day,
        client_id=draft.client_id,
        ignore_booking_id=draft.booking_id,
        bypass_notice=draft.by_staff,
    )
    return _day_elsewhere(draft, found)


def in_month(draft: Draft, month: date) -> tuple[DaySlots, ...]:
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return between(draft, month.replace(day=1), after - timedelta(days=1))


def between(draft: Draft, first: date, last: date) -> tuple[DaySlots, ...]:
    days = range_slots(
        location_id=draft.location_id or 0,
        items=draft.items,
        date_from=first,
        date_to=last,
        client_id=draft.client_id,
        ignore_booking_id=draft.booking_id,
        bypass_notice=draft.by_staff,
    )
    return tuple(_day_elsewhere(draft, day) for day in days)


def around(starts: Sequence[datetime], wanted: datetime) -> tuple[datetime, ...]:
    """The last of the free times (in order) before ``wanted`` and the first one after it, as far as there are."""
    before = [at for at in starts if at < wanted][-1:]
    after = [at for at in starts if at > wanted][:1]
    return (*before, *after)


def is_a_start(wanted: datetime) -> bool:
    """Whether visits begin at such a time of day at all; ``wanted`` is on the wall clock of the place."""
    return not (wanted.hour * 60 + wanted.minute) % company().slot_step_minutes


def chosen_slot(draft: Draft, zone: str) -> Slot | None:
    """The slot of the chosen time, if it is still free."""
    if draft.starts_at is None:
        return None
    slots = on_day(draft, local_date(draft.starts_at, zone)).slots
    return next((slot for slot in slots if slot.starts_at == draft.starts_at), None)


def like_before(booking: BookingCard, draft: Draft) -> Slot | None:
    """When to offer a visit again: the same weekday and time within three weeks, else the nearest time there is."""
    zone = booking.location.zone
    today = today_at(zone)
    was = local_date(booking.starts_at, zone)
    first = today + timedelta(days=(was.weekday() - today.weekday()) % 7)
    clock_then = booking.starts_at.astimezone(ZoneInfo(zone)).time()
    for week in range(3):
        for slot in on_day(draft, first + timedelta(weeks=week)).slots:
            if slot.starts_at.astimezone(ZoneInfo(zone)).time() == clock_then:
                return slot
    return next(iter(nearest(draft, limit=1)), None)
