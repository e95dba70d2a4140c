"""Pictures of figures: what stands where, and nothing that cannot be drawn."""

import ast
import io

import pytest
from PIL import Image, ImageFont

from booking_site.env import BASE_DIR
from telegram_ui.pictures import initials
from telegram_ui.pictures.canvas import Canvas, drawable, font
from telegram_ui.pictures.charts import Bar, Chart, Panel, Row
from telegram_ui.pictures.drawing import draw

_DRAWN = ("telegram_ui.pictures.canvas", "telegram_ui.pictures.drawing", "telegram_ui.pictures.initials")
BLUE, RED = (47, 111, 237), (229, 72, 77)


def panel(*bars: Bar, whole: float | None = None) -> Panel:
    return Panel("Visits", "3", ("#2f6fed", "#e5484d"), bars, whole=whole)


def drawn(*panels: Panel, rows: tuple[Row, ...] = ()) -> Image.Image:
    chart = Chart("Salon", "November", panels, "People", rows, "#2f6fed", "nothing yet")
    return Image.open(io.BytesIO(draw(chart))).convert("RGB")


def area(image: Image.Image, colour: tuple[int, int, int]) -> int:
    """Pixels of that colour, as near as a palette keeps it."""
    near = 12
    return sum(
        count
        for count, shade in image.getcolors(2**24) or ()
        if isinstance(shade, tuple) and all(abs(a - b) <= near for a, b in zip(shade, colour, strict=True))
    )


def test_it_is_as_wide_as_a_phone_likes_and_small_enough_to_be_sent_at_once() -> None:
    bars = tuple(Bar(str(day), day, str(day)) for day in range(31))
    picture = draw(Chart("Salon", "November", (panel(*bars),) * 3, "People", (Row("Maria", 0.5, "50%"),) * 8))
    assert len(picture) < 200_000
    image = Image.open(io.BytesIO(picture))
    assert image.format == "PNG"
    assert image.width == Canvas.WIDTH
    assert image.width + image.height <= 10_000, "Telegram's limit of a photo"


def test_a_taller_bar_has_more_of_its_colour() -> None:
    one, four = drawn(panel(Bar("a", 1), Bar("b", 4))), drawn(panel(Bar("a", 4), Bar("b", 4)))
    assert area(four, BLUE) > 1.4 * area(one, BLUE)


def test_the_part_of_a_bar_has_a_colour_of_its_own() -> None:
    assert area(drawn(panel(Bar("a", 4))), RED) == 0
    assert area(drawn(panel(Bar("a", 4, part=1))), RED) > 1000


def test_more_than_the_whole_stays_in_its_place() -> None:
    full, beyond = drawn(panel(Bar("a", 1), whole=1)), drawn(panel(Bar("a", 7), whole=1))
    assert area(full, BLUE) == pytest.approx(area(beyond, BLUE), rel=0.01)


def test_a_period_without_anything_can_be_drawn() -> None:
    assert area(drawn(panel(Bar("a", 0), Bar("b", 0)), panel()), RED) == 0


@pytest.mark.parametrize("bold", [False, True])
def test_the_fonts_have_what_is_drawn_of_both_languages_and_their_money(bold: bool) -> None:
    chosen = font(40, bold=bold)
    missing = bytes(chosen.getmask("\uffff"))
    for sign in drawable(
        "Съешь ещё этих мягких французских булок, да выпей же чаю Ґґ №«»–… The quick brown fox 1 234,5 ₽€$₸₴₺%"
    ):
        assert sign == " " or bytes(chosen.getmask(sign)) != missing, sign
    assert isinstance(chosen, ImageFont.FreeTypeFont)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Мария 🙂", "Мария"), ("₾ 100", "GEL 100"), ("花子", ""), ("a\u200db", "ab"), ("<b>&", "<b>&")],
)
def test_what_the_fonts_lack_is_left_out(text: str, shown: str) -> None:
    assert drawable(text) == shown


def test_a_long_name_is_cut_to_its_place() -> None:
    canvas = Canvas(100)
    assert canvas.text(0, 50, "Константинополь" * 20, size=40, width=300) <= 300
    assert canvas.text(0, 50, "", size=40, width=300) == 0


def test_a_worker_starts_without_the_library() -> None:
    """Whoever imports it at the top of a file makes every start pay for it."""
    at_the_top = {
        str(path.relative_to(BASE_DIR))
        for path in (BASE_DIR / "telegram_ui").rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.split(".")[0] == "PIL" or name in _DRAWN
    }
    assert at_the_top == {f"{name.replace('.', '/')}.py" for name in _DRAWN}


def test_initials_are_drawn_on_the_colour_that_was_asked_for() -> None:
    """Letters the fonts lack are left out, and nobody is without a picture."""
    for letters in ("АС", "M", "李", ""):
        image = Image.open(io.BytesIO(initials.draw(letters, "#2f6fed"))).convert("RGB")
        assert image.size == (initials.SIDE, initials.SIDE)
        assert area(image, BLUE) > initials.SIDE**2 / 2
        assert bool(area(image, (255, 255, 255))) == bool(drawable(letters))
