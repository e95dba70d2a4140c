from datetime import date, time

import pytest

from telegram_ui.understanding import Moment, read_moment, read_name

TODAY = date(2026, 11, 22)  # Sunday


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("today", TODAY, None),
        ("Завтра", date(2026, 11, 23), None),
        ("послезавтра", date(2026, 11, 24), None),
        ("day after tomorrow", date(2026, 11, 24), None),
        ("25.11", date(2026, 11, 25), None),
        ("25/11", date(2026, 11, 25), None),
        ("22.11", TODAY, None),
        ("1.3", date(2027, 3, 1), None),
        ("25.11.2026", date(2026, 11, 25), None),
        ("25.11.26", date(2026, 11, 25), None),
        ("2026-11-25", date(2026, 11, 25), None),
        ("25 ноября", date(2026, 11, 25), None),
        ("25 November", date(2026, 11, 25), None),
        ("Nov 25", date(2026, 11, 25), None),
        ("friday", date(2026, 11, 27), None),
        ("в пятницу", date(2026, 11, 27), None),
        ("вс", date(2026, 11, 29), None),
        ("15:30", None, time(15, 30)),
        ("9:05", None, time(9, 5)),
        ("завтра в 15:30", date(2026, 11, 23), time(15, 30)),
        ("25.11, 10:00", date(2026, 11, 25), time(10)),
        ("on Friday at 18-00", date(2026, 11, 27), time(18)),
    ],
)
def test_days_and_times_are_read(text: str, day: date | None, at: time | None) -> None:
    assert read_moment(text, TODAY) == Moment(day, at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "tomorrow or Friday",
        "31.02",
        "25:99",
        "15",
        "стрижка завтра",
        "10:00 11:00",
        "32.13",
        "99",
        "💇",
    ],
)
def test_what_may_mean_something_else_is_left_alone(text: str) -> None:
    assert read_moment(text, TODAY) is None


NAMES = {
    1: ("Стрижка", "Haircut"),
    2: ("Стрижка бороды", "Beard trim"),
    3: ("Маникюр", "Manicure"),
    4: ("Мёд и шоколад", "Honey & chocolate wrap"),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Стрижка", 1),
        ("  HAIRCUT ", 1),
        ("стрижка бороды", 2),
        ("бороды", 2),
        ("маник", 3),
        ("мед и шоколад", 4),
        ("Honey & chocolate wrap", 4),
        ("стри", None),  # two begin like this
        ("м", None),
        ("массаж", None),
        ("", None),
    ],
)
def test_a_name_is_read_when_it_is_the_only_one(text: str, found: int | None) -> None:
    assert read_name(text, NAMES) == found
