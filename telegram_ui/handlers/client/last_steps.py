"""The summary before a visit is booked, and what can be added to it. Synchronous."""

from dataclasses import replace

from bookings.exceptions import PromotionRefused, SlotTaken, SlotUnavailable
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times, summary
from telegram_ui.handlers.client.opening import Opened, Request, Skip, screen
from telegram_ui.keyboards import flow as keyboards
from telegram_ui.views import errors, flow as views, flow_words as words, visit as visit_views


def confirm(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.starts_at is None:
        return Skip(draft, Step.WINDOWS)
    if draft.every_weeks is not None and draft.times is not None:
        return Skip(draft, Step.PLAN)
    visit = summary.visit_of(draft, request.actor)
    slot = free_times.chosen_slot(draft, visit.zone)
    if slot is None:
        return lost(draft, words.already_then() if draft.stays else errors.TEXTS["slot_taken"]({}))
    if visit.specialist is None:
        visit = summary.with_only_specialist(visit, draft, slot)
    notice, ends_at = "", slot.ends_at
    draft = replace(draft, given_by=())
    if draft.is_move:
        try:
            visit, draft = summary.as_moved(visit, draft, request.actor, slot)
        except (SlotTaken, SlotUnavailable) as error:
            return lost(draft, errors.text_of(error))
    elif visit.price_varies or len(draft.service_ids) > 1:
        try:
            visit, draft, ends_at = summary.as_given(visit, draft)
        except SlotTaken as error:
            return lost(draft, errors.text_of(error))
    try:
        visit = replace(visit, promotion=summary.quote(draft, request.actor, slot))
    except PromotionRefused as error:  # it ended in between, or is not for what is booked now
        draft, notice = replace(draft, promo_code=""), errors.text_of(error)
    keyboard = keyboards.confirm(
        draft.id,
        back=Step.WINDOWS if draft.quick else Step.TIME,
        moving=visit.moving is not None,
        comment=bool(draft.comment),
        promo=bool(draft.promo_code),
        by_hand=visit.client is not None,
    )
    text = visit_views.confirm(visit, slot.starts_at, ends_at, choices.today_at(visit.zone))
    opened = screen(replace(request, draft=draft), Step.CONFIRM, text, keyboard, asks=True)
    return replace(opened, screen=opened.screen.with_notice(notice)) if opened.screen else opened


def comment(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = summary.visit_of(draft, request.actor)
    text = views.ask_comment(visit, choices.today_at(visit.zone))
    return screen(
        request, Step.COMMENT, text, keyboards.to_be_typed(draft.id, Step.COMMENT, given=bool(draft.comment))
    )


def promo(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = summary.visit_of(draft, request.actor)
    text = views.ask_promo(visit, choices.today_at(visit.zone))
    return screen(
        request, Step.PROMO, text, keyboards.to_be_typed(draft.id, Step.PROMO, given=bool(draft.promo_code))
    )


def lost(draft: Draft, notice: str) -> Skip:
    """Fresh times where the lost one was chosen, under a short explanation; the draft is kept."""
    step = Step.WINDOWS if draft.quick or draft.day is None else Step.TIME
    return Skip(replace(draft, starts_at=None), step, notice)
