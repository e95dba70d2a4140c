"""From an HTTP request to one of aiogram's own method classes: the same types the bot speaks, checked once more."""

import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

import aiogram.methods
import orjson
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from aiohttp import BodyPartReader, web
from pydantic import BaseModel, ValidationError

from telegram_ui.playground.errors import ApiError, JsonDict, bad_request

AnyMethod = TelegramMethod[Any]

#: Every method of the Bot API that aiogram knows, by lower-cased name: Telegram ignores case.
METHODS: dict[str, type[AnyMethod]] = {
    cls.__api_method__.lower(): cls
    for cls in vars(aiogram.methods).values()
    if isinstance(cls, type) and issubclass(cls, TelegramMethod) and cls is not TelegramMethod
}

_MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "user_id": "invalid user_id specified",
    "file_id": "file_id is not specified",
    "action": "wrong parameter action in request",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart request."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RawCall:
    params: JsonDict
    uploads: dict[str, Upload]


async def read_params(request: web.Request) -> RawCall:
    """Read parameters from the query string and a JSON, form or multipart body.

    Raises:
        ApiError: 400 for a body that is none of these.
    """
    params: JsonDict = dict(request.query) if request.query_string else {}
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if kind == "multipart/form-data":
        await _read_multipart(request, params, uploads)
    elif request.can_read_body:
        body = await request.read()
        if kind == "application/json":
            params.update(_json_object(body))
        elif kind == "application/x-www-form-urlencoded":
            try:
                params.update(parse_qsl(body.decode(), keep_blank_values=True))
            except UnicodeDecodeError:
                raise bad_request("strings must be encoded in UTF-8") from None
        elif body:
            raise bad_request(f"unsupported content type {kind}")
    return RawCall(params, uploads)


def _json_object(body: bytes) -> JsonDict:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object in the request body") from None
    if not isinstance(value, dict):
        raise bad_request("object expected in the request body")
    return value


async def _read_multipart(request: web.Request, params: JsonDict, uploads: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse the multipart body")
        if part.filename is None:
            params[part.name] = await part.text()
            continue
        data = bytes(await part.read())
        uploads[part.name] = Upload(part.filename, part.headers.get("Content-Type", ""), data)
        params.setdefault(part.name, f"attach://{part.name}")


def _kind(annotation: Any) -> str:
    """How a value that came as a string is to be read for this field."""
    options = (
        [a for a in get_args(annotation) if a is not type(None)]
        if get_origin(annotation) in {Union, types.UnionType}
        else [annotation]
    )
    options = [o for o in options if o is not Default]
    flat: list[Any] = []
    for option in options:
        flat.extend(get_args(option) if get_origin(option) in {Union, types.UnionType} else [option])
    if any(isinstance(o, type) and issubclass(o, InputFile) for o in flat):
        return "text"
    if str in flat:
        return "chat" if int in flat else "text"
    if bool in flat:
        return "bool"
    if int in flat:
        return "int"
    if float in flat:
        return "float"
    return "json"


@lru_cache(maxsize=256)
def field_kinds(method: type[AnyMethod]) -> dict[str, str]:
    return {name: _kind(field.annotation) for name, field in method.model_fields.items()}


def _coerce(name: str, kind: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match kind:
        case "chat" if value.lstrip("-").isdigit():
            return int(value)
        case "bool":
            return value.lower() in {"true", "yes", "1"}
        case "int" | "float":
            try:
                return int(value) if kind == "int" else float(value)
            except ValueError:
                raise bad_request(f"{name} must be a valid Number") from None
        case "json" if value:
            try:
                return orjson.loads(value)
            except orjson.JSONDecodeError:
                raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return value


def decode(method: type[AnyMethod], params: JsonDict) -> AnyMethod:
    """Build aiogram's method object from request parameters.

    ``reply_markup`` is left to ``playground.markup``, which checks it in the Bot API's own order and words.

    Raises:
        ApiError: 400 that names the field, in Telegram's words where it has its own.
    """
    kinds = field_kinds(method)
    values = {
        name: _coerce(name, kinds[name], value)
        for name, value in params.items()
        if name in kinds and name != "reply_markup" and value is not None
    }
    try:
        return method.model_validate(values)
    except ValidationError as error:
        raise _explain(error, values) from None


def _explain(error: ValidationError, values: JsonDict) -> ApiError:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "request"
    if name not in values or values[name] == "":
        return bad_request(_MISSING.get(name, f"{name} is empty"))
    where = ".".join(str(part) for part in first["loc"])
    return bad_request(f"wrong parameter {where}: {first['msg']}")


def given(value: Any) -> Any:
    """A parameter's value, with aiogram's "take the bot's default" read as absent."""
    return None if isinstance(value, Default) else value


def as_dicts(models: list[Any] | None) -> list[JsonDict] | None:
    """Plain JSON of a list of aiogram's objects."""
    return (
        None
        if models is None
        else [m.model_dump(exclude_none=True, mode="json") if isinstance(m, BaseModel) else m for m in models]
    )
