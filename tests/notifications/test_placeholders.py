"""Own texts: which are accepted, and what is done with those that should not have been."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings, strategies as st

from notifications.placeholders import PLACEHOLDERS, fill, validate_markup, validate_text
from telegram_ui.playground.html_parser import parse_html


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
        ("{price!r}", "Nothing but the name stands between the braces: {price}."),
        ("{price", "brace"),
        ("price}", "brace"),
        ("<b>bold", "<b>"),
        ("bold</b>", "</b>"),
        ("<b><i>crossed</b></i>", "</b>"),
        ("<script>x</script>", "<script>"),
        ('<b onclick="x">y</b>', '<b onclick="x">'),
        ("<!-- x -->Hi", "<!-- x -->"),
        ("<!DOCTYPE html>Hi", "<!DOCTYPE html>"),
        ("<?php x?>Hi", "<?php x?>"),
        ("<![CDATA[x]]>", "<![CDATA[x]]>"),
        ("<!x>y", "<!x>"),
        ("<b/>Hi", "<b/>"),
        ("<b />Hi", "<b />"),
        ("<b>x</ b>", "</ b>"),
        ("<b>x</b foo>", "</b foo>"),
        ("</>x", "</>"),
        ("<>x", "<>"),
        ('<b href="x">y</b>', "<b>"),
        ('<a href="x" href="y">z</a>', '<a href="x" href="y">'),
        ("<a href>z</a>", "<a href>"),
        ("<b>x</b", "</b"),
        ("x&#xD800;", "&#xD800;"),
        ("<br>", "<br>"),
        ("1 < 2", "<"),
    ],
)
def test_refused_with_the_problem_named(text: str, problem: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_text(text)
    assert problem in refused.value.messages[0]


@pytest.mark.parametrize(
    "text",
    [
        "   ",
        "\n",
        "<b></b>",
        "<b> </b>",
        "&nbsp;",
        "&#8203;",
        "&#x200b;\u200d",
        "\u2060",
        "\u3164",
        "<i>\ufe0f</i>",
    ],
)
def test_a_text_of_which_nothing_can_be_seen_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_text(text)
    assert refused.value.code == "blank"


@pytest.mark.parametrize("text", ["{reason}", "👨‍👩‍👧", "0", "{{", "<b>é</b>", "<B>x</b>", "<b >x</b >"])
def test_little_is_not_nothing(text: str) -> None:
    validate_text(text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
    ],
)
def test_a_link_that_telegram_drops_and_a_browser_might_run_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        validate_markup(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/a?b=1&c=2",
        "HTTP://example.com",
        "tg://user?id=1",
        "example.com",
        "example.com:8080/a:b",
        "/a",
    ],
)
def test_links_to_the_web_and_within_telegram_are_welcome(address: str) -> None:
    validate_markup(f'<a href="{address}">x</a>')


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "/", "</", "!", "--", "b", "a", " ", "href", "=", '"', "'", "&", "#", "xD800;", "<b>", "</b>", "x", "?"]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_what_is_accepted_telegram_takes(text: str) -> None:
    try:
        validate_markup(text)
    except ValidationError:
        return
    parse_html(text)


def test_a_known_placeholder_without_a_value_becomes_empty() -> None:
    assert fill("a{reason}b", {}) == "ab"


def test_unvalidated_text_reveals_nothing_and_breaks_nothing() -> None:
    assert fill("{client.__class__} {0} {secret}", {"client": "C", "secret": "s"}) == "  "
    assert fill("{broken", {"client": "C"}) == "{broken"


def test_a_value_is_not_read_for_placeholders_again() -> None:
    assert fill("{client}", {"client": "{price}", "price": "100"}) == "{price}"


def test_every_placeholder_is_explained() -> None:
    assert all(str(explanation) for explanation in PLACEHOLDERS.values())
