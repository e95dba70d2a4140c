import pytest

from tests.telegram_ui.bot.conftest import ANNA, JAMES, Walker

LANGUAGES = pytest.mark.parametrize(("language", "tg_id"), [("ru", ANNA.id), ("en", JAMES.id)])

WORDS = {
    "book": ("📅 Записаться", "📅 Book a visit"),
    "haircut": ("Стрижка", "Haircut"),
    "yes": ("✅ Записаться", "✅ Book"),
}


def word(name: str, language: str) -> str:
    return WORDS[name][0 if language == "ru" else 1]


@LANGUAGES
async def test_first_booking(walker: Walker, language: str, tg_id: int) -> None:
    walk = walker(tg_id)
    await walk.say("/start")
    await walk.tap(word("book", language))
    await walk.tap(word("haircut", language))
    await walk.tap("Сегодня" if language == "ru" else "Today")
    await walk.tap(word("yes", language))
    assert walk.taps <= 5
    walk.check(f"first_booking.{language}")
