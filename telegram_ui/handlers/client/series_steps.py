"""Steps of a booking that repeats: how often, how many times, and the dates, before anything is written."""

from dataclasses import replace
from datetime import timedelta

from bookings.exceptions import PromotionRefused
from bookings.queries.bookings import upcoming_bookings
from bookings.queries.users import company
from bookings.read_models import RecurringPlan
from bookings.services.recurring import plan_recurring
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, summary, swap_times
from telegram_ui.handlers.client.opening import Opened, Request, Skip, screen
from telegram_ui.keyboards import series as keyboards
from telegram_ui.views import errors, series as views
from telegram_ui.views.format import local_date

#: Offered with a tap; any other number can be typed.
WEEKS = (1, 2, 3, 4)
TIMES = (2, 3, 4, 5, 6, 8, 10, 12)


def most_times(request: Request, weeks: int) -> int:
    """How many visits fit into the days and the number of bookings that a client may have."""
    draft, rules = request.draft, company()
    if draft.by_staff or draft.starts_at is None:
        return max(TIMES)
    zone = choices.location_of(draft).zone
    last = choices.today_at(zone) + timedelta(days=rules.horizon_days)
    fitting = (last - local_date(draft.starts_at, zone)).days // (7 * weeks) + 1
    if rules.max_open_bookings is None:
        return fitting
    ahead = upcoming_bookings(actor=request.actor, client_id=draft.client_id, limit=rules.max_open_bookings)
    return min(fitting, rules.max_open_bookings - len(ahead))


def rhythm(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.starts_at is None or draft.is_move:
        return Skip(draft, Step.CONFIRM)
    visit = summary.visit_of(draft, request.actor)
    weeks = [number for number in WEEKS if most_times(request, number) >= min(TIMES)]
    text = views.ask_rhythm(visit, draft.starts_at, choices.today_at(visit.zone), offered=bool(weeks))
    return screen(request, Step.RHYTHM, text, keyboards.rhythm(draft.id, weeks))


def times(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.every_weeks is None:
        return Skip(draft, Step.RHYTHM)
    visit = summary.visit_of(draft, request.actor)
    most = most_times(request, draft.every_weeks)
    counts = [count for count in TIMES if count <= most]
    text = views.ask_times(visit, draft.every_weeks, choices.today_at(visit.zone))
    return screen(request, Step.TIMES, text, keyboards.times(draft.id, counts))


def plan(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.starts_at is None:
        return Skip(draft, Step.WINDOWS)
    if draft.every_weeks is None or draft.times is None:
        return Skip(draft, Step.RHYTHM if draft.every_weeks is None else Step.TIMES)
    visit = summary.visit_of(draft, request.actor)
    draft, notice = replace(draft, code_waits=False), ""
    try:
        found = _planned(request, draft)
    except PromotionRefused as error:
        if error.details.get("visit", 1) != 1:  # it holds for one, and stays for who comes only once
            draft, notice = replace(draft, code_waits=True), views.code_not_for_all(draft.promo_code)
        else:
            draft, notice = replace(draft, promo_code=""), errors.text_of(error)
        found = _planned(request, draft)
    text = views.plan(visit, found, draft, choices.today_at(visit.zone))
    keyboard = keyboards.plan(draft.id, found, visit.zone)
    # Where no date is free there is nothing to say yes to.
    asks = len(found.conflicts) < len(found.visits)
    opened = screen(replace(request, draft=draft), Step.PLAN, text, keyboard, asks=asks)
    return replace(opened, screen=opened.screen.with_notice(notice)) if opened.screen else opened


def swap(request: Request) -> Opened | Skip:
    """Free times near the date of one visit: of the day that was asked for, else of the date's own or the nearest."""
    draft, number = request.draft, request.draft.swap_visit
    if draft.starts_at is None or draft.every_weeks is None or draft.times is None:
        return Skip(draft, Step.PLAN)
    if number is None or number > draft.times:
        return Skip(draft, Step.PLAN)
    visit = summary.visit_of(draft, request.actor)
    found = swap_times.near(draft, number)
    day = swap_times.day_of(draft, number, found)
    text = views.swap(visit, draft, found.own, day, choices.today_at(visit.zone))
    keyboard = keyboards.swap(
        draft.id, number, found.on(day), found.free_days,
        zone=visit.zone, part=draft.part, day=day, is_swapped=number in dict(draft.swaps),
    )  # fmt: skip
    return screen(request, Step.SWAP, text, keyboard)


def _planned(request: Request, draft: Draft) -> RecurringPlan:
    assert draft.starts_at and draft.every_weeks and draft.times  # noqa: S101, PT018 - the step checks them
    return plan_recurring(
        actor=request.actor,
        client_id=draft.client_id,
        location_id=draft.location_id or 0,
        items=draft.items,
        starts_at=draft.starts_at,
        every_weeks=draft.every_weeks,
        times=draft.times,
        swaps=dict(draft.swaps),
        promo_code=draft.code_of_series,
    )
