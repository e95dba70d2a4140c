"""The card of a campaign, which follows it, and what the services may refuse of one."""

from bookings.actor import Actor
from bookings.exceptions import StaleVersion
from bookings.queries.look import one_look
from notifications.campaigns.queries import count_audience, progress
from notifications.campaigns.read_models import CampaignCard
from notifications.exceptions import InvalidCampaign, NobodyToTell, WrongCampaignStatus
from telegram_ui.editor.audience import narrowed
from telegram_ui.editor.look import Look
from telegram_ui.followers import Follower, follow
from telegram_ui.handlers.admin.editor.screens import looked
from telegram_ui.keyboards import campaigns as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Turn
from telegram_ui.views import campaigns as views

REFUSALS = (InvalidCampaign, WrongCampaignStatus, NobodyToTell, StaleVersion)


def look_of(actor: Actor, card: CampaignCard) -> Look:
    """With the names that its audience asks for. Synchronous."""
    return looked(actor, {field.kind.to for field in narrowed(card.audience) if field.kind.to})


@one_look()
def card_screen(actor: Actor, card: CampaignCard) -> Screen:
    """Synchronous; run it in a database thread."""
    count = count_audience(actor=actor, audience=card.audience) if card.status in views.EDITABLE else None
    found = progress(actor=actor, campaign_id=card.id) if card.started_at else None
    text = views.card(card, count, found, look_of(actor, card))
    return Screen(screen_name(card.id), text, keyboards.card(card))


def screen_name(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


async def show_card(turn: Turn, card: CampaignCard, *, toast: str = "") -> None:
    """The card of one that has begun goes on by itself."""
    await turn.keep(at=None, form=None)
    screen = await turn.run(card_screen, turn.actor, card)
    await turn.show(screen, toast=toast)
    message_id, name = await turn.menu.live()
    if card.status in views.BEGUN and message_id is not None and name == screen.name:
        follower = Follower(card.id, turn.user.user_id, screen.text, is_card=True)
        await follow(turn.menu.redis, chat_id=turn.chat_id, message_id=message_id, follower=follower)
