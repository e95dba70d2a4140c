"""Messages that follow a campaign by themselves.

Such a message is no menu and has no buttons: nobody but the tick edits it, so that no handler can be in its way. Which
there are is a hash in Redis, ``tg:following``: ``chat:message`` → the campaign, who asked, and what was drawn last. A beat
tick edits those that have changed, and forgets a message when its campaign is finished, the message is gone, or whoever
asked is no admin any more. A worker that dies in a tick has the next one do it.
"""

import json
from dataclasses import asdict, dataclass, replace

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from django.utils.translation import override
from redis.asyncio import Redis

from bookings.enums import Door
from bookings.exceptions import BookingError
from bookings.queries.actors import actor_of_card
from bookings.queries.users import get_user
from notifications.campaigns.queries import get_campaign, progress
from notifications.events import CampaignStatus
from telegram_ui.database_threads import DatabaseThreads
from telegram_ui.views import campaigns as views

log = structlog.get_logger(__name__)

KEY = "tg:following"
#: Seconds. A campaign that is paused for longer is looked at by opening it.
_LIFE = 7 * 24 * 3600
#: Messages that one tick edits at most, so that it ends before the next.
_MOST = 50
_ENDS = (CampaignStatus.DONE, CampaignStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Follower:
    """``drawn``: the text as it stands."""

    campaign_id: int
    user_id: int
    drawn: str = ""


async def follow(redis: Redis, *, chat_id: int, message_id: int, follower: Follower) -> None:
    """From now on that message tells how far the campaign is; an earlier one of the chat for it stays as it is."""
    for field, known in (await _all(redis)).items():
        if field.startswith(f"{chat_id}:") and known.campaign_id == follower.campaign_id:
            await redis.hdel(KEY, field)
    await _keep(redis, f"{chat_id}:{message_id}", follower)


async def tick() -> int:
    """:func:`refresh` on the runtime of the running loop, where there is anything to refresh."""
    from telegram_ui.runtime import get_runtime  # noqa: PLC0415 - the runtime's handlers use this module

    runtime = await get_runtime()
    return await refresh(runtime.bot, runtime.redis, runtime.threads)


async def refresh(bot: Bot, redis: Redis, threads: DatabaseThreads) -> int:
    """Edit what has changed; returns how many messages were edited."""
    edited = 0
    for field, follower in list((await _all(redis)).items())[:_MOST]:
        drawn = await threads.run(draw, follower)
        if drawn is None:
            await redis.hdel(KEY, field)
            continue
        text, is_over = drawn
        if text != follower.drawn:
            outcome = await _edit(bot, field, text)
            edited += outcome is True
            if outcome is None:
                continue  # Telegram asks to wait, or is away: the next tick tries again
            if outcome is False:
                is_over = True
        if is_over:
            await redis.hdel(KEY, field)
        elif text != follower.drawn:
            await _keep(redis, field, replace(follower, drawn=text))
    return edited


def draw(follower: Follower) -> tuple[str, bool] | None:
    """The text, and whether nothing more will happen; ``None`` where there is nobody or nothing to tell. Synchronous."""
    try:
        user = get_user(user_id=follower.user_id)
        actor = actor_of_card(user, door=Door.BOT)
        card = get_campaign(actor=actor, campaign_id=follower.campaign_id)
        found = progress(actor=actor, campaign_id=follower.campaign_id)
    except BookingError:
        return None
    with override(user.language):
        text = views.watched(card.name, found)
    return text, found.status in _ENDS and card.finished_at is not None


async def _edit(bot: Bot, field: str, text: str) -> bool | None:
    """Whether it stands there now; ``None``: not yet, ``False``: never."""
    chat_id, _colon, message_id = field.partition(":")
    try:
        await bot.edit_message_text(text, chat_id=int(chat_id), message_id=int(message_id))
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


async def _all(redis: Redis) -> dict[str, Follower]:
    stored = await redis.hgetall(KEY)
    return {str(field): Follower(**json.loads(value)) for field, value in stored.items()}


async def _keep(redis: Redis, field: str, follower: Follower) -> None:
    await redis.hset(KEY, field, json.dumps(asdict(follower), ensure_ascii=False))
    await redis.expire(KEY, _LIFE)
