"""What a draft comes to: its services and who gives them, how long it takes and what it costs. Synchronous."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bookings.actor import Actor
from bookings.exceptions import ServiceUnavailable
from bookings.queries.bookings import get_booking
from bookings.queries.catalog import specialist_names
from bookings.queries.users import get_user
from bookings.read_models import BookingCard, PromotionQuote, Slot, SpecialistCard
from bookings.services.promotions import check_promotion
from bookings.services.reschedule_booking import preview_move
from bookings.slots.search import place_visit
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client.choices import asks_for_location, location_of, services_of, specialists_of
from telegram_ui.handlers.client.free_times import chosen_slot
from telegram_ui.views.visit import Visit


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
        ignore_booking_id=draft.booking_id,
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


def as_moved(visit: Visit, draft: Draft, actor: Actor, slot: Slot) -> tuple[Visit, Draft]:
    """Who gives the moved visit, where that was left open, and what it will cost. The draft keeps who.

    Raises SlotTaken, SlotUnavailable, ServiceUnavailable.
    """
    booking_id = draft.booking_id
    assert booking_id is not None  # noqa: S101 - it is a move
    if None in draft.specialist_ids and len(draft.service_ids) > 1:
        given, draft, _ends_at = as_given(visit, replace(draft, starts_at=slot.starts_at))
        cost = preview_move(
            actor=actor, booking_id=booking_id, starts_at=slot.starts_at, specialist_ids=draft.given_by
        )
        return replace(given, price=cost.price), draft
    who = draft.specialist_id
    if None in draft.specialist_ids:
        now = [each for each in slot.specialist_ids if each in draft.now_with]
        who = (now or slot.specialist_ids)[0]
        draft = replace(draft, given_by=(who,) * len(draft.service_ids))
        visit = replace(visit, specialist=specialist_names({who}).get(who))
    told = preview_move(actor=actor, booking_id=booking_id, starts_at=slot.starts_at, specialist_id=who)
    return replace(visit, price=told.price), draft


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
