"""A chart as a PNG. Takes some tens of milliseconds: call it in a thread, never on the event loop."""

from dataclasses import dataclass

from telegram_ui.pictures.canvas import FAINT, INK, LINE, Canvas
from telegram_ui.pictures.charts import Bar, Chart, Panel, Row

_HEAD, _PANEL, _ROW, _FOOT = 170, 330, 84, 40
#: Above so many bars there is no room for a text over each.
_FEW = 8
#: Of each bar's place, what stays free.
_GAP = 0.28


def draw(chart: Chart) -> bytes:
    rows = _ROW * len(chart.rows) + (90 if chart.rows else 0)
    canvas = Canvas(_HEAD + _PANEL * len(chart.panels) + rows + _FOOT)
    inner = canvas.WIDTH - 2 * canvas.MARGIN
    canvas.text(canvas.MARGIN, 84, chart.title, size=52, bold=True, width=inner)
    canvas.text(canvas.MARGIN, 140, chart.subtitle, size=36, colour=FAINT, width=inner)
    y = _HEAD
    for panel in chart.panels:
        _panel(canvas, y, panel, chart.empty)
        y += _PANEL
    if chart.rows:
        canvas.line(y)
        canvas.text(canvas.MARGIN, y + 60, chart.rows_title, size=36, bold=True, width=inner)
        for number, row in enumerate(chart.rows):
            _row(canvas, y + 90 + number * _ROW, row, chart.rows_colour)
    return canvas.png()


def _panel(canvas: Canvas, y: float, panel: Panel, empty: str) -> None:
    """Title and total, the bars, their labels."""
    left, right = canvas.MARGIN, canvas.WIDTH - canvas.MARGIN
    canvas.line(y)
    canvas.text(right, y + 56, panel.total, size=40, bold=True, anchor="rs", colour=panel.colours[0])
    wide = canvas.text(left, y + 56, panel.title, size=36, bold=True, width=560)
    if panel.legend:
        _legend(canvas, left + wide + 30, y + 56, panel)
    top, base = y + 118, y + _PANEL - 62
    place = (right - left) / max(len(panel.bars), 1)
    for number, bar in enumerate(panel.bars):
        _bar(canvas, _Place(left + number * place, place, top, base), bar, panel)
    if not any(bar.value for bar in panel.bars):
        canvas.text((left + right) / 2, (top + base) / 2 + 12, empty, size=32, colour=FAINT, anchor="ms")


def _legend(canvas: Canvas, x: float, baseline: float, panel: Panel) -> None:
    for text, colour in zip(panel.legend or (), panel.colours, strict=False):
        canvas.bar(x, baseline - 22, 24, 24, colour)
        x += 34 + canvas.text(x + 34, baseline, text, size=28, colour=FAINT) + 24


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a bar may stand."""

    x: float
    width: float
    top: float
    base: float


def _bar(canvas: Canvas, place: _Place, bar: Bar, panel: Panel) -> None:
    room, width = place.base - place.top, place.width * (1 - _GAP)
    tallest = panel.whole or max(each.value for each in panel.bars)
    scale = room / tallest if tallest else 0
    # More than the whole (work beyond the hours) fills the place, and its text tells how much it is.
    height = min(bar.value * scale, room)
    part = min(bar.part * scale, height)
    start, middle = place.x + place.width * _GAP / 2, place.x + place.width / 2
    canvas.bar(start, place.base - 3, width, 3, LINE, radius=0)
    canvas.bar(start, place.base - height, width, height, panel.colours[0])
    canvas.bar(start, place.base - part, width, part, panel.colours[1])
    if bar.text and len(panel.bars) <= _FEW:
        top = place.base - height - 10
        canvas.text(middle, top, bar.text, size=26, anchor="ms", colour=INK, width=place.width)
    if bar.label:
        canvas.text(middle, place.base + 40, bar.label, size=28, anchor="ms", colour=FAINT)


def _row(canvas: Canvas, y: float, row: Row, colour: str) -> None:
    left, right = canvas.MARGIN, canvas.WIDTH - canvas.MARGIN
    taken = canvas.text(right, y + 36, row.text, size=30, anchor="rs", colour=FAINT, width=620)
    canvas.text(left, y + 36, row.name, size=32, width=right - left - taken - 30)
    canvas.bar(left, y + 52, right - left, 14, LINE)
    canvas.bar(left, y + 52, (right - left) * min(max(row.share, 0), 1), 14, colour)
