"""Pictures to upload."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture(
    width: int, height: int, kind: str = "PNG", *, colour: Any = "white", mode: str = "RGB", **how: Any
) -> bytes:
    """A sheet of that colour. ``how`` goes to the writer of the format."""
    content = BytesIO()
    Image.new(mode, (width, height), colour).save(content, kind, **how)
    return content.getvalue()
