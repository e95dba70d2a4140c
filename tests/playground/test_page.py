"""The page in a real browser: it shows what Telegram would, live, and never runs what people write."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.threaded import PlaygroundThread
from telegram_ui.playground.world import Person
from tests.playground.bot_calls import call, updates
from tests.playground.conftest import ANNA, JAMES, TOKEN

pytestmark = pytest.mark.browser

XSS = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@pytest.fixture
def page(browser: BrowserContext, thread: PlaygroundThread) -> Iterator[Page]:
    """The open page; a script error or a policy violation fails the test."""
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(thread.url)
    expect(page.locator("#live-text")).to_have_text("Live")
    yield page
    assert problems == []


@pytest.fixture
def pane(page: Page) -> Locator:
    return page.locator(f"#pane-{ANNA.id}")


def send(thread: PlaygroundThread, text: str, **given: Any) -> int:
    return int(call(thread, "sendMessage", chat_id=ANNA.id, text=text, parse_mode="HTML", **given)["message_id"])


def keys(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def test_messages_appear_change_and_vanish_without_reload(thread: PlaygroundThread, pane: Locator) -> None:
    pane.get_by_role("button", name="Start").click()
    expect(pane.locator(".own .text")).to_have_text("/start")
    assert updates(thread)[0]["message"]["text"] == "/start"
    message_id = send(
        thread,
        '<b>Bold <i>both</i></b> <a href="https://a.example/x">link</a> <code>c&lt;</code>\n'
        "<blockquote>quote</blockquote>\n<tg-spoiler>hidden</tg-spoiler> 😀<u>end</u>",
    )
    text = pane.locator(".bot .text")
    expect(text.locator("strong em")).to_have_text("both")
    expect(text.get_by_role("link")).to_have_attribute("href", "https://a.example/x")
    expect(text.locator("code")).to_have_text("c<")
    expect(text.locator("blockquote")).to_have_text("quote")
    expect(text.locator("u")).to_have_text("end")
    text.locator(".spoiler").click()
    expect(text.locator(".spoiler")).to_have_class("spoiler shown")
    call(thread, "editMessageText", chat_id=ANNA.id, message_id=message_id, text="changed")
    expect(text).to_have_text("changed")
    expect(pane.locator(".bot .edited")).to_be_visible()
    call(thread, "deleteMessage", chat_id=ANNA.id, message_id=message_id)
    expect(pane.locator(".bot")).to_have_count(0)


def test_a_button_spins_until_it_is_answered(thread: PlaygroundThread, pane: Locator) -> None:
    send(
        thread,
        "Sure?",
        reply_markup=keys([{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}]),
    )
    yes = pane.get_by_role("button", name="Yes")
    for show_alert in (False, True):
        yes.click()
        expect(yes).to_have_attribute("aria-busy", "true")
        expect(pane.get_by_role("button", name="No", exact=True)).not_to_have_attribute("aria-busy", "true")
        press = updates(thread, offset=-1)[-1]["callback_query"]
        call(thread, "answerCallbackQuery", callback_query_id=press["id"], text=XSS, show_alert=show_alert)
        expect(yes).not_to_have_attribute("aria-busy", "true")
        expect(pane.locator(".alert p" if show_alert else ".toast")).to_have_text(XSS)
    pane.get_by_role("button", name="OK").click()
    expect(pane.locator(".alert")).to_be_hidden()


def test_the_reply_keyboard_and_its_requests(thread: PlaygroundThread, page: Page, pane: Locator) -> None:
    rows = [
        [{"text": "Menu"}],
        [{"text": "Phone", "request_contact": True}, {"text": "Place", "request_location": True}],
    ]
    send(
        thread,
        "Choose",
        reply_markup={"keyboard": rows, "resize_keyboard": True, "input_field_placeholder": "Pick one"},
    )
    keyboard = pane.get_by_role("group", name="Keyboard of the bot")
    expect(pane.get_by_placeholder("Pick one")).to_be_visible()
    keyboard.get_by_role("button", name="Phone").click()
    page.get_by_label("Phone").fill("+79995550011")
    page.get_by_role("button", name="Share").click()
    expect(pane.locator(".card")).to_contain_text("+79995550011")
    keyboard.get_by_role("button", name="Place").click()
    page.get_by_role("button", name="Share").click()
    expect(pane.locator(".card").nth(1)).to_contain_text("55.7558, 37.6173")
    keyboard.get_by_role("button", name="Menu").click()
    expect(pane.locator(".own .text")).to_have_text("Menu")
    send(thread, "Gone", reply_markup={"remove_keyboard": True})
    expect(keyboard).to_be_hidden()


def test_nothing_people_or_bots_write_is_run(thread: PlaygroundThread, page: Page, pane: Locator) -> None:
    pane.get_by_label("Message", exact=True).fill(XSS)
    pane.get_by_label("Send", exact=True).click()
    expect(pane.locator(".own .text")).to_have_text(XSS)
    escaped = XSS.replace("<", "&lt;")
    send(
        thread,
        f'{escaped} <a href="javascript:window.hacked=1">x</a>',
        reply_markup=keys([{"text": XSS, "callback_data": "x"}]),
    )
    expect(pane.locator(".bot .text")).to_have_text(f"{XSS} x")
    expect(pane.locator(".bot .text a")).to_have_count(0)
    call(thread, "setMyCommands", commands=[{"command": "x", "description": XSS}])
    call(thread, "sendVenue", chat_id=ANNA.id, latitude=1, longitude=1, title=XSS, address=XSS)
    call(thread, "sendContact", chat_id=ANNA.id, phone_number=XSS, first_name=XSS)
    thread.client.add_user(first_name=XSS[:60], role=XSS[:20])
    pane.get_by_role("button", name="Menu").click()
    expect(pane.locator(".commands")).to_contain_text(XSS)
    page.get_by_role("button", name="Open another chat").click()
    expect(page.locator(".people")).to_contain_text(XSS[:60])
    expect(pane.locator(".card")).to_have_count(2)
    assert page.locator("main img").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_new_person_a_blocked_bot_and_fault_switches(
    client: PlaygroundClient, page: Page, pane: Locator
) -> None:
    page.get_by_role("button", name="Open another chat").click()
    page.get_by_label("Name").fill("Jürgen")
    page.get_by_label("Language").select_option("de")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Jürgen")).to_be_visible()
    (added,) = [user for user in client.request("GET", "/users")["users"] if user["first_name"] == "Jürgen"]
    assert (added["language_code"], added["role"]) == ("de", "guest")
    pane.get_by_label("Block").check()
    expect(pane.locator(".pane-status")).to_have_text("has blocked the bot")
    page.get_by_label("429").check()
    page.get_by_label("Latency").select_option("50")
    expect(page.locator(".faults")).to_have_class("faults active")
    client.set_faults()
    expect(page.get_by_label("429")).not_to_be_checked()


def test_a_phone_shows_one_chat_and_counts_the_others(thread: PlaygroundThread, page: Page, pane: Locator) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    call(thread, "sendMessage", chat_id=JAMES.id, text="For James")
    page.get_by_label("Open another chat").click()
    page.get_by_role("button", name="James").click()
    page.get_by_role("tab", name="Anna").click()
    expect(page.locator(f"#pane-{JAMES.id}")).to_be_hidden()
    call(thread, "sendMessage", chat_id=JAMES.id, text="Again for James")
    expect(page.get_by_role("tab", name="James").locator(".badge")).to_have_text("1")
    page.get_by_role("tab", name="James").click()
    expect(page.get_by_text("Again for James")).to_be_in_viewport()
    expect(page.get_by_role("tab", name="James").locator(".badge")).to_have_text("")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_three_chats_on_a_laptop_are_whole(browser: BrowserContext) -> None:
    name = ("Александра-Екатерина", "Администратор-Константинопольская")
    people = [Person(9000 + n, *name, role=role) for n, role in enumerate(("client", "specialist", "admin"))]
    with PlaygroundThread(TOKEN, people=people) as thread:
        page = browser.new_page()
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(thread.url)
        rows = [["🗓 Записаться на услугу", "📋 Мои предстоящие записи", "👤 Профиль и контакты"]]
        for person in people:
            call(thread, "sendMessage", chat_id=person.id, text="A", reply_markup={"keyboard": rows})
            pane = page.locator(f"#pane-{person.id}")
            parts = [pane.get_by_label("Send", exact=True), pane.get_by_label("Close"), pane.locator(".pane-foot")]
            expect(pane.get_by_text("👤 Профиль и контакты")).to_be_visible()
            box = pane.bounding_box()
            assert box is not None
            for part in [*parts, pane.get_by_text("👤 Профиль и контакты")]:
                inner = part.first.bounding_box()
                assert inner is not None
                assert inner["x"] + inner["width"] <= box["x"] + box["width"]


def test_the_page_comes_back_after_a_restart_of_the_playground(
    browser: BrowserContext, thread: PlaygroundThread
) -> None:
    page = browser.new_page()
    page.goto(thread.url)
    expect(page.locator("#live-text")).to_have_text("Live")
    thread.restart()
    expect(page.locator("#live-text")).to_have_text("Live")
    send(thread, "after the restart")
    expect(page.get_by_text("after the restart")).to_be_visible(timeout=15_000)
