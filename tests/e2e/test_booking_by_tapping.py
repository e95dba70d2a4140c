"""The main job through every real part: a client taps in a browser, and everybody who should hears of it; a one-time
code that comes into the client's chat opens the API.
"""

import re
from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from booking_site.testing.system import SystemUnderTest
from bookings.demo.people import ADMIN, CLIENTS, SPECIALISTS

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(300)]

JAMES = CLIENTS[1]
#: Milliseconds to wait for something to appear: what is measured elsewhere may be slow on a busy machine here.
PATIENCE = 30_000


def pane(page: Page, tg_id: int) -> Locator:
    return page.locator(f"#pane-{tg_id}")


def tap(page: Page, tg_id: int, label: str) -> None:
    """Tap the newest inline button whose label begins so, once it is there."""
    button = pane(page, tg_id).locator(".inline-keyboard button").filter(has_text=re.compile(label)).last
    button.click(timeout=PATIENCE)


def say(page: Page, tg_id: int, text: str) -> None:
    box = pane(page, tg_id).locator("textarea")
    box.fill(text)
    box.press("Enter")


def show(page: Page, address: str, *people: int) -> None:
    """Open the playground with these panes."""
    page.add_init_script(f"localStorage.setItem('panes', '[{','.join(map(str, people))}]')")
    page.goto(address)
    for tg_id in people:
        expect(pane(page, tg_id)).to_be_visible(timeout=PATIENCE)


def lets_its_reader_into_the_api(system: SystemUnderTest, browser: BrowserContext, chat: Locator) -> None:
    """A one-time code comes into the chat, opens the API for whose chat it is, once, and shows them their booking."""
    assert browser.browser is not None
    api, ask = f"{system.web_url}/api/v1", browser.browser.new_context().request  # without the admin's session
    asked = ask.post(
        f"{api}/login/code", data={"channel": "telegram", "address": JAMES.username, "language": "en"}
    )
    assert asked.status == 202, asked.text()
    message = chat.locator(".message.bot", has_text="good for 5 minutes").last
    expect(message).to_be_visible(timeout=PATIENCE)
    code = re.search(r"\b\d{6}\b", message.inner_text())
    assert code, message.inner_text()

    answer = {"challenge": asked.json()["challenge"], "code": code[0]}
    let_in = ask.post(f"{api}/login/token", data=answer)
    assert let_in.status == 201, let_in.text()
    headers = {"Authorization": f"Bearer {let_in.json()['token']}"}
    assert ask.get(f"{api}/me", headers=headers).json()["name"] == "James Carter"
    (newest, *_others) = ask.get(f"{api}/bookings?order=-starts_at&status=confirmed", headers=headers).json()[
        "items"
    ]
    assert newest["client"]["name"] == "James Carter"
    again = ask.post(f"{api}/login/token", data=answer)
    assert (again.status, again.json()["code"]) == (422, "invalid_code")


def test_a_booking_made_by_tapping_arrives_everywhere(tmp_path: Path, browser: BrowserContext) -> None:
    with SystemUnderTest(tmp_path / "system") as system:
        maria = SPECIALISTS[0].tg_id
        page = browser.new_page()
        page.set_viewport_size({"width": 1500, "height": 900})
        site = browser.new_page()
        site.goto(f"{system.web_url}/admin/login/?next=/admin/bookings/booking/%3Fq%3DCarter")
        site.fill("input[name=username]", "admin")
        site.fill("input[name=password]", system.secrets["ADMIN_PASSWORD"])
        site.click("[type=submit]")
        expect(site.locator("#result_list")).to_contain_text("James Carter", timeout=PATIENCE)
        before = site.locator("#result_list tbody tr").count()
        show(page, system.playground_url, JAMES.tg_id, maria, ADMIN.tg_id)

        say(page, JAMES.tg_id, "/start")
        tap(page, JAMES.tg_id, "Book a visit")
        tap(page, JAMES.tg_id, "Single-tone colouring")  # Maria alone gives it
        tap(page, JAMES.tg_id, r"\d\d:\d\d$")
        tap(page, JAMES.tg_id, "✅ Book")
        receipt = pane(page, JAMES.tg_id).locator(".message", has_text="You are booked!").last
        expect(receipt).to_contain_text("Single-tone colouring", timeout=PATIENCE)
        expect(receipt).to_contain_text("Maria Orlova")
        said = receipt.locator(".text").inner_text()
        clock = re.search(r"(\d\d:\d\d)–", said)
        assert clock, said

        # The specialist and the admin are told in their own language, without asking.
        for tg_id in (maria, ADMIN.tg_id):
            news = pane(page, tg_id).locator(".message.bot", has_text="Окрашивание в один тон").last
            expect(news).to_contain_text("James Carter", timeout=PATIENCE)
            expect(news).to_contain_text(clock[1])

        # The admin site shows one booking of James more than the demo came with.
        site.reload()
        expect(site.locator("#result_list tbody tr")).to_have_count(before + 1, timeout=PATIENCE)

        lets_its_reader_into_the_api(system, browser, pane(page, JAMES.tg_id))

        # Flower lists the tasks that carried it.
        login = b64encode(f"admin:{system.secrets['FLOWER_PASSWORD']}".encode()).decode()
        flower = browser.request.get(f"{system.flower_url}/api/tasks", headers={"Authorization": f"Basic {login}"})
        assert flower.status == 200, flower.text()
        names = {str(task["name"]) for task in flower.json().values()}
        assert {"telegram.drain_updates", "notifications.process_event"} <= names
        assert browser.request.get(f"{system.flower_url}/api/tasks").status == 401
