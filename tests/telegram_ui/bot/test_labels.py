"""No label of any walk, in either language, is longer than a narrow phone shows."""

import re
from pathlib import Path

import pytest
from aiogram.types import InlineKeyboardButton

from telegram_ui.keyboards.rows import ROOM, room_of, roomy
from tests.telegram_ui.bot.walk import GOLDEN

#: What a row of seven days of a week has room for.
CELL = 4


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_labels_of_walks_fit_their_rows(path: Path) -> None:
    rows = [line[4:] for line in path.read_text().splitlines() if re.match(r"  │ \[.*\]$", line)]
    for row in rows:
        labels = re.split(r"\] \[", row[1:-1])
        room = ROOM.get(len(labels), CELL)
        assert [label for label in labels if room_of(label) > room] == [], row


def row(*labels: str) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=label, callback_data="x") for label in labels]


@pytest.mark.parametrize(
    ("labels", "widths"),
    [
        (("short", "short"), [2]), (("a label of eighteen"[:18], "b"), [2]), (("a label of nineteen", "b"), [1, 1]),
        (("one", "two", "quite a long one"), [2, 1]), (("10:00", "a label of nineteen", "c"), [1, 1, 1]),
        (tuple("1234567"), [7]), (("x" * 60,), [1]),
    ],
)  # fmt: skip
def test_a_row_that_a_phone_would_cut_is_broken_up(labels: tuple[str, ...], widths: list[int]) -> None:
    assert [len(part) for part in roomy(row(*labels))] == widths


def test_emoji_are_wide_and_joiners_are_nothing() -> None:
    assert (room_of("✖️ Cancel"), room_of("📅 Book"), room_of("👩‍🎨")) == (8, 7, 4)
