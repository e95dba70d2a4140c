from datetime import time
from decimal import Decimal

import pytest

from telegram_ui.editor.parsing import (
    read_amount,
    read_hours,
    read_hours_list,
    read_minutes,
    read_minutes_list,
    read_number,
    read_week,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90", 90), ("1h 30m", 90), ("1 h 30 min", 90), ("1 ч 30 мин", 90), ("1ч30м", 90), ("1:30", 90), ("1,5 часа", 90),
     ("1 hour and 30 minutes", 90), ("1 h 30", 90), ("полтора", None), ("2 дня", 2880), ("1 day 2 hours", 1560),
     ("45 минут", 45), ("", None), ("-5", None), ("1h 2x", None), ("1:75", None), ("0", 0), ("1.33 h", None),
     ("99999999999999", None), ("h", None)],
)  # fmt: skip
def test_a_length_of_time_as_people_type_it(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1500", Decimal(1500)), ("1 500,50 ₽", Decimal("1500.50")), ("€49.90", Decimal("49.90")), ("бесплатно", Decimal(0)),
     ("1500 руб.", Decimal(1500)), ("1.234", None), ("-5", None), ("cheap", None), ("1e9", None), ("", None), ("∞", None)],
)  # fmt: skip
def test_an_amount(text: str, amount: Decimal | None) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "hours"),
    [("9:00-18:00", (time(9), time(18))), ("9-18", (time(9), time(18))), ("с 9 до 18:30", (time(9), time(18, 30))),
     ("from 10 to 24", (time(10), time(0))), ("22:00 – 6:00", (time(22), time(6))), ("9.30-18.00", (time(9, 30), time(18))),
     ("9", None), ("25-26", None), ("9:99-10", None), ("", None)],
)  # fmt: skip
def test_a_range_of_hours(text: str, hours: tuple[time, time] | None) -> None:
    assert read_hours(text) == hours


def test_several_ranges_come_in_order_and_may_not_overlap() -> None:
    assert read_hours_list("14-18, 9-13") == [(time(9), time(13)), (time(14), time(18))]
    assert read_hours_list("9-13 и 14-2") == [(time(9), time(13)), (time(14), time(2))]
    assert read_hours_list("9-14, 13-18") is None
    assert read_hours_list("22-6, 23-1") is None


NINE_TO_SIX = [(time(9), time(18))]
WITH_A_BREAK = [(time(9), time(13)), (time(14), time(18))]


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mon-Fri 9:00-18:00; Sat 10-15; Sun closed",
         {**dict.fromkeys(range(5), NINE_TO_SIX), 5: [(time(10), time(15))], 6: []}),
        ("пн–пт: 9-13, 14-18\nвс выходной", {**dict.fromkeys(range(5), WITH_A_BREAK), 6: []}),
        ("пн, ср и пт с 9 до 18", {0: NINE_TO_SIX, 2: NINE_TO_SIX, 4: NINE_TO_SIX}),
        ("ежедневно 9-18", dict.fromkeys(range(7), NINE_TO_SIX)),
        ("fri-mon 9-18", dict.fromkeys((4, 5, 6, 0), NINE_TO_SIX)),
        ("будни 9-18", dict.fromkeys(range(5), NINE_TO_SIX)),
        ("9-18", None), ("mon", None), ("mon 9", None), ("someday 9-18", None), ("mon 9-18; mon 10-11", None), ("", None),
        ("mon-wed-fri 9-18", None),
    ],
)  # fmt: skip
def test_a_week_of_hours(text: str, week: dict[int, list[tuple[time, time]]] | None) -> None:
    assert read_week(text) == week


def test_several_lengths_longest_first_and_each_once() -> None:
    assert read_minutes_list("2 часа, 1 день; 2 ч") == [1440, 120]
    assert read_minutes_list("soon") is None


@pytest.mark.parametrize(("text", "number"), [("1 000", 1000), ("5", 5), ("5.5", None), ("-1", None), ("²", None)])
def test_a_number(text: str, number: int | None) -> None:
    assert read_number(text) == number
