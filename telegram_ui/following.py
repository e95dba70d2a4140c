"""Messages that follow a campaign by themselves (see ``followers``): a beat tick edits those that have changed.

It forgets a message when its campaign is finished, the message is gone, or whoever asked is no admin any more, and a card
when it is not what the chat shows any more. A worker that dies in a tick has the next one do it. A card that is edited
while its reader leaves it may stand there for that moment too long: all it offers is still the campaign's own, and holds.
"""

from dataclasses import dataclass, replace

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import override
from redis.asyncio import Redis

from bookings.enums import Door
from bookings.exceptions import BookingError
from bookings.queries.actors import actor_of_card
from bookings.queries.users import get_user
from notifications.campaigns.queries import get_campaign, progress
from notifications.events import CampaignStatus
from telegram_ui.database_threads import DatabaseThreads
from telegram_ui.followers import KEY, Follower, all_followers, keep
from telegram_ui.handlers.admin.campaign_card import card_screen, screen_name
from telegram_ui.menu import MenuController
from telegram_ui.views import campaigns as views

log = structlog.get_logger(__name__)

#: Messages that one tick edits at most, so that it ends before the next.
_MOST = 50
_ENDS = (CampaignStatus.DONE, CampaignStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Drawn:
    """``is_over``: nothing more will happen."""

    text: str
    is_over: bool
    keyboard: InlineKeyboardMarkup | None = None


async def tick() -> int:
    """:func:`refresh` on the runtime of the running loop, where there is anything to refresh."""
    from telegram_ui.runtime import get_runtime  # noqa: PLC0415 - the runtime's handlers use what is drawn here

    runtime = await get_runtime()
    return await refresh(runtime.bot, runtime.redis, runtime.threads)


async def refresh(bot: Bot, redis: Redis, threads: DatabaseThreads) -> int:
    """Edit what has changed; returns how many messages were edited."""
    edited = 0
    for field, follower in list((await all_followers(redis)).items())[:_MOST]:
        drawn = await threads.run(draw, follower)
        if drawn is None or (follower.is_card and not await _is_shown(bot, redis, field, follower)):
            await redis.hdel(KEY, field)
            continue
        is_over = drawn.is_over
        if drawn.text != follower.drawn:
            outcome = await _edit(bot, field, drawn)
            edited += outcome is True
            if outcome is None:
                continue  # Telegram asks to wait, or is away: the next tick tries again
            if outcome is False:
                is_over = True
        if is_over:
            await redis.hdel(KEY, field)
        elif drawn.text != follower.drawn:
            await keep(redis, field, replace(follower, drawn=drawn.text))
    return edited


async def _is_shown(bot: Bot, redis: Redis, field: str, follower: Follower) -> bool:
    """Whether the card is what the chat shows now."""
    chat_id, _colon, message_id = field.partition(":")
    live, name = await MenuController(bot=bot, redis=redis, chat_id=int(chat_id)).live()
    return (live, name) == (int(message_id), screen_name(follower.campaign_id))


def draw(follower: Follower) -> Drawn | None:
    """``None`` where there is nobody or nothing to tell. Synchronous."""
    try:
        user = get_user(user_id=follower.user_id)
        actor = actor_of_card(user, door=Door.BOT)
        card = get_campaign(actor=actor, campaign_id=follower.campaign_id)
        is_over = card.status in _ENDS and card.finished_at is not None
        with override(user.language):
            if follower.is_card:
                screen = card_screen(actor, card)
                return Drawn(screen.text, is_over, screen.keyboard)
            return Drawn(views.watched(card.name, progress(actor=actor, campaign_id=card.id)), is_over)
    except BookingError:
        return None


async def _edit(bot: Bot, field: str, drawn: Drawn) -> bool | None:
    """Whether it stands there now; ``None``: not yet, ``False``: never."""
    chat_id, _colon, message_id = field.partition(":")
    try:
        await bot.edit_message_text(
            drawn.text, chat_id=int(chat_id), message_id=int(message_id), reply_markup=drawn.keyboard
        )
    except TelegramRetryAfter:
        return None
    except TelegramBadRequest as error:
        return True if "message is not modified" in error.message else False  # noqa: SIM210 - three outcomes
    except TelegramForbiddenError:
        return False
    except TelegramAPIError as error:
        log.info("following.not_edited", error=str(error))
        return None
    return True
