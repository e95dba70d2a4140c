"""``/_control/faults``, ``clock``, ``updates``, ``webhook``, ``reset``: bending the world."""

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from telegram_ui.playground.acts import ActError
from telegram_ui.playground.control.http import body, read_as, reply, server_of
from telegram_ui.playground.faults import FaultSettings, Rule


class Advance(BaseModel):
    model_config = ConfigDict(extra="forbid")
    advance_seconds: float = Field(ge=0)


class Repeat(BaseModel):
    model_config = ConfigDict(extra="forbid")
    update_id: int | None = None


async def get_faults(request: web.Request) -> web.Response:
    return reply(server_of(request).faults.as_json())


def _changed(request: web.Request) -> web.Response:
    server = server_of(request)
    server.api.hub.announce("faults", faults=server.faults.as_json())
    return reply(server.faults.as_json())


async def put_faults(request: web.Request) -> web.Response:
    server_of(request).faults.replace(await read_as(request, FaultSettings))
    return _changed(request)


async def patch_faults(request: web.Request) -> web.Response:
    given = await body(request)
    if not isinstance(given, dict):
        raise ActError("an object is expected", 400)
    server_of(request).faults.change(given)
    return _changed(request)


async def clear_faults(request: web.Request) -> web.Response:
    server_of(request).faults.replace(FaultSettings())
    return _changed(request)


async def add_rule(request: web.Request) -> web.Response:
    server_of(request).faults.settings.rules.append(await read_as(request, Rule))
    return _changed(request)


async def advance_clock(request: web.Request) -> web.Response:
    server = server_of(request)
    server.clock.advance((await read_as(request, Advance)).advance_seconds)
    return reply({"now": server.clock.now()})


async def inject_update(request: web.Request) -> web.Response:
    """Queue an update as given, whatever it says; ``update_id`` is added when left out."""
    update = await body(request)
    if not isinstance(update, dict):
        raise ActError("an update is an object", 400)
    return reply({"update_id": server_of(request).api.updates.put_raw(update, "raw")}, 201)


async def repeat_update(request: web.Request) -> web.Response:
    """Deliver an update that was taken already a second time; the last one by default."""
    update_id = server_of(request).api.updates.repeat((await read_as(request, Repeat)).update_id)
    if update_id is None:
        raise ActError("there is no such delivered update", 404)
    return reply({"update_id": update_id}, 201)


async def get_updates(request: web.Request) -> web.Response:
    """What waits for the bot."""
    api = server_of(request).api
    pending = [{"update_id": u.update_id, "kind": u.kind, "queue": u.queue} for u in api.updates.pending.values()]
    return reply({"pending": pending[:1000], "pending_count": len(pending), "webhook": api.webhook.info()})


async def reset(request: web.Request) -> web.Response:
    await server_of(request).reset()
    return reply({})
