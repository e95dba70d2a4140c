"""What the editor answers to a value that is understood and cannot be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from bookings.services.resources.reading import Bounds
from telegram_ui.editor.kinds import Kind, Many, Minutes, Money, NotUnderstood, Number
from telegram_ui.editor.look import Look

LESSER, MORE = Bounds(low=1, high=730), Bounds(low=5, high=720)


def look(bounds: Bounds = Bounds()) -> Look:  # noqa: B008 - it is frozen
    return Look(today=date(2026, 11, 23), zone="Europe/Moscow", currency="RUB", bounds=bounds)


@pytest.mark.parametrize(
    ("kind", "text", "bounds", "said"),
    [
        (Number(), "-5", Bounds(), "That is below zero."),
        (Number(), "many", Bounds(), "I did not understand that."),
        (Number(), "99999999999", Bounds(), "That is too much."),
        (Number(), "32768", Bounds(), "That is too much."),
        (Number(), "9" * 30, Bounds(), "That is too much."),
        (Number(least=1), "0", Bounds(), "That is too little: 1 at least."),
        (Number(), "731", LESSER, "That is too much: 730 at most."),
        (Number(), "0", LESSER, "That is too little: 1 at least."),
        (Money(), "−1 500 ₽", Bounds(), "That is below zero."),
        (Money(), "99999999999", Bounds(), "That is too much."),
        (Money(), "cheap", Bounds(), "I did not understand that."),
        (Minutes(), "-5", MORE, "That is below zero."),
        (Minutes(), "13 h", MORE, "From 5 min to 12 h."),
        (Minutes(), "99999999999", MORE, "That is too much."),
    ],
)
def test_a_refusal_says_what_is_wrong(kind: Kind, text: str, bounds: Bounds, said: str) -> None:
    with override("en"), pytest.raises(NotUnderstood) as refused:
        kind.read(text, None, look(bounds))
    assert refused.value.text == said


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(Number(), "32767", 32767), (Number(least=1), "1", 1), (Money(), "99999999.99", Decimal("99999999.99")), (Minutes(), "0", 0)],
)  # fmt: skip
def test_what_is_just_within_is_taken(kind: Kind, text: str, value: Any) -> None:
    assert kind.read(text, None, look()) == value


@pytest.mark.parametrize(
    ("kind", "bounds", "asked"),
    [
        (Number(), Bounds(), "Type a whole number, 0 or more."),
        (Number(least=1), Bounds(), "Type a whole number, 1 or more."),
        (Number(), LESSER, "Type a whole number from 1 to 730."),
        (Money(), Bounds(), "Type the amount (₽): 1500 or 49.90."),
        (Many(nobody=lambda: "all"), Bounds(), "Tick what belongs to it. Nothing ticked means: all."),
        (Many(), Bounds(), "Tick what belongs to it:"),
    ],
)
def test_a_question_says_what_is_expected_and_nothing_of_the_machine(
    kind: Kind, bounds: Bounds, asked: str
) -> None:
    with override("en"):
        assert kind.ask(look(bounds)) == asked
