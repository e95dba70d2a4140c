"""The Bot API over HTTP: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``."""

import asyncio
import inspect
import logging
from typing import Any

import orjson
from aiohttp import web

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.calls import Call, Calls
from telegram_ui.playground.errors import ApiError, JsonDict, bad_request
from telegram_ui.playground.faults import Faults
from telegram_ui.playground.limits import COUNTED, Limiter
from telegram_ui.playground.methods import HANDLERS
from telegram_ui.playground.params import METHODS, AnyMethod, RawCall, decode, read_params

_log = logging.getLogger(__name__)
_UNTIMED = "getUpdates"
_TRUE = {True, "true", "True", "1"}


class ConnectionLost(Exception):
    """The connection is to break instead of an answer."""


class BotHttp:
    """Answers the bot's calls, records them, and applies the faults in force."""

    def __init__(self, token: str, api: BotApi, faults: Faults, calls: Calls) -> None:
        self._token = token
        self._api = api
        self._faults = faults
        self._calls = calls
        self.limiter = Limiter()

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        status = 200
        began = self._api.clock.monotonic()
        method = METHODS.get(request.match_info["method"].lower())
        try:
            self._check_token(request.match_info["token"])
            if method is None:
                raise ApiError(404, "Not Found: method not found")  # noqa: TRY301 - answered below like the rest
            raw = await read_params(request)
            body = orjson.dumps({"ok": True, "result": await self._record(method, raw)})
        except ApiError as error:
            status, body = error.code, orjson.dumps(error.as_json())
        except ConnectionLost:
            await self._wait_until(began)
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        except Exception:  # noqa: BLE001 - whatever it is, the bot gets an answer
            # A mistake of the playground itself: told in the log, and to the bot in a form that it can read.
            _log.exception("The playground failed at %s", request.match_info["method"])
            status, body = 500, orjson.dumps(ApiError(500, "Internal Server Error").as_json())
        if method is None or method.__api_method__ != _UNTIMED:
            await self._wait_until(began)
        return web.Response(status=status, body=body, content_type="application/json")

    async def file(self, request: web.Request) -> web.Response:
        """Download of a file that getFile named."""
        known = request.match_info["token"] == self._token
        stored = self._api.files.by_path(request.match_info["path"]) if known else None
        data = self._api.files.read(stored) if stored else None
        if stored is None or data is None:
            return web.json_response(ApiError(404, "Not Found").as_json(), status=404)
        return web.Response(body=data, content_type=stored.mime_type)

    def _check_token(self, token: str) -> None:
        if token != self._token:
            well_formed = token.partition(":")[0].isdigit() and ":" in token
            raise ApiError(401, "Unauthorized") if well_formed else ApiError(404, "Not Found")

    async def _wait_until(self, began: float) -> None:
        latency = self._faults.latency()
        if latency:
            await asyncio.sleep(max(0.0, began + latency - self._api.clock.monotonic()))

    async def _record(self, method: type[AnyMethod], raw: RawCall) -> Any:
        clock = self._api.clock
        name = method.__api_method__
        chat_id = _chat_id(raw.params)
        call = self._calls.begin(name, chat_id, raw.params, clock.monotonic(), clock.now())
        rule = self._faults.strike(name, chat_id) if self._faults.settings.rules else None
        fault = rule.kind if rule else ""
        status, error_text = 200, ""
        try:
            if rule is not None and rule.kind != "lose_answer":
                raise rule.error() or ConnectionLost
            self._check_limits(name, chat_id, raw.params, call)
            result = await self._answer(method, raw)
            if isinstance(result, dict):
                call.message_id = result.get("message_id")
            if rule is not None:
                raise ConnectionLost  # noqa: TRY301 - recorded below like the rest
        except ApiError as error:
            status, error_text = error.code, error.description
            raise
        except ConnectionLost:
            status, error_text = -1, "connection lost"
            raise
        finally:
            self._calls.end(call, status, clock.monotonic(), error=error_text, fault=fault)
        return result

    def _check_limits(self, name: str, chat_id: int | None, params: JsonDict, call: Call) -> None:
        limits = self._faults.limits
        if limits is None or name not in COUNTED:
            return
        paid = params.get("allow_paid_broadcast") in _TRUE
        refused = self.limiter.check(limits, chat_id=chat_id, paid=paid, now=call.at)
        if refused is not None:
            raise refused

    async def _answer(self, method: type[AnyMethod], raw: RawCall) -> Any:
        handler = HANDLERS.get(method)
        if handler is None:
            raise bad_request(f"the playground does not support {method.__api_method__}")
        result = handler(self._api, decode(method, raw.params), raw)
        return await result if inspect.isawaitable(result) else result


def _chat_id(params: JsonDict) -> int | None:
    value = params.get("chat_id")
    try:
        return int(value) if value is not None else None
    except (TypeError, ValueError):
        return None
