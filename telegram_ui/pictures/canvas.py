"""A sheet to draw on: text that fits, bars, and the fonts, which come along so that pictures look alike everywhere."""

import io
import re
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Colour = str

INK: Colour = "#1f2933"
FAINT: Colour = "#6b7785"
LINE: Colour = "#e4e7eb"
PAPER: Colour = "#ffffff"

_FONTS = Path(__file__).parent / "fonts"
#: What the fonts have; names may hold anything, and what cannot be drawn would be a box.
_UNDRAWABLE = re.compile(
    r"[^\u0020-\u007e\u00a0-\u017f\u0400-\u045f\u0490\u0491\u202f\u2010-\u2015\u2018-\u201e\u2022\u2026\u20a0-\u20bd\u2116\u2212]"
)
_SPELLED = {"\u20be": "GEL", "\u058f": "AMD", "\u2009": " ", "\u200a": " "}


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")), size)


def drawable(text: str) -> str:
    """``text`` without what the fonts do not have."""
    for sign, spelled in _SPELLED.items():
        text = text.replace(sign, spelled)
    return " ".join(_UNDRAWABLE.sub("", text).split(" ")).strip()


class Canvas:
    """``height`` pixels of paper, 1080 wide: a phone shows them at a third of that."""

    WIDTH, MARGIN = 1080, 56

    def __init__(self, height: int) -> None:
        self._image = Image.new("RGB", (self.WIDTH, height), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self, x: float, y: float, text: str, *, size: int, colour: Colour = INK, bold: bool = False,
        anchor: str = "ls", width: float | None = None,
    ) -> float:  # fmt: skip
        """Write with the baseline at ``y``, cut to ``width`` with an ellipsis; returns how wide it became."""
        chosen = font(size, bold=bold)
        shown = drawable(text)
        while width is not None and len(shown) > 1 and chosen.getlength(shown) > width:
            shown = shown.rstrip("…")[:-1].rstrip() + "…"
        self._draw.text((x, y), shown, font=chosen, fill=colour, anchor=anchor)
        return float(chosen.getlength(shown))

    def bar(self, x: float, y: float, width: float, height: float, colour: Colour, *, radius: float = 6) -> None:
        """A filled rectangle with its upper left corner at (``x``, ``y``)."""
        if width <= 0 or height <= 0:
            return
        corner = min(radius, width / 2, height / 2)
        self._draw.rounded_rectangle((x, y, x + width - 1, y + height - 1), corner, fill=colour)

    def line(self, y: float) -> None:
        self._draw.line((self.MARGIN, y, self.WIDTH - self.MARGIN, y), fill=LINE, width=2)

    def png(self) -> bytes:
        """At most 256 colours: a quarter of the bytes."""
        buffer = io.BytesIO()
        self._image.quantize(256, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=False)
        return buffer.getvalue()
