"""Photos of campaigns."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile

from booking_site.lib.photos import NotAPhoto, kind_of
from notifications.exceptions import InvalidCampaign

#: What a refusal of the photo is called here, and its text for developers.
_REASONS: Mapping[str, tuple[str, str]] = {
    "size": ("too_long", "the photo is too big"),
    "kind": ("photo", "a photo is a JPEG or a PNG"),
    "sides": ("photo_sides", "the sides are too long"),
    "ratio": ("photo_ratio", "the photo is too narrow"),
}


def photo_file(content: bytes) -> "ContentFile[bytes]":
    """A JPEG or PNG as a file with a name of our own. Raises InvalidCampaign."""
    try:
        ending = kind_of(content)
    except NotAPhoto as error:
        reason, told = _REASONS[error.reason]
        details: dict[str, Any] = {"limit": error.limit} if error.limit else {}
        raise InvalidCampaign(told, field="photo", reason=reason, **details) from error
    return ContentFile(content, name=f"{secrets.token_hex(12)}.{ending}")
