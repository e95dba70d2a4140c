"""One or two letters on a colour: who has no photo still has a face among others."""

import io

from PIL import Image, ImageDraw

from telegram_ui.pictures.canvas import PAPER, Colour, drawable, font

SIDE = 640
_LETTERS = 250


def draw(letters: str, paper: Colour) -> bytes:
    """A square PNG. Letters the fonts lack are left out."""
    image = Image.new("RGB", (SIDE, SIDE), paper)
    middle = SIDE / 2
    ImageDraw.Draw(image).text(
        (middle, middle), drawable(letters), font=font(_LETTERS, bold=True), fill=PAPER, anchor="mm"
    )
    written = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()
