"""Whom a campaign is for: its conditions with their values, chosen or typed, and how many people that are now."""

from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.queries.look import one_look
from notifications.campaigns.queries import count_audience, get_campaign
from notifications.campaigns.read_models import CampaignCard
from notifications.exceptions import WrongCampaignStatus
from telegram_ui.callbacks import AskCondition, SetCondition
from telegram_ui.editor.audience import BY_CODE, DAYS, TARGETS, shown, value_of, with_value
from telegram_ui.editor.kinds import NotUnderstood
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field
from telegram_ui.handlers.admin import composing
from telegram_ui.handlers.admin.campaign_card import REFUSALS, show_card
from telegram_ui.handlers.admin.editor.screens import looked
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import audience as keyboards
from telegram_ui.keyboards.editor import NOTHING
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import audience as views, campaigns as campaign_views
from telegram_ui.views.home import press_a_button


@one_look()
def conditions_screen(actor: Actor, card: CampaignCard) -> Screen:
    """Synchronous."""
    look, count = looked(actor, TARGETS), count_audience(actor=actor, audience=card.audience)
    text = views.ask(campaign_views.head(card), card.audience, count, look)
    keyboard = keyboards.conditions(card.id, card.audience, shown(card.audience, look), look)
    return Screen(f"campaign-ask:{card.id}", text, keyboard)


@one_look()
def values_screen(actor: Actor, card: CampaignCard, field: Field) -> Screen:
    """Synchronous."""
    look, count = _looking(actor, field), count_audience(actor=actor, audience=card.audience)
    text = views.ask_condition(campaign_views.head(card), field, card.audience, count, look)
    return Screen(f"campaign-ask:{card.id}", text, keyboards.values(card.id, card.audience, field, look))


def _looking(actor: Actor, field: Field) -> Look:
    return replace(looked(actor, field.kind.tos), bounds=DAYS)


async def show_audience(turn: Turn, card: CampaignCard, field: Field | None = None, *, toast: str = "") -> None:
    """What is typed next is understood as a value of ``field``."""
    if field is None:
        screen = await turn.run(conditions_screen, turn.actor, card)
    else:
        screen = await turn.run(values_screen, turn.actor, card, field)
    form = {"campaign": card.id, "field": field.code if field else ""}
    await turn.keep(at=Form.campaign_audience, form=form)
    await turn.show(screen, toast=toast)


async def on_condition(_query: CallbackQuery, callback_data: AskCondition, turn: Turn) -> None:
    card = await _asked(turn, callback_data.campaign_id)
    if card is not None:
        await show_audience(turn, card, _field(callback_data.field))


async def on_set(_query: CallbackQuery, callback_data: SetCondition, turn: Turn) -> None:
    """Codes say what is to become of a tick, so a second tap changes nothing."""
    field = _field(callback_data.field)
    card = await _asked(turn, callback_data.campaign_id)
    if card is not None:
        await _change(turn, card, field, code=callback_data.code)


async def typed_audience(turn: Turn, text: str) -> None:
    form = (await turn.data()).get("form") or {}
    asked = await composing.asked_about(turn)
    card = await _asked(turn, asked.id)
    if card is None:
        return
    if not form.get("field"):
        await show_audience(turn, card, toast=press_a_button())
        return
    await _change(turn, card, _field(str(form["field"])), text=text)


async def show_again(turn: Turn) -> bool:
    """The question somebody is at, as it is now; ``False`` where there is none."""
    if await turn.state.get_state() != Form.campaign_audience.state:
        return False
    form = (await turn.data()).get("form") or {}
    card = await composing.asked_about(turn)
    await show_audience(turn, card, BY_CODE.get(str(form.get("field", ""))))
    return True


async def _asked(turn: Turn, campaign_id: int) -> CampaignCard | None:
    """The campaign, while its audience can be changed; else its card is shown, with why not."""
    require_admin(turn)
    card = await turn.run(get_campaign, actor=turn.actor, campaign_id=campaign_id)
    if card.status in campaign_views.EDITABLE:
        return card
    error = WrongCampaignStatus("it has begun", status=card.status)
    await show_card(turn, card, toast=campaign_views.refusal(error))
    return None


def _field(code: str) -> Field:
    if code not in BY_CODE:
        raise Outdated
    return BY_CODE[code]


async def _change(turn: Turn, card: CampaignCard, field: Field, *, code: str = "", text: str = "") -> None:
    try:
        value = await turn.run(_value, turn.actor, card, field, code, text)
        asked = with_value(card.audience, field, value)
        card = card if asked == card.audience else await composing.update(turn, card, audience=asked)
    except NotUnderstood as error:
        await show_audience(turn, card, field, toast=error.text)
    except REFUSALS as error:
        now = await turn.run(get_campaign, actor=turn.actor, campaign_id=card.id)
        await show_card(turn, now, toast=campaign_views.refusal(error))
    else:
        await show_audience(turn, card, field)


def _value(actor: Actor, card: CampaignCard, field: Field, code: str, text: str) -> Any:
    """What was chosen by its ``code``, or typed. Synchronous. Raises NotUnderstood."""
    old, look = value_of(card.audience, field), _looking(actor, field)
    if not code:
        return field.kind.read(text, old, look)
    if code != NOTHING:
        return field.kind.pick(code, old, look)
    if not field.none:
        raise Outdated
    return field.kind.empty(old, look)


def router() -> Router:
    router = Router(name="audience")
    router.callback_query.register(on_condition, AskCondition.filter())
    router.callback_query.register(on_set, SetCondition.filter())
    return router
