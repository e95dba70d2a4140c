"""Messages to many: the list, a card, and what is done to a campaign. What is typed and sent stands in composing.py."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiogram import Router
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from bookings.exceptions import StaleVersion
from notifications.campaigns.control import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    start_campaign,
)
from notifications.campaigns.drafts import send_test
from notifications.campaigns.queries import get_campaign, list_campaigns, progress
from notifications.campaigns.read_models import CampaignCard
from notifications.events import CampaignStatus
from notifications.exceptions import WrongCampaignStatus
from telegram_ui.callbacks import CampaignAct, CampaignsPage, OnCampaign, SendCampaign
from telegram_ui.followers import Follower, follow
from telegram_ui.handlers.admin import audience, composing
from telegram_ui.handlers.admin.campaign_card import REFUSALS, show_card
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import campaigns as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import campaigns as views

PAGE = 5
#: Questions that make sense only before a campaign has begun; what acts, the services refuse.
_BEFORE = frozenset(
    {
        CampaignAct.ASK_RU,
        CampaignAct.ASK_EN,
        CampaignAct.BUTTON,
        CampaignAct.AUDIENCE,
        CampaignAct.ASK_TIME,
        CampaignAct.ASK_START,
    }
)


async def show_campaigns(turn: Turn, *, page: int = 0) -> None:
    require_admin(turn)
    found = await turn.run(list_campaigns, actor=turn.actor, limit=PAGE + 1, offset=page * PAGE)
    if not found and page:
        raise Outdated
    await turn.keep(at=None, form=None)
    keyboard = keyboards.page(found[:PAGE], page=page, has_more=len(found) > PAGE)
    await turn.show(Screen(f"campaigns:{page}", views.page(found[:PAGE]), keyboard))


async def on_page(_query: CallbackQuery, callback_data: CampaignsPage, turn: Turn) -> None:
    await show_campaigns(turn, page=callback_data.page)


async def on_campaign(_query: CallbackQuery, callback_data: OnCampaign, turn: Turn) -> None:
    require_admin(turn)
    card = await turn.run(get_campaign, actor=turn.actor, campaign_id=callback_data.campaign_id)
    try:
        if callback_data.act in _BEFORE and card.status not in views.EDITABLE:
            raise WrongCampaignStatus("it has begun", status=card.status)
        await _ACTS[callback_data.act](turn, card)
    except REFUSALS as error:
        card = await turn.run(get_campaign, actor=turn.actor, campaign_id=card.id)
        await show_card(turn, card, toast=views.refusal(error))


async def _preview(turn: Turn, card: CampaignCard) -> None:
    await _show(turn, f"campaign-ask:{card.id}", views.preview(card), keyboards.back_to(card.id))


async def _test(turn: Turn, card: CampaignCard) -> None:
    await turn.run(send_test, actor=turn.actor, campaign_id=card.id, idempotency_key=turn.key)
    await show_card(turn, card, toast=views.tested())


async def _no_time(turn: Turn, card: CampaignCard) -> None:
    now = await turn.run(
        schedule_campaign, actor=turn.actor, campaign_id=card.id, at=None, idempotency_key=turn.key
    )
    await show_card(turn, now, toast=views.saved())


async def _ask_start(turn: Turn, card: CampaignCard) -> None:
    await composing.ask_sure(turn, card, None)


async def on_send(_query: CallbackQuery, callback_data: SendCampaign, turn: Turn) -> None:
    """What was agreed to is sent, and nothing that it became since; a second tap finds it done."""
    require_admin(turn)
    card = await turn.run(get_campaign, actor=turn.actor, campaign_id=callback_data.campaign_id)
    at = callback_data.moment
    if at is not None and (card.status, card.scheduled_at) == (CampaignStatus.SCHEDULED, at):
        await show_card(turn, card, toast=views.saved())
        return
    try:
        if card.status in views.EDITABLE and card.version != callback_data.version:
            raise StaleVersion("the button is older than the campaign")
        await (_start(turn, card) if at is None else _schedule(turn, card, at))
    except REFUSALS as error:
        card = await turn.run(get_campaign, actor=turn.actor, campaign_id=card.id)
        await show_card(turn, card, toast=views.refusal(error))


async def _start(turn: Turn, card: CampaignCard) -> None:
    """Started twice is started once: the key is the campaign's own, as it begins but once."""
    key = f"start:{card.id}"
    now = await turn.run(start_campaign, actor=turn.actor, campaign_id=card.id, idempotency_key=key)
    await show_card(turn, now, toast=views.started())


