import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import structlog
from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from django.utils import translation

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User
from telegram_ui.gateway.identity import UserContext
from telegram_ui.runtime import FSM_TTL, Runtime
from tests.telegram_ui.builders import context, envelope, message, person, text_update
from tests.telegram_ui.fake_bot_api import FakeBotApi


async def test_handler_gets_user_actor_key_run_and_the_users_language(runtime: Runtime) -> None:
    seen: dict[str, Any] = {}
    router = Router()

    @router.message(F.text == "who am i")
    async def handler(
        message: Message,
        user: UserContext,
        actor: Actor,
        idempotency_key: str,
        run: Callable[..., Any],
    ) -> None:
        seen.update(user=user, actor=actor, key=idempotency_key, language=translation.get_language())
        seen["in_thread"] = await run(translation.get_language)
        seen["trace_in_thread"] = await run(structlog.contextvars.get_contextvars)

    runtime.dispatcher.sub_routers.insert(0, router)
    user = context(1001, language="ru", role="specialist")
    await runtime.process(envelope(text_update(7, "who am i"), user=user))

    assert seen["user"] == user
    assert seen["actor"] == Actor(Role.SPECIALIST, Door.BOT, user_id=1001, trace_id="t" * 16)
    assert seen["key"] == "tg:7"
    assert seen["language"] == seen["in_thread"] == "ru"
    assert seen["trace_in_thread"]["trace_id"] == "t" * 16
    assert translation.get_language() == "en"


async def test_bot_speaks_to_the_configured_server_in_html(runtime: Runtime, bot_api: FakeBotApi) -> None:
    await runtime.bot.send_message(1001, "<b>hi</b>")
    method, form = bot_api.calls[0]
    assert (method, form["parse_mode"], form["text"]) == ("sendMessage", "HTML", "<b>hi</b>")


async def test_conversation_state_expires(runtime: Runtime) -> None:
    router = Router()

    @router.message(F.text == "remember")
    async def handler(message: Message, state: FSMContext) -> None:
        await state.set_state("asking")
        await state.update_data(service=5)

    runtime.dispatcher.sub_routers.insert(0, router)
    await runtime.process(envelope(text_update(1, "remember"), user=context()))
    keys = sorted([key async for key in runtime.redis.scan_iter("fsm:*")])
    assert [key.rsplit(":", 1)[1] for key in keys] == ["data", "state"]
    for key in keys:
        assert FSM_TTL - 5 <= await runtime.redis.ttl(key) <= FSM_TTL


async def test_two_users_at_once_keep_their_own_language(runtime: Runtime) -> None:
    router = Router()
    languages: dict[int, str | None] = {}
    both = asyncio.Barrier(2)

    @router.message(F.text == "language")
    async def handler(message: Message) -> None:
        await both.wait()
        languages[message.chat.id] = translation.get_language()

    runtime.dispatcher.sub_routers.insert(0, router)
    await asyncio.gather(
        runtime.process(envelope(text_update(1, "language", chat=1), user=context(1, language="ru"))),
        runtime.process(envelope(text_update(2, "language", chat=2), user=context(2, language="en"))),
    )
    assert languages == {1: "ru", 2: "en"}


def remembering(runtime: Runtime) -> list[UserContext | None]:
    """Whom the handler of a text was given, update by update."""
    router, seen = Router(), []

    @router.message(F.text == "who am i")
    async def handler(message: Message, user: UserContext | None) -> None:
        seen.append(user)

    runtime.dispatcher.sub_routers.insert(0, router)
    return seen


@pytest.mark.django_db(transaction=True)
async def test_stranger_becomes_a_user_before_the_handler_runs(runtime: Runtime) -> None:
    seen = remembering(runtime)
    for update_id in (1, 2):
        await runtime.process(envelope(text_update(update_id, "who am i")))
    user = await User.objects.aget(tg_id=1001)
    assert (user.first_name, user.language, user.role) == ("Anna", "ru", "client")
    assert [given and given.user_id for given in seen] == [user.pk, user.pk]


@pytest.mark.django_db(transaction=True)
async def test_banned_user_whom_the_door_did_not_know_is_told_and_dropped_all_the_same(
    runtime: Runtime, bot_api: FakeBotApi
) -> None:
    seen = remembering(runtime)
    await User.objects.acreate(tg_id=1001, username="tg1001", is_banned=True, language="en")
    await runtime.process(envelope(text_update(1, "who am i")))
    assert seen == []
    assert bot_api.texts(1001) == ["Booking is closed for you. Please call us."]


async def test_a_press_of_a_banned_user_is_answered_with_why_and_does_nothing(
    runtime: Runtime, bot_api: FakeBotApi
) -> None:
    query = {"id": "77", "from": person(), "chat_instance": "1", "message": message(), "data": "g:home"}
    press = envelope({"update_id": 1, "callback_query": query}, user=context(language="ru"))
    await runtime.process(replace(press, notice="banned"))
    ((method, form),) = bot_api.calls
    assert (method, form["callback_query_id"]) == ("answerCallbackQuery", "77")
    assert form["text"] == "Запись для вас закрыта. Позвоните нам, пожалуйста."
