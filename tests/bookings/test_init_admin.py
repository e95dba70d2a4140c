"""``manage.py init_admin``: idempotent, and clear about what is wrong."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from bookings.enums import Role
from bookings.models import User
from bookings.signals import user_changed
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db

PASSWORD = "quiet-lavender-42"


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INIT_ADMIN_PASSWORD", PASSWORD)


def test_it_makes_an_admin_of_bot_and_site(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("init_admin", "--tg-id", "77", "--username", "boss")

    user = User.objects.get(tg_id=77)
    assert (user.role, user.is_staff, user.is_superuser) == (Role.ADMIN, True, True)
    assert authenticate(username="boss", password=PASSWORD) == user
    assert capsys.readouterr().out == "Admin made: Telegram id 77, site login “boss”.\n"


def test_a_second_run_changes_nothing_but_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("init_admin", "--tg-id", "77", "--username", "boss")
    monkeypatch.delenv("INIT_ADMIN_PASSWORD")
    call_command("init_admin", "--tg-id", "77", "--no-password")

    assert User.objects.filter(tg_id=77).count() == 1
    assert authenticate(username="boss", password=PASSWORD) is not None


def test_a_known_person_is_promoted_and_the_bot_hears_of_it(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ClientFactory.create(tg_id=77, is_banned=True)
    told: list[int] = []

    def listen(tg_id: int, **_kwargs: object) -> None:
        told.append(tg_id)

    user_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("init_admin", "--tg-id", "77")

    user = User.objects.get(tg_id=77)
    assert (user.role, user.is_banned) == (Role.ADMIN, False)
    assert told == [77]


def test_without_a_password_there_is_no_site_login(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("INIT_ADMIN_PASSWORD")
    call_command("init_admin", "--tg-id", "77")

    assert not User.objects.get(tg_id=77).has_usable_password()
    assert "no site login yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "password", "complaint"),
    [
        (["--tg-id", "-5"], PASSWORD, "positive number"),
        (["--tg-id", "77", "--username", " "], PASSWORD, "must not be empty"),
        (["--tg-id", "77", "--username", "taken"], PASSWORD, "belongs to somebody else"),
        (["--tg-id", "77"], "12345", "too short"),
    ],
)
def test_bad_input_is_named(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str, complaint: str
) -> None:
    ClientFactory.create(username="taken")
    monkeypatch.setenv("INIT_ADMIN_PASSWORD", password)

    with pytest.raises(CommandError, match=complaint):
        call_command("init_admin", *arguments)
    assert not User.objects.filter(tg_id=77).exists()
