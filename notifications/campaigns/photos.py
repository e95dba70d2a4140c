"""Photos of campaigns: looked at before they are kept, so that Telegram's refusal is not the first to tell."""

import secrets
from collections.abc import Mapping

from django.core.files.base import ContentFile

from notifications.exceptions import InvalidCampaign

#: What Telegram takes as a photo, bytes.
SIZE_LIMIT = 10 * 1024 * 1024
#: How a file of each kind begins.
_KINDS: Mapping[bytes, str] = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def photo_file(content: bytes) -> "ContentFile[bytes]":
    """A JPEG or PNG as a file with a name of our own. Raises InvalidCampaign."""
    if len(content) > SIZE_LIMIT:
        raise InvalidCampaign("the photo is too big", field="photo", reason="too_long", limit=SIZE_LIMIT)
    kind = next((name for sign, name in _KINDS.items() if content.startswith(sign)), "")
    if not kind:
        raise InvalidCampaign("a photo is a JPEG or a PNG", field="photo", reason="photo")
    return ContentFile(content, name=f"{secrets.token_hex(12)}.{kind}")
