"""Every text of the bot exists in Russian, none is left over, and placeholders agree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir
from django.utils.translation import override

from booking_site.env import BASE_DIR
from bookings import exceptions
from bookings.exceptions import BookingError
from telegram_ui.views import format as formats
from telegram_ui.views.errors import TEXTS, text_of

ROOT = BASE_DIR / "telegram_ui"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
TAG = re.compile(r"</?\w+>")


def extracted() -> set[str]:
    found = extract_from_dir(
        ROOT,
        method_map=[("playground/**", "ignore"), ("**.py", "python")],
        keywords={"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)},
    )
    return {message if isinstance(message, str) else message[0] for _file, _line, message, *_rest in found}


def called() -> Iterator[str]:
    """The same by the syntax tree, which sees into f-strings where extraction tools do not."""
    for path in ROOT.rglob("*.py"):
        if "playground" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "ngettext")
            ):
                text = node.args[0]
                assert isinstance(text, ast.Constant), (
                    f"{path.name}:{node.lineno}: only literals can be translated"
                )
                yield str(text.value)


@pytest.fixture(scope="module")
def russian() -> polib.POFile:
    return polib.pofile(str(ROOT / "locale/ru/LC_MESSAGES/django.po"))


def test_no_text_hides_from_extraction() -> None:
    assert extracted() == set(called())


def test_russian_is_complete_and_has_nothing_left_over(russian: polib.POFile) -> None:
    entries = {entry.msgid for entry in russian if not entry.obsolete}
    assert extracted() - entries == set(), "not translated"
    assert entries - extracted() == set(), "no longer used"
    assert [entry.msgid for entry in russian.fuzzy_entries()] == []
    assert [entry.msgid for entry in russian.untranslated_entries()] == []


def test_placeholders_and_tags_agree(russian: polib.POFile) -> None:
    for entry in russian:
        translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for text in translations:
            assert sorted(PLACEHOLDER.findall(entry.msgid)) == sorted(PLACEHOLDER.findall(text)), entry.msgid
            assert sorted(TAG.findall(entry.msgid)) == sorted(TAG.findall(text)), entry.msgid


def test_plurals_have_all_three_russian_forms(russian: polib.POFile) -> None:
    plurals = [entry for entry in russian if entry.msgid_plural]
    assert plurals
    assert all(sorted(entry.msgstr_plural) == [0, 1, 2] for entry in plurals)


@pytest.mark.parametrize(
    ("count", "russian_text", "english_text"),
    [(1, "1 запись", "1 visit"), (2, "2 записи", "2 visits"), (5, "5 записей", "5 visits"),
     (11, "11 записей", "11 visits"), (21, "21 запись", "21 visits"), (112, "112 записей", "112 visits")],
)  # fmt: skip
def test_counted_words(count: int, russian_text: str, english_text: str) -> None:
    with override("ru"):
        assert formats.visits(count) == russian_text
    with override("en"):
        assert formats.visits(count) == english_text


def every_error(kind: type[BookingError] = BookingError) -> Iterator[type[BookingError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


def test_every_refusal_of_the_domain_has_a_text_of_its_own() -> None:
    assert exceptions.__name__
    codes = {error.code for error in every_error() if error.__module__ == exceptions.__name__}
    assert codes == set(TEXTS)
    for language in ("ru", "en"):
        with override(language):
            texts = [str(TEXTS[code]({})) for code in sorted(codes)]
            assert len(set(texts)) == len(texts)
            assert max(map(len, texts)) <= 200, "a toast holds 200 characters"


def test_a_refusal_says_what_matters() -> None:
    with override("ru"):
        text = text_of(exceptions.TooLate("late", window_minutes=120))
        assert text == "Изменить запись здесь можно не позднее чем за 2 часа до визита. Позвоните нам, пожалуйста."
    with override("en"):
        assert text_of(exceptions.WrongStatus("", status="cancelled")) == "This visit has already been cancelled."


def test_english_needs_no_catalogue() -> None:
    assert not Path(ROOT / "locale/en").exists()
