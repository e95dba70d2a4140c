"""Photos of campaigns: looked at before they are kept, so that Telegram's refusal is not the first to tell. Pillow is
imported when the first one comes, not when a worker starts.
"""

import secrets
from collections.abc import Mapping
from io import BytesIO

from django.core.files.base import ContentFile

from notifications.exceptions import InvalidCampaign

#: What Telegram takes as a photo, bytes.
SIZE_LIMIT = 10 * 1024 * 1024
#: Width and height together, and one against the other, in pixels.
SIDES_LIMIT, RATIO_LIMIT = 10_000, 20
#: What Pillow calls them, and the ending of the file.
_KINDS: Mapping[str, str] = {"JPEG": "jpg", "PNG": "png"}


def photo_file(content: bytes) -> "ContentFile[bytes]":
    """A JPEG or PNG as a file with a name of our own. Raises InvalidCampaign."""
    if len(content) > SIZE_LIMIT:
        raise InvalidCampaign("the photo is too big", field="photo", reason="too_long", limit=SIZE_LIMIT)
    return ContentFile(content, name=f"{secrets.token_hex(12)}.{_kind(content)}")


def _kind(content: bytes) -> str:
    """Of a photo that Telegram takes; its sides are looked at before it is decoded."""
    from PIL import Image  # noqa: PLC0415 - see above

    try:
        with Image.open(BytesIO(content), formats=tuple(_KINDS)) as photo:
            _check_sides(*photo.size)
            photo.load()  # a file that ends in the middle is found out here
            return _KINDS[str(photo.format)]
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as error:  # what Pillow raises of bad files
        raise InvalidCampaign("a photo is a JPEG or a PNG", field="photo", reason="photo") from error


def _check_sides(width: int, height: int) -> None:
    if width + height > SIDES_LIMIT:
        raise InvalidCampaign("the sides are too long", field="photo", reason="photo_sides", limit=SIDES_LIMIT)
    if max(width, height) > RATIO_LIMIT * min(width, height):
        raise InvalidCampaign("the photo is too narrow", field="photo", reason="photo_ratio", limit=RATIO_LIMIT)
