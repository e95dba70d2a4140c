"""A salon, a Bot API server, the bot's own runtime, and a clock that stands at Monday morning."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
import time_machine
from django.conf import settings
from django.test import override_settings

from bookings.models import User
from telegram_ui import runtime as runtime_module
from telegram_ui.handlers import middleware
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.playground.world import Person
from telegram_ui.runtime import Runtime
from tests.telegram_ui.bot.salon import Salon, open_salon
from tests.telegram_ui.bot.walk import Walk

#: Monday, 09:00 in Moscow.
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

ANNA = Person(1001, "Анна", "Смирнова", language_code="ru", phone="+79161234567")
JAMES = Person(1002, "James", "Carter", language_code="en", phone="+447700900123")
MARIA = Person(2001, "Мария", "Орлова", language_code="ru")
KATE = Person(2002, "Kate", language_code="en")
OLGA = Person(3001, "Ольга", language_code="ru")
OSCAR = Person(3002, "Oscar", language_code="en")
PEOPLE = (ANNA, JAMES, MARIA, KATE, OLGA, OSCAR)

Walker = Callable[[int], Walk]

#: The same walk by a Russian and by an English client.
CLIENTS = pytest.mark.parametrize("client", [ANNA.id, JAMES.id], ids=["ru", "en"])
#: The same by a Russian specialist and an English admin.
TEAM = pytest.mark.parametrize("who", [MARIA.id, OSCAR.id], ids=["specialist.ru", "admin.en"])


#: A walk of one person in both languages.
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


async def speaking(walk: Walk, language: str) -> Walk:
    """The same person, who has chosen that language; for people who have written to the bot before, as the team has."""
    await User.objects.filter(tg_id=walk.tg_id).aupdate(language=language)
    walk.language = language
    return walk


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """The clock goes on from NOW, so that what waits for time to pass still works."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest_asyncio.fixture
async def playground(frozen: time_machine.Traveller) -> AsyncIterator[PlaygroundServer]:
    async with PlaygroundServer(settings.TELEGRAM_BOT_TOKEN, people=PEOPLE) as server:
        with override_settings(TELEGRAM_API_URL=server.url):
            yield server


@pytest_asyncio.fixture
async def bot_runtime(playground: PlaygroundServer) -> AsyncIterator[Runtime]:
    yield await runtime_module.get_runtime()
    await runtime_module.close_runtime()


@pytest.fixture(autouse=True)
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A press is answered with its words, however long a busy machine takes to find them."""
    monkeypatch.setattr(middleware, "PATIENCE", 30.0)


@pytest.fixture
def salon(transactional_db: None, frozen: time_machine.Traveller) -> Salon:
    return open_salon()


@pytest.fixture
def walker(playground: PlaygroundServer, bot_runtime: Runtime, salon: Salon) -> Walker:
    """``walker(tg_id)``: that person in their chat with the bot."""
    languages = {person.id: person.language_code for person in PEOPLE}
    return lambda tg_id: Walk(playground, bot_runtime, tg_id, languages[tg_id])
