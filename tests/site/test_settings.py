"""Settings come from the environment; a bad one is named in one line."""

import multiprocessing
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from booking_site.env import BASE_DIR, read_env
from booking_site.secret_store import FILE_NAME, development_secrets


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "eighty", "PORT: Input should be a valid integer"),
        ("PORT", "70000", "PORT: Input should be less than or equal to 65535"),
        ("APP_ENV", "prod", "APP_ENV: Input should be 'development', 'test' or 'production'"),
        ("REDIS_PORT", "6379", "REDIS_PORT: 6379 may be somebody else's Redis"),
        ("DATA_DIR", __file__, f"DATA_DIR: {__file__} is not a folder that can be written to"),
        ("DATA_DIR", f"{__file__}/x", f"DATA_DIR: {__file__} is not a folder that can be written to"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL: must start with redis:// or rediss://"),
        ("DATABASE_URL", "mysql://db", "DATABASE_URL: must start with postgres:// or sqlite:///"),
        ("WEBHOOK_RETRY_SECONDS", "10,soon", "WEBHOOK_RETRY_SECONDS: 1 to 20 numbers of seconds"),
        ("WEBHOOK_RETRY_SECONDS", "0", "WEBHOOK_RETRY_SECONDS: 1 to 20 numbers of seconds"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "TRUSTED_PROXIES: addresses or networks, such as 10.0.0.0/8: "),
        ("TELEGRAM_MODE", "push", "TELEGRAM_MODE: Input should be 'webhook' or 'polling'"),
        ("TELEGRAM_BOT_TOKEN", "bad", "TELEGRAM_BOT_TOKEN: must be the token from @BotFather"),
    ],
)
def test_a_bad_value_is_one_line_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read_env()
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "up"],
        ["manage.py", "telegram", "webhook-info"],
        ["-m", "celery", "-A", "celery_app", "beat"],
        ["-c", "import booking_site.wsgi"],
        ["-m", "booking_site.embedded_redis"],
    ],
    ids=" ".join,
)
def test_a_process_with_a_bad_value_ends_with_one_line(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=BASE_DIR,
        env={**os.environ, "PORT": "abc"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    (line,) = (done.stdout + done.stderr).splitlines()
    assert line.startswith("Cannot start: PORT: Input should be a valid integer")


def test_the_embedded_redis_names_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "booking_site.embedded_redis"],
        cwd=BASE_DIR, env={**os.environ, "DATA_DIR": str(tmp_path / "file")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Cannot start: DATA_DIR: ")
    assert done.stderr.count("\n") == 1


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert read_env().port == 8000


def test_a_relative_data_folder_belongs_to_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "data/elsewhere")
    assert read_env().data_dir == BASE_DIR / "data/elsewhere"


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    first = development_secrets(tmp_path)
    assert development_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert all(len(secret) >= 12 for secret in first.values())


def test_processes_that_start_together_get_the_same_secrets(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.map(development_secrets, [tmp_path] * 8)
    assert all(secrets == made[0] for secrets in made)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
