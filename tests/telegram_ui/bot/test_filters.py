"""Conditions of handlers run on the event loop."""

from collections.abc import Iterator

from aiogram import Router

from telegram_ui.handlers import build_router


def _routers(router: Router) -> Iterator[Router]:
    yield router
    for child in router.sub_routers:
        yield from _routers(child)


def test_no_condition_needs_a_thread_of_its_own() -> None:
    """Aiogram hands each one that is no coroutine to a thread: a plain function, a lambda, ``F``."""
    slow = [
        (router.name, condition.callback)
        for router in _routers(build_router())
        for observer in router.observers.values()
        for handler in [observer._handler, *observer.handlers]
        for condition in handler.filters or ()
        if not condition.awaitable
    ]

    assert slow == []
