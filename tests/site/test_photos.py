"""Portraits come in all forms and are kept in one."""

from io import BytesIO

import pytest
from PIL import Image

from booking_site.lib.photos import PORTRAIT_LEAST, PORTRAIT_SIDE, SIZE_LIMIT, NotAPhoto, portrait
from tests.pictures import picture

ORIENTATION, GPS = 0x0112, 0x8825


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_portrait_is_a_jpeg_of_a_size_that_is_shown() -> None:
    small, large = opened(portrait(picture(200, 300))), opened(portrait(picture(4000, 2000, "JPEG")))
    assert (small.format, small.size) == ("JPEG", (200, 300))
    assert (large.format, large.size) == ("JPEG", (PORTRAIT_SIDE, PORTRAIT_SIDE // 2))


def test_it_stands_upright_and_does_not_tell_where_it_was_taken() -> None:
    told = Image.Exif()
    told[ORIENTATION] = 6  # lying on its side
    told.get_ifd(GPS)[1] = "N"
    kept = opened(portrait(picture(400, 200, "JPEG", exif=told)))
    assert kept.size == (200, 400)
    assert not kept.getexif()


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))])
def test_what_is_transparent_becomes_white(mode: str, colour: tuple[int, ...]) -> None:
    kept = opened(portrait(picture(200, 200, mode=mode, colour=colour)))
    assert kept.convert("RGB").getpixel((100, 100)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "kind"),
        (b"<svg/>", "kind"),
        (picture(200, 200, "GIF"), "kind"),
        (picture(200, 200, "JPEG")[:-200], "kind"),
        (bytes(SIZE_LIMIT + 1), "size"),
        (picture(PORTRAIT_LEAST - 1, 400), "small"),
        (picture(9_800, 201), "sides"),
        (picture(4_000, 190), "ratio"),
    ],
)
def test_what_is_no_portrait_is_refused_for_what_it_is(content: bytes, reason: str) -> None:
    with pytest.raises(NotAPhoto) as refusal:
        portrait(content)
    assert refusal.value.reason == reason
