"""What a picture of figures says, in words and numbers; nothing of how it is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` and its ``part`` that is drawn in the second colour; ``text`` stands above, ``label`` below."""

    label: str
    value: float
    text: str = ""
    part: float = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars over days. ``whole``: what the tallest bar may be, where the scale is fixed (1 for shares)."""

    title: str
    total: str
    colours: tuple[str, str]
    bars: tuple[Bar, ...]
    whole: float | None = None
    legend: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a comparison: ``share`` from 0 to 1 is drawn, ``text`` told."""

    name: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All texts are in the reader's language."""

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    rows_title: str = ""
    rows: tuple[Row, ...] = ()
    rows_colour: str = "#12a150"
    empty: str = ""
