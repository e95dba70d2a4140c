"""What a campaign says, to whom, and when: what is typed or sent, and the small changes of one tap."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.fsm.state import State

from booking_site.lib import clock
from notifications.campaigns.content import BOOK, LINK, Button
from notifications.campaigns.control import check_time
from notifications.campaigns.drafts import Draft, create_campaign, update_campaign
from notifications.campaigns.queries import count_audience, get_campaign
from notifications.campaigns.read_models import CampaignCard
from notifications.exceptions import NobodyToTell
from telegram_ui.callbacks import CampaignAct
from telegram_ui.handlers.admin.invites import team_clock
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.keyboards import campaigns as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.understanding import read_moment
from telegram_ui.views import campaigns as views

#: What is asked about a campaign that is there.
QUESTIONS = (Form.campaign_ru, Form.campaign_en, Form.campaign_button, Form.campaign_time)
#: Letters of the text that become the campaign's name.
_NAME = 40


async def ask_new(turn: Turn, *, toast: str = "") -> None:
    require_admin(turn)
    await turn.keep(at=Form.campaign_new, form=None)
    await turn.show(Screen("campaign-new", views.ask_text(), keyboards.to_be_sent()), toast=toast)


async def ask(turn: Turn, card: CampaignCard, question: State, *, toast: str = "") -> None:
    zone, _today = await turn.run(team_clock)
    texts: dict[str | None, Callable[[], str]] = {
        Form.campaign_ru.state: lambda: views.ask_other_text(card, russian=True),
        Form.campaign_en.state: lambda: views.ask_other_text(card, russian=False),
        Form.campaign_button.state: views.ask_button,
        Form.campaign_time.state: lambda: views.ask_time(zone),
    }
    await turn.keep(at=question, form={"campaign": card.id})
    text = texts[question.state]()
    await turn.show(Screen(f"campaign-ask:{card.id}", text, keyboards.back_to(card.id)), toast=toast)


async def asked_about(turn: Turn) -> CampaignCard:
    """The campaign that the question was about. Raises Outdated, NotFound."""
    require_admin(turn)
    form = (await turn.data()).get("form") or {}
    if not isinstance(form, dict) or "campaign" not in form:
        raise Outdated
    return await turn.run(get_campaign, actor=turn.actor, campaign_id=int(form["campaign"]))


async def create(turn: Turn, text: str, photo: str) -> CampaignCard:
    """``text`` is markup, in the language of who writes it."""
    russian = turn.user.language == "ru"
    draft = Draft(
        name=views.bare(text)[:_NAME].strip(),
        text_ru=text if russian else "",
        text_en="" if russian else text,
        photo_file_id=photo,
    )
    return await turn.run(create_campaign, actor=turn.actor, draft=draft, idempotency_key=turn.key)


async def update(turn: Turn, card: CampaignCard, **changes: Any) -> CampaignCard:
    draft = replace(
        Draft(
            name=card.name,
            text_ru=card.text_ru,
            text_en=card.text_en,
            buttons=card.buttons,
            audience=card.audience,
            is_paid=card.is_paid,
        ),
        **changes,
    )
    return await turn.run(
        update_campaign,
        actor=turn.actor,
        campaign_id=card.id,
        draft=draft,
        expected_version=card.version,
        idempotency_key=turn.key,
    )


async def with_text(turn: Turn, card: CampaignCard, text: str, photo: str, *, russian: bool) -> CampaignCard:
    """A photo that comes with the text takes the place of the one that was there."""
    field = "text_ru" if russian else "text_en"
    return await update(turn, card, **{field: text, **({"photo_file_id": photo} if photo else {})})


async def with_link(turn: Turn, card: CampaignCard, text: str) -> CampaignCard:
    label, _space, url = text.rpartition(" ")
    label = label.strip(" -–—:")
    button = Button(LINK, {"ru": label, "en": label}, url=url.strip())
    return await update(turn, card, buttons=(*card.buttons, button))


async def with_book(turn: Turn, card: CampaignCard) -> CampaignCard:
    button = Button(BOOK, {"ru": "📅 Записаться", "en": "📅 Book"})
    return await update(turn, card, buttons=(*card.buttons, button))


async def without_buttons(turn: Turn, card: CampaignCard) -> CampaignCard:
    return await update(turn, card, buttons=())


async def without_photo(turn: Turn, card: CampaignCard) -> CampaignCard:
    return await update(turn, card, without_photo=True)


#: Changes of one tap.
CHANGES: Mapping[CampaignAct, Callable[[Turn, CampaignCard], Awaitable[CampaignCard]]] = {
    CampaignAct.BOOK: with_book,
    CampaignAct.NO_BUTTON: without_buttons,
    CampaignAct.NO_PHOTO: without_photo,
}


async def moment_meant(turn: Turn, text: str) -> datetime | None:
    """By the clock of the first place; ``None`` where the words name no time. Without a day, the next such time is meant.

    Raises:
        InvalidCampaign: nothing can be planned for it.
    """
    zone, today = await turn.run(team_clock)
    moment = read_moment(text, today)
    if moment is None or moment.time is None:
        return None
    at = datetime.combine(moment.day or today, moment.time, ZoneInfo(zone))
    if moment.day is None and at <= clock.now():
        at += timedelta(days=1)
    check_time(at)
    return at


async def ask_sure(turn: Turn, card: CampaignCard, at: datetime | None) -> None:
    """Before it is sent ``at`` that time, or now: to how many, and what they will not be able to read.

    Raises:
        NobodyToTell: nobody would get it now.
    """
    count = await turn.run(count_audience, actor=turn.actor, audience=card.audience)
    if at is None and not count.total:
        raise NobodyToTell("nobody fits the audience")
    if at is None:
        text = views.ask_start(card, count)
    else:
        text = views.ask_plan(card, count, at, *await turn.run(team_clock))
    # Another time can be typed while this one is asked about.
    question = Form.campaign_time if at else None
    await turn.keep(at=question, form={"campaign": card.id} if at else None)
    name = f"campaign-ask:{card.id}" if at else f"campaign-send:{card.id}"
    await turn.show(Screen(name, text, keyboards.sure(card, at)))
