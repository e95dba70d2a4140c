"""What the control handlers share: JSON in, JSON out, clear errors."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from telegram_ui.playground.acts import ActError
from telegram_ui.playground.errors import ApiError

if TYPE_CHECKING:
    from telegram_ui.playground.server import PlaygroundServer

SERVER: "web.AppKey[PlaygroundServer]" = web.AppKey("playground")
MAX_WAIT = 60.0
_M = TypeVar("_M", bound=BaseModel)


def reply(value: Any, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def server_of(request: web.Request) -> "PlaygroundServer":
    return request.app[SERVER]


async def body(request: web.Request) -> Any:
    """The JSON body; an empty body reads as ``{}``."""
    raw = await request.read()
    if not raw:
        return {}
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ActError(f"the body is not JSON: {error}", 400) from None


async def read_as(request: web.Request, model: type[_M]) -> _M:
    return model.model_validate(await body(request))


def number(request: web.Request, name: str, default: float) -> float:
    """A number of the query string."""
    value = request.query.get(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise ActError(f"{name} is a number, not {value!r}", 400) from None


def wait_of(request: web.Request) -> float:
    """Seconds to wait, from ``timeout``; at most a minute."""
    return min(max(number(request, "timeout", 0), 0), MAX_WAIT)


def path_id(request: web.Request, name: str = "id") -> int:
    return int(request.match_info[name])


def answering(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Turn refusals and bad input into ``{"error": reason}``."""

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ActError as error:
            return reply({"error": error.reason}, error.status)
        except ApiError as error:
            return reply({"error": error.description}, 400)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            return reply({"error": problems}, 400)
        except (TypeError, ValueError) as error:
            return reply({"error": str(error)}, 400)

    return answered
