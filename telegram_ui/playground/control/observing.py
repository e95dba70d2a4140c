"""``/_control/chats``, ``presses``, ``calls``, ``events``, ``state``: what is to be seen, and waiting for it."""

import asyncio

import orjson
from aiohttp import web

from telegram_ui.playground.acts import ActError
from telegram_ui.playground.control.http import number, path_id, reply, server_of, wait_of
from telegram_ui.playground.limits import COUNTED
from telegram_ui.playground.live import Subscriber
from telegram_ui.playground.methods.profile import commands_for
from telegram_ui.playground.views import chat_view, press_view
from telegram_ui.playground.world import Chat

_HEARTBEAT = 15
_CALLS_AT_ONCE = 10_000


def _chat(request: web.Request) -> Chat:
    chat = server_of(request).api.world.chats.get(path_id(request))
    if chat is None:
        raise ActError(f"there is no chat {path_id(request)}", 404)
    return chat


async def get_chat(request: web.Request) -> web.Response:
    """The chat as its person sees it; with ``after=version&timeout=seconds`` once it has changed past that version."""
    api, chat = server_of(request).api, _chat(request)
    if "after" in request.query:
        await api.hub.wait(chat, int(number(request, "after", 0)), wait_of(request))
    person = api.world.people.get(chat.id)
    view = chat_view(chat, person, api.files, api.clock.now())
    view["commands"] = commands_for(api.world.profile, chat.id, person.language_code if person else "")
    return reply(view)


async def get_press(request: web.Request) -> web.Response:
    """A button press; with ``timeout`` once it was answered or the time is over."""
    api = server_of(request).api
    press = api.world.presses.get(request.match_info["press_id"])
    if press is None:
        raise ActError("there is no such press", 404)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_of(request)
    chat = api.world.chats[press.chat_id]
    while not press.answered and loop.time() < deadline and not api.hub.closed:
        await api.hub.wait(chat, chat.version, deadline - loop.time())
    return reply(press_view(press))


async def get_calls(request: web.Request) -> web.Response:
    """Recorded calls with a number above ``after``, by ``method``, ``chat_id``, ``status``; ``timeout`` waits for one."""
    calls = server_of(request).calls
    query = request.query
    after = int(number(request, "after", 0))
    chat_id = int(query["chat_id"]) if query.get("chat_id") else None
    status = int(query["status"]) if query.get("status") else None
    limit = int(min(number(request, "limit", 1000), _CALLS_AT_ONCE))
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait_of(request)
    while True:
        found = list(calls.find(after=after, method=query.get("method", ""), chat_id=chat_id, status=status))
        if found or loop.time() >= deadline or not await calls.wait(deadline - loop.time()):
            break
    return reply(
        {"calls": [call.as_json() for call in found[:limit]], "total": len(found), "last": calls.next_number - 1}
    )


async def get_stats(request: web.Request) -> web.Response:
    """Counts of calls by method and status, and the most messages accepted in any one second."""
    calls = server_of(request).calls
    counts: dict[str, dict[str, int]] = {}
    for (method, status), count in sorted(calls.counts.items()):
        counts.setdefault(method, {})[str(status)] = count
    return reply({"calls": counts, "peak_messages_per_second": calls.peak_per_second(COUNTED)})


async def clear_calls(request: web.Request) -> web.Response:
    server_of(request).calls.clear()
    return reply({})


async def get_state(request: web.Request) -> web.Response:
    """What the page needs at its start."""
    server = server_of(request)
    api = server.api
    named = [person for person in api.world.people.values() if person.role]
    return reply(
        {
            "bot": api.bot,
            "people": [person.as_json() for person in named],
            "profile": api.world.profile,
            "faults": server.faults.as_json(),
            "webhook": api.webhook.info(),
            "links": server.links.as_json(),
            "now": api.clock.now(),
        }
    )


async def get_file(request: web.Request) -> web.Response:
    """A file for the page. Only pictures are shown in the browser, everything else is a download."""
    api = server_of(request).api
    stored = api.files.by_path(request.match_info["path"])
    data = api.files.read(stored) if stored else None
    if stored is None or data is None:
        raise ActError("there is no such file", 404)
    shown = stored.width > 0 and stored.mime_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
    headers = {"Cache-Control": "private, max-age=86400"}
    if not shown:
        headers["Content-Disposition"] = "attachment"
    return web.Response(
        body=data, content_type=stored.mime_type if shown else "application/octet-stream", headers=headers
    )


async def get_events(request: web.Request) -> web.StreamResponse:
    """Server-sent events of the chats in ``chats`` (comma separated; all when left out)."""
    hub = server_of(request).api.hub
    named = request.query.get("chats")
    subscriber = Subscriber(
        frozenset(int(part) for part in named.split(",") if part) if named is not None else None
    )
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    hub.subscribers.add(subscriber)
    try:
        await response.write(b": open\n\n")
        while True:
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    event = await subscriber.events.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if event is None:  # too far behind (or the server stops): the page reads everything anew
                await response.write(b'data: {"type":"resync"}\n\n')
                break
            await response.write(b"data: " + orjson.dumps(event) + b"\n\n")
    except (ConnectionResetError, asyncio.CancelledError):
        return response
    finally:
        hub.subscribers.discard(subscriber)
    return response
