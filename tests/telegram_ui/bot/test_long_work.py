"""Work that takes long lets the button rest and shows as typing."""

import asyncio
import threading
from typing import Any

import pytest

from bookings.queries.users import company
from telegram_ui.handlers import middleware
from tests.telegram_ui.bot.conftest import JAMES, Walker


@pytest.mark.parametrize("refused", [False, True], ids=["taken", "refused"])
async def test_long_work_lets_the_button_rest_and_shows_as_typing(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    walk = walker(JAMES.id)
    await walk.say("/start")
    release = threading.Event()

    def slow(**given: Any) -> Any:
        assert release.wait(10)
        return company(**given)

    monkeypatch.setattr("telegram_ui.handlers.common.start.company", slow)
    monkeypatch.setattr(middleware, "PATIENCE", 0.0)
    if refused:
        await walk.refuse("sendChatAction")
    press = asyncio.create_task(walk.tap("ℹ️ About us"))
    await asyncio.to_thread(walk.client.wait_calls, 1, "sendChatAction")
    release.set()
    assert await press == ""
    assert "📅 Book a visit" in await walk.labels()
