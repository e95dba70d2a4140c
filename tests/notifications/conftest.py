"""A Bot API that the notifications of a test are sent to, and what it got."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation

from benchmarks.nursery import Nursery
from booking_site.lib import publishing
from bookings.models import User
from notifications.shutdown import close_connections
from telegram_ui.playground.threaded import PlaygroundThread
from tests.notifications.receiver import Receiver, self_signed


@pytest.fixture(autouse=True)
def publishing_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that took Redis away must not keep the next one from publishing."""
    monkeypatch.setattr(publishing, "_quiet_until", 0.0)


@pytest.fixture(scope="session")
def playground() -> Iterator[PlaygroundThread]:
    with PlaygroundThread(settings.TELEGRAM_BOT_TOKEN, pause_unit=0.001) as running:
        yield running
        close_connections()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page that was asked for in Russian leaves its language behind in the thread."""
    with translation.override("en"):
        yield


class Telegram:
    """What a test does to the Bot API, and what it sees there."""

    def __init__(self, playground: PlaygroundThread) -> None:
        self.client = playground.client

    def knows(self, *users: User) -> None:
        """These users have started the bot."""
        for user in users:
            self.client.add_user(id=user.tg_id, first_name=user.first_name)

    def texts(self, user: User) -> list[str]:
        """First lines of what ``user`` has in the chat with the bot by now."""
        messages = self.client.chat(user.tg_id or 0)["messages"]
        return [message["text"].split("\n")[0] for message in messages if message["from_bot"]]

    def sent(self) -> int:
        """Messages the Bot API accepted, whether or not it said so."""
        return sum(call["message_id"] is not None for call in self.client.calls("sendMessage"))

    def tries(self) -> int:
        return len(self.client.calls("sendMessage"))

    def fault(self, kind: str, **rule: object) -> None:
        """Only this fault is in force from now on."""
        self.client.set_faults(rules=[{"kind": kind, **rule}])

    def heal(self) -> None:
        self.client.set_faults()


@pytest.fixture
def telegram(playground: PlaygroundThread) -> Iterator[Telegram]:
    playground.client.reset()
    with override_settings(TELEGRAM_API_URL=playground.url):
        yield Telegram(playground)


@pytest.fixture(scope="session")
def nursery(playground: PlaygroundThread, valkey: str, django_db_setup: None) -> Iterator[Nursery]:
    running = Nursery(bot_api=playground.url)
    yield running
    running.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "localhost.pem")


@pytest.fixture(scope="session")
def _receiver(certificate: Path) -> Iterator[Receiver]:
    running = Receiver(certificate)
    yield running
    running.close()


@pytest.fixture
def receiver(_receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """An https server whose certificate is trusted, on an address that the operator has allowed."""
    _receiver.reset()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    loopback = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    with override_settings(OUTGOING_PRIVATE_NETWORKS=loopback, PUSH_HOSTS=(_receiver.host,)):
        yield _receiver
    close_connections()
