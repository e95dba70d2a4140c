"""The documentation page in a real browser: nothing it loads comes from elsewhere or is refused."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from booking_site.supervisor.announce import api_docs_path
from tests.bookings.conftest import make_salon
from tests.factories import AdminFactory


def test_the_page_is_where_the_start_of_the_system_announces_it() -> None:
    assert api_docs_path() == reverse("api-v1:openapi-view") == "/api/v1/docs"


@pytest.mark.django_db
def test_the_page_keeps_the_policy_of_the_site() -> None:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert b"http" not in answer.content


@pytest.mark.django_db
def test_only_staff_get_the_token_of_a_session() -> None:
    staff, nobody = Client(), Client()
    staff.force_login(AdminFactory.create())
    assert b"data-csrf-token" in staff.get("/api/v1/docs").content
    answer = nobody.get("/api/v1/docs")
    assert b"data-csrf-token" not in answer.content
    assert not answer.cookies


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_operation_is_tried_out_on_the_page(browser: BrowserContext, live_server: LiveServer) -> None:
    salon = make_salon()
    page = browser.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("request", lambda request: asked.add(request.url.split("?")[0]))
    page.goto(live_server.url + "/api/v1/docs")
    page.locator("#operations-tag-Catalogue").click()
    operation = page.locator("#operations-Catalogue-list_locations")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .microlight").first).to_contain_text(
        salon.location.name.localize("en")
    )
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#operations-tag-Bookings").click()
    expect(page.locator("#operations-Bookings-create_booking")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "the page fits a phone"
    assert complaints == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
