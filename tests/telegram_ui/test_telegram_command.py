"""``manage.py telegram``: what it tells the Bot API, and what it says when that refuses or is away."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from booking_site.supervisor.ports import free_port
from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.threaded import PlaygroundThread


@pytest.fixture(scope="module")
def running() -> Iterator[PlaygroundThread]:
    with PlaygroundThread(settings.TELEGRAM_BOT_TOKEN, pause_unit=0.001) as thread:
        yield thread


@pytest.fixture
def bot_api(running: PlaygroundThread) -> Iterator[PlaygroundClient]:
    running.client.reset()
    with override_settings(
        TELEGRAM_API_URL=running.url, PUBLIC_URL="https://booking.example.com", TELEGRAM_WEBHOOK_SECRET="s3cret"
    ):
        yield running.client


def telegram(capsys: pytest.CaptureFixture[str], action: str) -> list[str]:
    capsys.readouterr()
    call_command("telegram", action)
    return capsys.readouterr().out.splitlines()


def test_the_webhook_is_set_with_its_secret_and_only_for_updates_that_are_handled(
    bot_api: PlaygroundClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert telegram(capsys, "set-webhook") == ["webhook: https://booking.example.com/tg/webhook"]
    (call,) = bot_api.calls("setWebhook")
    assert call["params"]["secret_token"] == "s3cret"
    shown = telegram(capsys, "webhook-info")
    assert "url: https://booking.example.com/tg/webhook" in shown
    assert "max_connections: 100" in shown
    (allowed,) = [line for line in shown if line.startswith("allowed_updates: ")]
    assert {"message", "callback_query", "my_chat_member"} <= set(eval(allowed.partition(": ")[2]))  # noqa: S307 - a list of strings
    assert "poll" not in allowed


def test_the_bot_introduces_itself_in_each_language_when_the_webhook_is_set(
    bot_api: PlaygroundClient, capsys: pytest.CaptureFixture[str]
) -> None:
    telegram(capsys, "set-webhook")
    introduced = {call["params"].get("language_code") for call in bot_api.calls("setMyCommands")}
    assert introduced == {None, "ru", "en"}


def test_an_introduction_that_is_refused_is_told_and_stops_nothing(
    bot_api: PlaygroundClient, capsys: pytest.CaptureFixture[str]
) -> None:
    bot_api.set_faults(rules=[{"kind": "server_error", "methods": ["setMyDescription"]}])
    call_command("telegram", "set-webhook")
    said = capsys.readouterr()
    assert said.out.startswith("webhook: ")
    assert said.err.startswith("not set: setMyDescription (default): ")


def test_the_webhook_can_be_deleted_and_what_waits_is_kept(
    bot_api: PlaygroundClient, capsys: pytest.CaptureFixture[str]
) -> None:
    telegram(capsys, "set-webhook")
    assert telegram(capsys, "delete-webhook") == ["webhook deleted; updates wait at Telegram for up to 24 hours"]
    assert "url: " in telegram(capsys, "webhook-info")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TELEGRAM_BOT_TOKEN", "", "TELEGRAM_BOT_TOKEN is not set"),
        ("TELEGRAM_WEBHOOK_SECRET", "", "TELEGRAM_WEBHOOK_SECRET is not set"),
        ("TELEGRAM_BOT_TOKEN", "1:nobody", "Unauthorized"),
    ],
)
def test_what_is_missing_or_wrong_is_one_line(bot_api: PlaygroundClient, name: str, value: str, told: str) -> None:
    with override_settings(**{name: value}), pytest.raises(CommandError) as refused:
        call_command("telegram", "set-webhook")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bot_api_that_is_away_is_one_line_with_its_address() -> None:
    away = f"http://127.0.0.1:{free_port()}"
    with override_settings(TELEGRAM_API_URL=away), pytest.raises(CommandError) as refused:
        call_command("telegram", "webhook-info")
    assert str(refused.value).startswith(f"{away}: ")
    assert "\n" not in str(refused.value)
