"""A production process refuses each unsafe or missing value, and says which in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class

from booking_site.checks import production_problems
from booking_site.env import BASE_DIR, read_env
from booking_site.secret_store import development_secrets

SAFE = {
    "APP_ENV": "production",
    "SECRET_KEY": "kP3vX9qLm2Wz7RtY8uBn5CdF6gHj4sAe1iOxQwErTyUiOpZxCvBnMa",
    "ALLOWED_HOSTS": "booking.salon-anna.ru",
    "PUBLIC_URL": "https://booking.salon-anna.ru",
    "DATABASE_URL": "postgres://booking:9fK2mQ7xLp@db:5432/booking",
    "REDIS_URL": "redis://redis:6379/0",
    "TELEGRAM_BOT_TOKEN": "7212345678:AAHk3jZ9vXq_1mNbVcXz-LkJhGfDsApOiUy",
    "TELEGRAM_WEBHOOK_SECRET": "Vb7-kQ2_xZ9mLp4RtY8w",
    "FLOWER_BASIC_AUTH": "ops:q8Zr2LmX7vKp",
}

UNSAFE = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("SECRET_KEY", "django-insecure-" + SAFE["SECRET_KEY"]),
    ("ALLOWED_HOSTS", "localhost,127.0.0.1"),
    ("ALLOWED_HOSTS", "booking.salon-anna.ru,*"),
    ("PUBLIC_URL", ""),
    ("PUBLIC_URL", "http://booking.salon-anna.ru"),
    ("PUBLIC_URL", "https://localhost"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "postgres://booking:change-me@db:5432/booking"),
    ("REDIS_URL", ""),
    ("TELEGRAM_BOT_TOKEN", ""),
    ("TELEGRAM_BOT_TOKEN", "not-a-token"),
    ("TELEGRAM_BOT_TOKEN", "1000000001:playground-token-for-development-only"),
    ("TELEGRAM_WEBHOOK_SECRET", ""),
    ("TELEGRAM_WEBHOOK_SECRET", "with a space and more"),
    ("TELEGRAM_WEBHOOK_SECRET", "a" * 20),
    ("TELEGRAM_WEBHOOK_SECRET", "x1y2z3" * 50),
    ("TELEGRAM_MODE", "polling"),
    ("TELEGRAM_API_URL", "ftp://api.telegram.org"),
    ("FLOWER_BASIC_AUTH", ""),
    ("FLOWER_BASIC_AUTH", "admin:short"),
    ("FLOWER_BASIC_AUTH", "admin:q8Zr2LmX,7vKpm"),
    ("FLOWER_BASIC_AUTH", "admin:change-me-please"),
    ("METRICS_TOKEN", "short"),
]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name, value in (SAFE | {"DATA_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems() -> list[str]:
    return [problem.setting for problem in production_problems(read_env())]


def test_safe_values_start(production: pytest.MonkeyPatch) -> None:
    assert problems() == []


@pytest.mark.parametrize(("setting", "value"), UNSAFE)
def test_an_unsafe_value_is_refused_by_name(production: pytest.MonkeyPatch, setting: str, value: str) -> None:
    production.setenv(setting, value)
    assert problems() == [setting]


@pytest.mark.parametrize(
    ("setting", "secret"), [("SECRET_KEY", "SECRET_KEY"), ("TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_WEBHOOK_SECRET")]
)
def test_a_development_secret_is_refused(
    production: pytest.MonkeyPatch, tmp_path: Path, setting: str, secret: str
) -> None:
    production.setenv(setting, development_secrets(tmp_path)[secret])
    assert problems() == [setting]


def test_development_is_never_refused(production: pytest.MonkeyPatch) -> None:
    for setting, value in UNSAFE:
        if setting != "TELEGRAM_MODE":
            production.setenv(setting, value)
    production.setenv("APP_ENV", "development")
    assert problems() == []


UNSAFE_TOGETHER = {"SECRET_KEY": "short", "PUBLIC_URL": ""}


def assert_refused(said: str) -> None:
    assert sum("SECRET_KEY: " in line for line in said.splitlines()) == 1
    assert sum("PUBLIC_URL: " in line for line in said.splitlines()) == 1
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["up", "web", "flower"])
def test_every_command_that_starts_something_refuses_an_unsafe_start(
    name: str, production: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for setting, value in UNSAFE_TOGETHER.items():
        production.setenv(setting, value)
    production.setattr(settings, "ENV", read_env())
    command = load_command_class("booking_site", name)
    production.setattr(command, "handle", lambda *_args, **_options: pytest.fail(f"{name} has started"))

    with pytest.raises(SystemExit) as ended:
        command.run_from_argv(["manage.py", name])

    assert ended.value.code != 0
    assert_refused(capsys.readouterr().err)


@pytest.mark.system
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "celery", "-A", "celery_app", "worker"],
        ["-m", "celery", "-A", "celery_app", "beat"],
        ["-m", "granian", "--interface", "wsgi", "--port", "0", "booking_site.wsgi:application"],
    ],
    ids=lambda command: " ".join(command[:5]),
)
def test_every_process_refuses_an_unsafe_start(command: list[str], tmp_path: Path) -> None:
    environment = {**os.environ, **SAFE, "DATA_DIR": str(tmp_path), **UNSAFE_TOGETHER}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert_refused(done.stdout + done.stderr)
