"""Steps that ask what is booked: the place, the category, the service, one more, the specialist. Synchronous."""

from dataclasses import replace
from math import inf

from bookings.queries.catalog import list_categories
from bookings.read_models import LocationCard
from telegram_ui.callbacks import ClientAct, OnClient, Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times, summary
from telegram_ui.handlers.client.opening import Opened, Request, Skip, screen
from telegram_ui.keyboards import flow as keyboards
from telegram_ui.screen import Screen
from telegram_ui.stored_pictures import initials, stored
from telegram_ui.views import flow as views
from telegram_ui.views.format import plain


def location(request: Request) -> Opened | Skip:
    cards = choices.places_of(request.draft, request.actor)
    if len(cards) == 1:
        if request.back:
            return Skip(request.draft, None)
        there = _at(request.draft, cards[0].id)
        return Skip(there, choices.first_step(there))
    if not cards:
        return Opened(request.draft, Step.LOCATION, _nothing(request, _begun_at(request)))
    distances = None
    if request.near and (sorted_out := choices.by_distance(cards, request.near)):
        distances = {card.id: far for card, far in sorted_out}
        cards = tuple(sorted(cards, key=lambda card: distances.get(card.id, inf)))
    wished = choices.wished_names(request.draft, cards[0].id)
    text = views.choose_location(cards, distances, summary.client_name(request.draft, request.actor), wished)
    keyboard = keyboards.locations(request.draft.id, cards, _begun_at(request))
    return screen(request, Step.LOCATION, text, keyboard)


def _begun_at(request: Request) -> OnClient | None:
    """The card of the client whom staff book for; ``None``: the booking began in the menu."""
    draft = request.draft
    if draft.client_id == request.actor.user_id:
        return None
    return OnClient(client_id=draft.client_id, act=ClientAct.OPEN)


def _at(draft: Draft, location_id: int) -> Draft:
    return draft if draft.location_id == location_id else choices.at_place(draft, location_id)


def _nothing(request: Request, back: Step | OnClient | None) -> Screen:
    """``back``: to where something else can be chosen, or to the client whom it was for."""
    keyboard = keyboards.start_again() if back is None else keyboards.nothing(request.draft.id, back)
    return Screen(f"step:{request.draft.id}:none", views.no_services(), keyboard)


def _before_services(request: Request) -> Step | OnClient | None:
    """What was asked before: the place, where there is a choice, else whatever the booking began at."""
    return Step.LOCATION if len(choices.places_of(request.draft, request.actor)) > 1 else _begun_at(request)


def category(request: Request) -> Opened | Skip:
    draft = request.draft
    location = choices.location_of(draft)
    if not choices.asks_for_category(location.id):
        return Skip(draft, Step.LOCATION if request.back else Step.SERVICE)
    cards = list_categories(location_id=location.id)
    text = views.choose_category(cards, _place_of_choice(location), summary.client_name(draft, request.actor))
    back = _before_services(request)
    return screen(request, Step.CATEGORY, text, keyboards.categories(draft.id, cards, back))


def _place_of_choice(location: LocationCard) -> LocationCard | None:
    """To be named where it is one of several: it may have been assumed from the last visit."""
    return location if choices.asks_for_location() else None


def service(request: Request) -> Opened | Skip:
    draft = request.draft
    location = choices.location_of(draft)
    asks_category = choices.asks_for_category(location.id)
    category_id = draft.category_id if asks_category else None
    cards = choices.offered(draft, request.actor, category_id=category_id)
    if asks_category and not cards:
        return Skip(draft.with_category(None), Step.CATEGORY)
    if not cards:
        return Opened(draft, Step.SERVICE, _nothing(request, _before_services(request)))
    if len(cards) == 1:
        if request.back:
            return Skip(draft, Step.CATEGORY)
        return Skip(draft.with_service(cards[0].id), Step.WINDOWS)
    back = Step.CATEGORY if asks_category else _before_services(request)
    text = views.choose_service(cards, _place_of_choice(location), summary.client_name(draft, request.actor))
    return screen(request, Step.SERVICE, text, keyboards.services(draft.id, cards, back))


def more(request: Request) -> Opened | Skip:
    draft = request.draft
    if not choices.may_add(draft):
        return Skip(draft, Step.SERVICE if request.back else Step.WINDOWS)
    visit = summary.visit_of(draft, request.actor)
    text = views.choose_more(visit, choices.today_at(visit.zone))
    keyboard = keyboards.more(draft.id, choices.addable(draft), draft.service_ids)
    return screen(request, Step.MORE, text, keyboard)


def specialist(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = summary.visit_of(replace(draft, specialist_ids=()), request.actor)
    cards = choices.specialists_of(draft)
    if not may_choose_specialist(request):
        return Skip(draft, Step.WINDOWS)
    first_free = free_times.first_free(draft, cards)
    text = views.choose_specialist(visit, cards, choices.today_at(visit.zone), first_free)
    return screen(request, Step.SPECIALIST, text, keyboards.specialists(draft.id, cards))


def portrait(request: Request) -> Opened | Skip:
    """One of those who can be chosen, with their picture; whoever is gone by now gives way to the first."""
    draft = request.draft
    if not may_choose_specialist(request):
        return Skip(draft, Step.WINDOWS)
    visit = summary.visit_of(replace(draft, specialist_ids=()), request.actor)
    cards = choices.specialists_of(draft)
    at = next((number for number, card in enumerate(cards) if card.id == draft.portrait_id), 0)
    card = cards[at]
    free = free_times.first_free(draft, (card,)).get(card.id)
    text = views.portrait(visit, card, choices.today_at(visit.zone), free)
    picture = stored(card.photo) if card.photo else initials(plain(card.name), card.id)
    keyboard = keyboards.portrait(draft.id, cards, at)
    return screen(request, Step.PORTRAIT, text, keyboard, picture=picture)


def may_choose_specialist(request: Request) -> bool:
    """Not where there is one, nor a specialist who books or moves a client's visit: other calendars are not theirs."""
    draft, actor = request.draft, request.actor
    if not actor.is_admin and actor.user_id != draft.client_id:
        return False
    return len(choices.specialists_of(draft)) > 1
