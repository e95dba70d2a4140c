"""Shared fixtures: a real Valkey for each test process, emptied before every test."""

import functools
import gc
import ssl
import subprocess
from collections.abc import Generator, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import redis
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from booking_site.embedded_redis import server_command
from booking_site.management.commands.compile_texts import compile_texts
from booking_site.supervisor.ports import free_port
from celery_app import app as celery
from tests import template
from tests.browser import open_browser


def pytest_sessionstart() -> None:
    """Translations are compiled where they have changed, before anything reads them."""
    compile_texts()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole systems first: each takes half a minute and mostly waits, and at the end everybody would wait for the last
    of them.
    """
    items.sort(key=lambda item: item.get_closest_marker("system") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What is imported by the end of it stays: looking through all of it for garbage, again and again, took a tenth of
    the run.
    """
    gc.disable()
    try:
        import_own_share(session.config)
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def import_own_share(config: pytest.Config) -> None:
    """Of several processes each begins with modules of its own, so that after a fresh checkout each module is compiled
    by one of them and not by all at the same time.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return
    number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    files = sorted(file for path in config.args for file in (config.rootpath / path).rglob("*.py"))
    for file in files[number::count]:
        # What cannot be imported is told of where the collection meets it.
        with suppress(Exception, pytest.skip.Exception):
            import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The database of this process is there before Django makes it."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            template.copy_to(Path(str(connection.settings_dict["TEST"]["NAME"])))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Django only sees to it that every migration has been applied."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """What makes a password slow to guess makes it slow to test with."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def uploads_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests upload goes with them."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """After a test that commits, Django empties every table, of which nearly all are empty, and then makes permissions
    and content types anew: that takes longer than most tests. Here only what has rows is emptied, and what is the same
    for every test stays.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: empty_tables())
        yield


def empty_tables() -> None:
    """In one transaction, at whose end the foreign keys are looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(which_have_rows())
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")  # noqa: S608 - names of our own tables


@functools.cache
def which_have_rows() -> str:
    """The question for the names of the tables that are not empty."""
    kept = {ContentType._meta.db_table, Permission._meta.db_table}
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"  # noqa: S608
        for name in names
        if name not in kept
    )


@pytest.fixture(scope="session", autouse=True)
def one_tls_context() -> Iterator[None]:
    """A bot reads all certificates when it is made, and here one is made for each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_once() -> Iterator[None]:
    """Each client of a test has middleware of its own, and WhiteNoise looks at every static file when it is made."""
    find, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def remember(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remember)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """WhiteNoise warns about a missing folder; ``manage.py web`` makes it as well."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Valkey server of this test process alone; settings, cache and Celery use it."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("valkey")
    process = subprocess.Popen(
        server_command(port=port, folder=folder, append_only=False), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    if not any("Ready to accept connections" in line for line in process.stdout):
        pytest.exit(f"the Valkey of the tests did not start on port {port}", returncode=3)
    url = f"redis://127.0.0.1:{port}/0"
    cache = {"default": {**settings.CACHES["default"], "LOCATION": url}}
    with override_settings(REDIS_URL=url, CACHES=cache):
        celery.conf.update(broker_url=url)
        yield url
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture(scope="session")
def connected(valkey: str) -> Iterator["redis.Redis"]:
    """One connection, because making one takes longer than to empty a Redis."""
    with redis.Redis.from_url(valkey) as client:
        yield client


@pytest.fixture(autouse=True)
def clean_redis(connected: "redis.Redis") -> None:
    """Every test starts with an empty Redis."""
    connected.flushall()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the tests of a module: a start of it costs more than most of them."""
    with pytest.MonkeyPatch.context() as patch, open_browser() as running:
        # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield running


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has seen nothing before this test; mark the test ``browser``. Skipped without a Chromium."""
    with chromium.new_context(locale="en-GB") as context:
        yield context


@pytest.fixture(scope="session", autouse=True)
def _end_other_sessions(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that somebody is connected to, and threads of ended tests may still be."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
