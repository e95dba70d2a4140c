"""Photos, documents, albums, and downloading them again."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiogram.methods import GetFile, SendDocument, SendMediaGroup, SendPhoto
from aiogram.types import InputMediaDocument, InputMediaPhoto

from telegram_ui.playground.bot_api import BotApi
from telegram_ui.playground.errors import JsonDict, bad_request
from telegram_ui.playground.files import StoredFile
from telegram_ui.playground.methods.registry import common_fields, handles, markup_of, replied_message
from telegram_ui.playground.params import RawCall, as_dicts, given
from telegram_ui.playground.text import caption_text

_PHOTO_LIMIT = 10 * 1024 * 1024
_SIDES_LIMIT = 10_000
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_ALBUM = range(2, 11)
_FETCH_TIMEOUT = aiohttp.ClientTimeout(total=5)


async def stored_file(api: BotApi, value: Any, raw: RawCall, *, photo: bool) -> StoredFile:
    """The file a parameter means: an upload, a known ``file_id``, or an address on this machine.

    Telegram fetches any public address; a development tool fetches nothing beyond loopback.
    """
    reference = str(value)
    if reference.startswith("attach://"):
        upload = raw.uploads.get(reference.removeprefix("attach://"))
        if upload is None or not upload.data:
            raise bad_request(
                "file must be non-empty"
                if upload
                else f"there is no {'photo' if photo else 'document'} in the request"
            )
        stored = api.files.add(upload.data, upload.filename, upload.content_type, photo=photo)
    elif reference.startswith(("http://", "https://")):
        stored = await _fetch(api, reference, photo=photo)
    else:
        known = api.files.files.get(reference)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if photo and not known.width:
            raise bad_request("can't use file of type Document as Photo")
        return known
    if photo:
        _check_photo(stored)
    api.journal.save("file", stored.file_id, stored.as_json())
    return stored


def _check_photo(stored: StoredFile) -> None:
    if stored.size > _PHOTO_LIMIT:
        raise bad_request("file is too big for a photo")
    if not stored.width or not stored.height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if stored.width + stored.height > _SIDES_LIMIT:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


async def _fetch(api: BotApi, address: str, *, photo: bool) -> StoredFile:
    if urlsplit(address).hostname not in _LOOPBACK:
        raise bad_request("failed to get HTTP URL content")
    try:
        async with (
            aiohttp.ClientSession(timeout=_FETCH_TIMEOUT) as session,
            session.get(address, allow_redirects=False) as response,
        ):
            if response.status != 200:  # noqa: PLR2004 - anything else is no file
                raise bad_request("failed to get HTTP URL content")
            data = await response.read()
            return api.files.add(
                data, urlsplit(address).path.rsplit("/", 1)[-1], response.content_type, photo=photo
            )
    except (aiohttp.ClientError, TimeoutError):
        raise bad_request("failed to get HTTP URL content") from None


def photo_field(stored: StoredFile) -> list[JsonDict]:
    return [
        {
            "file_id": stored.file_id, "file_unique_id": stored.file_unique_id, "file_size": stored.size,
            "width": stored.width, "height": stored.height,
        }
    ]  # fmt: skip


def document_field(stored: StoredFile) -> JsonDict:
    return {
        "file_id": stored.file_id, "file_unique_id": stored.file_unique_id, "file_size": stored.size,
        "file_name": stored.name, "mime_type": stored.mime_type,
    }  # fmt: skip


@handles(SendPhoto)
async def send_photo(api: BotApi, call: SendPhoto, raw: RawCall) -> JsonDict:
    caption = caption_text(call.caption, given(call.parse_mode), as_dicts(call.caption_entities))
    chat = api.chat(call.chat_id)
    markup, replied = markup_of(raw, chat), replied_message(api, chat, call)
    photo = photo_field(await stored_file(api, call.photo, raw, photo=True))
    return api.post(chat, {"photo": photo, **caption.as_json("caption"), **common_fields(call)}, markup, replied)


@handles(SendDocument)
async def send_document(api: BotApi, call: SendDocument, raw: RawCall) -> JsonDict:
    caption = caption_text(call.caption, given(call.parse_mode), as_dicts(call.caption_entities))
    chat = api.chat(call.chat_id)
    markup, replied = markup_of(raw, chat), replied_message(api, chat, call)
    document = document_field(await stored_file(api, call.document, raw, photo=False))
    content = {"document": document, **caption.as_json("caption"), **common_fields(call)}
    return api.post(chat, content, markup, replied)


async def media_content(api: BotApi, media: Any, raw: RawCall) -> JsonDict:
    """Message fields of an ``InputMedia``."""
    if not isinstance(media, InputMediaPhoto | InputMediaDocument):
        raise bad_request(
            f"the playground supports photos and documents, not {getattr(media, 'type', 'this media')}"
        )
    caption = caption_text(media.caption, given(media.parse_mode), as_dicts(media.caption_entities))
    photo = isinstance(media, InputMediaPhoto)
    stored = await stored_file(api, media.media, raw, photo=photo)
    field = {"photo": photo_field(stored)} if photo else {"document": document_field(stored)}
    return {**field, **caption.as_json("caption")}


@handles(SendMediaGroup)
async def send_media_group(api: BotApi, call: SendMediaGroup, raw: RawCall) -> list[JsonDict]:
    chat = api.chat(call.chat_id)
    if len(call.media) not in _ALBUM:
        raise bad_request(
            f"{'too few' if len(call.media) < _ALBUM.start else 'too many'} messages to send as an album"
        )
    replied = replied_message(api, chat, call)
    contents = [await media_content(api, item, raw) for item in call.media]
    group = {"media_group_id": str(api.new_message_id()), **common_fields(call)}
    return [api.post(chat, {**content, **group}, None, replied) for content in contents]


@handles(GetFile)
def get_file(api: BotApi, call: GetFile, _raw: RawCall) -> JsonDict:
    stored = api.files.files.get(call.file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return stored.as_file()