async def _schedule(turn: Turn, card: CampaignCard, at: datetime) -> None:
    now = await turn.run(schedule_campaign, actor=turn.actor, campaign_id=card.id, at=at, idempotency_key=turn.key)
    await show_card(turn, now, toast=views.saved())


async def _pause(turn: Turn, card: CampaignCard) -> None:
    now = await turn.run(pause_campaign, actor=turn.actor, campaign_id=card.id, idempotency_key=turn.key)
    await show_card(turn, now)


async def _resume(turn: Turn, card: CampaignCard) -> None:
    now = await turn.run(resume_campaign, actor=turn.actor, campaign_id=card.id, idempotency_key=turn.key)
    await show_card(turn, now)


async def ask_cancel(turn: Turn, card: CampaignCard) -> None:
    await _show(turn, f"campaign-cancel:{card.id}", views.ask_cancel(card), keyboards.sure_cancel(card.id))


async def _cancel(turn: Turn, card: CampaignCard) -> None:
    now = await turn.run(
        cancel_campaign, actor=turn.actor, campaign_id=card.id, idempotency_key=f"cancel:{card.id}"
    )
    await show_card(turn, now)


async def _watch(turn: Turn, card: CampaignCard) -> None:
    if card.status not in views.BEGUN:
        raise WrongCampaignStatus("there is nothing to follow", status=card.status)
    await show_card(turn, card, toast=views.watching())
    await _send_following(turn, card)


async def _send_following(turn: Turn, card: CampaignCard) -> None:
    found = await turn.run(progress, actor=turn.actor, campaign_id=card.id)
    text = views.watched(card.name, found)
    message = await turn.bot.send_message(turn.chat_id, text)
    follower = Follower(card.id, turn.user.user_id, text)
    await follow(turn.menu.redis, chat_id=turn.chat_id, message_id=message.message_id, follower=follower)


async def _show(turn: Turn, name: str, text: str, keyboard: InlineKeyboardMarkup) -> None:
    await turn.keep(at=None, form=None)
    await turn.show(Screen(name, text, keyboard))


Act = Callable[[Turn, CampaignCard], Awaitable[None]]


def _changing(change: Callable[[Turn, CampaignCard], Awaitable[CampaignCard]]) -> Act:
    async def act(turn: Turn, card: CampaignCard) -> None:
        await show_card(turn, await change(turn, card), toast=views.saved())

    return act


def _asking(question: State) -> Act:
    async def act(turn: Turn, card: CampaignCard) -> None:
        await composing.ask(turn, card, question)

    return act


_ACTS: dict[CampaignAct, Act] = {
    CampaignAct.OPEN: show_card,
    CampaignAct.PREVIEW: _preview,
    CampaignAct.TEST: _test,
    CampaignAct.ASK_RU: _asking(Form.campaign_ru),
    CampaignAct.ASK_EN: _asking(Form.campaign_en),
    CampaignAct.BUTTON: _asking(Form.campaign_button),
    CampaignAct.ASK_TIME: _asking(Form.campaign_time),
    CampaignAct.AUDIENCE: audience.show_audience,
    CampaignAct.NO_TIME: _no_time,
    CampaignAct.ASK_START: _ask_start,
    CampaignAct.PAUSE: _pause,
    CampaignAct.RESUME: _resume,
    CampaignAct.ASK_CANCEL: ask_cancel,
    CampaignAct.CANCEL: _cancel,
    CampaignAct.WATCH: _watch,
    **{act: _changing(change) for act, change in composing.CHANGES.items()},
}


def router() -> Router:
    router = Router(name="campaigns")
    router.callback_query.register(on_page, CampaignsPage.filter())
    router.callback_query.register(on_campaign, OnCampaign.filter())
    router.callback_query.register(on_send, SendCampaign.filter())
    return router
