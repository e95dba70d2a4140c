"""What is written down stays true."""

import re
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import polib
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from booking_site.env import BASE_DIR, Env
from booking_site.management.commands import compile_texts, settings_doc
from booking_site.supervisor.procfile import read_procfile

COMMANDS = ["run", "test", "test-postgres", "lint", "bench", "chaos", "clean"]


def test_the_settings_document_is_current() -> None:
    assert settings_doc.TARGET.read_text() == settings_doc.render(), "run: make settings-doc"


def test_every_setting_is_documented() -> None:
    assert [name for name, field in Env.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    lines = [line.partition("#")[0].strip() for line in (BASE_DIR / name).read_text().splitlines()]
    wanted = [line for line in lines if line and not line.startswith("-r ")]
    pinned = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[A-Za-z0-9.]+( *;.+)?")
    assert [line for line in wanted if not pinned.fullmatch(line)] == []


def test_what_the_requirements_need_is_pinned_too_as_it_was_tested() -> None:
    lines = [line.partition("#")[0].strip() for line in (BASE_DIR / "requirements.txt").read_text().splitlines()]
    stated = [Requirement(line) for line in lines if line]
    pinned = {canonicalize_name(one.name): one for one in stated if one.marker is None or one.marker.evaluate()}
    todo, seen = list(pinned.values()), set()
    while todo:
        wanted = todo.pop()
        name = canonicalize_name(wanted.name)
        assert name in pinned, f"{name} is needed and not pinned"
        assert pinned[name].specifier.contains(version(name)), f"{name} {version(name)} is installed"
        if (name, frozenset(wanted.extras)) not in seen:
            seen.add((name, frozenset(wanted.extras)))
            needs = [Requirement(text) for text in requires(name) or []]
            extras = wanted.extras or {""}
            todo += [
                one for one in needs if not one.marker or any(one.marker.evaluate({"extra": e}) for e in extras)
            ]


def test_make_without_a_target_lists_the_commands() -> None:
    said = subprocess.run(["make"], cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in said.splitlines() if line.split()[0] in COMMANDS] == COMMANDS


def test_imports_point_down_only() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_procfile_has_one_process_for_each_part() -> None:
    assert list(read_procfile()) == [
        "redis", "web", "worker_updates", "worker_events", "worker_broadcast", "beat", "flower", "playground", "poller",
    ]  # fmt: skip


def test_every_queue_is_worked_by_some_process() -> None:
    from django.conf import settings

    commands = " ".join(read_procfile().values())
    worked = {queue for group in re.findall(r"-Q (\S+)", commands) for queue in group.split(",")}
    assert worked == set(settings.QUEUES)


def test_every_beat_tick_expires_within_its_interval() -> None:
    from django.conf import settings

    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        expires = entry.get("options", {}).get("expires")
        assert expires, f"{name} has no options.expires"
        if isinstance(entry["schedule"], int | float):
            assert expires <= entry["schedule"], name


def test_texts_are_compiled_once_and_again_when_changed(tmp_path: Path) -> None:
    folder = tmp_path / "app" / "locale" / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Book", msgstr="Записаться"))
    catalogue.save(str(source))
    assert compile_texts.compile_texts(tmp_path) == [source.with_suffix(".mo")]
    assert polib.mofile(str(source.with_suffix(".mo"))).find("Book").msgstr == "Записаться"
    assert compile_texts.compile_texts(tmp_path) == []
