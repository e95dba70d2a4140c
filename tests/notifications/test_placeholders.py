"""Own texts: which are accepted, and what is done with those that should not have been."""

import pytest
from django.core.exceptions import ValidationError

from notifications.placeholders import PLACEHOLDERS, fill, validate_text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "<b>{service}</b> — {date}, {time}",
        '<a href="https://x.y">{client}</a>',
        "{{braces}}",
        "1 &lt; 2",
    ],
)
def test_accepted(text: str) -> None:
    validate_text(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{password}", "{password}"),
        ("{client.__class__}", "{client.__class__}"),
        ("{client[0]}", "{client[0]}"),
        ("{}", "{}"),
        ("{price:>10}", "{price}"),
        ("{price!r}", "{price}"),
        ("{price", "brace"),
        ("price}", "brace"),
        ("<b>bold", "<b>"),
        ("bold</b>", "</b>"),
        ("<b><i>crossed</b></i>", "</b>"),
        ("<script>x</script>", "<script>"),
        ('<b onclick="x">y</b>', "<b>"),
        ("<br>", "<br>"),
        ("1 < 2", "<"),
    ],
)
def test_refused_with_the_problem_named(text: str, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_text(text)
    assert problem in refused.value.messages[0]


def test_a_known_placeholder_without_a_value_becomes_empty() -> None:
    assert fill("a{reason}b", {}) == "ab"


def test_unvalidated_text_reveals_nothing_and_breaks_nothing() -> None:
    assert fill("{client.__class__} {0} {secret}", {"client": "C", "secret": "s"}) == "  "
    assert fill("{broken", {"client": "C"}) == "{broken"


def test_a_value_is_not_read_for_placeholders_again() -> None:
    assert fill("{client}", {"client": "{price}", "price": "100"}) == "{price}"


def test_every_placeholder_is_explained() -> None:
    assert all(str(explanation) for explanation in PLACEHOLDERS.values())
