"""Drawn faces of the demo's specialists: a salon shows who works there, and no photo of anybody lies in the code."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw

_SIDE = 640
#: Drawn so many times larger and then made small: round things get smooth edges.
_FINE = 2


@dataclass(frozen=True, slots=True)
class Face:
    paper: str
    clothes: str
    skin: str
    hair: str
    #: Down to the shoulders; short otherwise.
    long: bool = True
    beard: bool = False


#: In the order of ``catalogue.SPECIALISTS``.
FACES = (
    Face("#f3d9d2", "#7a3e57", "#f2c9a8", "#6b3f2a"),
    Face("#cfe0ea", "#2f4858", "#e3b48d", "#2b2320", long=False, beard=True),
    Face("#e6dcf2", "#5b4b8a", "#f6d5bb", "#d9b26f"),
    Face("#d7ead9", "#2f6b53", "#efc3a0", "#8c3b23"),
    Face("#f6e3c5", "#a3542f", "#e8b98f", "#231a17"),
    Face("#d5e8e8", "#35707a", "#f1cfa9", "#17130f"),
)


def draw(face: Face) -> bytes:
    """A square PNG."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who seeds a demo draws faces

    sheet = Image.new("RGB", (_SIDE * _FINE, _SIDE * _FINE), face.paper)
    pen = ImageDraw.Draw(sheet)
    if face.long:
        _round(pen, (178, 118, 462, 520), face.hair, corner=140)
    _round(pen, (110, 470, 530, 800), face.clothes, corner=170)
    _round(pen, (272, 400, 368, 530), face.skin, corner=48)
    _round(pen, (212, 160, 428, 452), face.skin, corner=108)
    if face.beard:
        _chord(pen, (212, 236, 428, 456), 15, 165, face.hair)
    _chord(pen, (204, 126, 436, 340), 180, 360, face.hair)
    for x in (272, 352):
        _round(pen, (x, 296, x + 16, 318), "#3b2f2f", corner=8)
    _smile(pen, face)
    written = BytesIO()
    sheet.resize((_SIDE, _SIDE), Image.Resampling.BOX).save(written, "PNG")
    return written.getvalue()


def _smile(pen: "ImageDraw.ImageDraw", face: Face) -> None:
    colour, down = (face.skin, 18) if face.beard else ("#a6473f", 0)
    box = tuple(each * _FINE for each in (282, 336 + down, 358, 392 + down))
    pen.arc(box, 25, 155, fill=colour, width=8 * _FINE)


def _round(pen: "ImageDraw.ImageDraw", box: tuple[int, int, int, int], colour: str, *, corner: int) -> None:
    pen.rounded_rectangle(tuple(each * _FINE for each in box), corner * _FINE, fill=colour)


def _chord(pen: "ImageDraw.ImageDraw", box: tuple[int, int, int, int], start: int, end: int, colour: str) -> None:
    pen.chord(tuple(each * _FINE for each in box), start, end, fill=colour)
