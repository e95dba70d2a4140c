"""What can be chosen in the booking flow: synchronous, called in a database thread, one hop for a whole screen."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.exceptions import ServiceUnavailable
from bookings.queries.bookings import past_bookings, upcoming_bookings
from bookings.queries.catalog import list_locations, list_services, list_specialists
from bookings.queries.look import one_look
from bookings.read_models import LocationCard, ServiceCard, SpecialistCard, Text
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft, new_draft
from telegram_ui.geography import Point, distance_km
from telegram_ui.views.format import local_date

#: Up to this many services are offered at once; more are asked for by category first.
FEW_SERVICES = 12


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


def wished(
    actor: Actor, client_id: int, offers: Sequence[tuple[LocationCard, ServiceCard]], *, here: int | None = None
) -> Draft:
    """A booking of the first of the ``offers`` (in the order of ``places_to_book``), or of the one ``here``.

    Where several places have that service and none is known to the client, the place stays open: it is asked for next.
    """
    place, service = next((offer for offer in offers if offer[0].id == here), offers[0])
    places = [one for one, card in offers if card.id == service.id]
    draft = new_draft(client_id)
    if len(places) > 1 and place.id not in (here, known_place(actor, client_id)):
        return replace(draft, service_ids=(service.id,))
    return draft.with_location(place.id).with_category(service.category_id).with_service(service.id)


def first_step(draft: Draft) -> Step:
    """Where a booking goes on of which something is known already."""
    if draft.location_id is None:
        return Step.LOCATION
    return Step.WINDOWS if draft.service_ids else Step.CATEGORY


def at_place(draft: Draft, location_id: int) -> Draft:
    """The booking at that place. What was wished for before there was a place stays, where it is to be had there."""
    there = draft.with_location(location_id)
    if draft.location_id is not None:
        return there
    found = next((card for card in list_services(location_id=location_id) if card.id in draft.service_ids), None)
    return there.with_category(found.category_id).with_service(found.id) if found else there


def places_of(draft: Draft, actor: Actor) -> tuple[LocationCard, ...]:
    """Places to choose from: those that have what was wished for, if that was said before the place, and to a
    specialist who books for somebody else those where they give something themselves.
    """
    cards = list_locations()
    if draft.location_id is None and draft.service_ids:
        cards = tuple(card for card in cards if _has(card, draft.service_ids)) or cards
    if own_calendar(draft, actor) is not None:
        cards = tuple(card for card in cards if offered(draft.with_location(card.id), actor))
    return cards


def _has(place: LocationCard, service_ids: Collection[int]) -> bool:
    return any(card.id in service_ids for card in list_services(location_id=place.id))


def wished_names(draft: Draft, location_id: int) -> tuple[Text, ...]:
    """What was wished for before the place, as it is called there."""
    if draft.location_id is not None:
        return ()
    return tuple(card.name for card in list_services(location_id=location_id) if card.id in draft.service_ids)


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


def by_distance(cards: Sequence[LocationCard], near: Point) -> list[tuple[LocationCard, float]]:
    """Places with their distance in kilometres, nearest first; those nobody put on the map are left out."""
    placed = [
        (card, distance_km(near, (float(card.latitude), float(card.longitude))))
        for card in cards
        if card.latitude is not None and card.longitude is not None
    ]
    return sorted(placed, key=lambda pair: pair[1])
