"""Photos that people send: looked at before they are kept, so that Telegram's refusal is not the first to tell. Pillow
is imported when the first one comes, not when a worker starts.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

#: What Telegram takes as a photo, bytes.
SIZE_LIMIT = 10 * 1024 * 1024
#: Width and height together, and one against the other, in pixels.
SIDES_LIMIT, RATIO_LIMIT = 10_000, 20
#: What Pillow calls them, and the ending of the file.
_KINDS: Mapping[str, str] = {"JPEG": "jpg", "PNG": "png"}

#: Pixels of the longer side of a portrait: what Telegram shows at most.
PORTRAIT_SIDE = 1280
#: Pixels of the shorter side, below which a face is a blur.
PORTRAIT_LEAST = 160
_QUALITY = 86


class NotAPhoto(ValueError):
    """``reason``: ``size``, ``kind``, ``sides``, ``ratio`` or ``small``; ``limit``: what it went beyond, if it is a number."""

    def __init__(self, reason: str, limit: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.limit = limit


def kind_of(content: bytes) -> str:
    """The ending of a file with that photo, ``jpg`` or ``png``. Raises NotAPhoto."""
    with _opened(content) as photo:
        photo.load()  # a file that ends in the middle is found out here
        return _KINDS[str(photo.format)]


def portrait(content: bytes) -> bytes:
    """A JPEG of it, upright and at most so big, without what a camera writes beside it: where it was taken, for one.

    Raises:
        NotAPhoto.
    """
    from PIL import ImageOps  # noqa: PLC0415 - see above

    with _opened(content) as photo:
        if min(photo.size) < PORTRAIT_LEAST:
            raise NotAPhoto("small", PORTRAIT_LEAST)
        photo.draft("RGB", (PORTRAIT_SIDE, PORTRAIT_SIDE))  # a JPEG of a camera is not decoded in full
        upright = ImageOps.exif_transpose(photo)
        upright.thumbnail((PORTRAIT_SIDE, PORTRAIT_SIDE))
        written = BytesIO()
        _on_white(upright).save(written, "JPEG", quality=_QUALITY, optimize=True)
        return written.getvalue()


def _on_white(photo: "Image.Image") -> "Image.Image":
    """Without its transparency, which a JPEG would show as black."""
    from PIL import Image  # noqa: PLC0415 - see above

    if not photo.has_transparency_data:
        return photo.convert("RGB")
    seen = photo.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


@contextmanager
def _opened(content: bytes) -> "Iterator[Image.Image]":
    """The photo, its sides looked at before it is decoded. Raises NotAPhoto, also for what goes wrong in the block."""
    from PIL import Image  # noqa: PLC0415 - see above

    if len(content) > SIZE_LIMIT:
        raise NotAPhoto("size", SIZE_LIMIT)
    try:
        with Image.open(BytesIO(content), formats=tuple(_KINDS)) as photo:
            _check_sides(*photo.size)
            yield photo
    except NotAPhoto:
        raise
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as error:  # what Pillow raises of bad files
        raise NotAPhoto("kind") from error


def _check_sides(width: int, height: int) -> None:
    if width + height > SIDES_LIMIT:
        raise NotAPhoto("sides", SIDES_LIMIT)
    if max(width, height) > RATIO_LIMIT * min(width, height):
        raise NotAPhoto("ratio", RATIO_LIMIT)
