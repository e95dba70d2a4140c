"""The pages of campaigns on the admin site."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.models import Tag, User
from notifications.campaigns.control import schedule_campaign
from notifications.models import Campaign, Delivery
from tests.factories import ClientFactory, LocationFactory, ServiceFactory, SpecialistUserFactory
from tests.notifications.campaigns.conftest import PIXEL, clients, made, running

pytestmark = pytest.mark.django_db

URL = "/admin/notifications/campaign/"
FORM: dict[str, Any] = {
    "name": "Весна", "text_ru": "<b>Весна!</b>", "text_en": "", "roles": ["client"], "idempotency_key": "k1",
}  # fmt: skip


@pytest.fixture
def site(admin: User) -> Client:
    """The admin site in Russian, signed in as an admin."""
    client = Client(headers={"accept-language": "ru"})
    client.force_login(admin)
    return client


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def act(site: Client, campaign: int, name: str, key: str = "") -> Any:
    return site.post(f"{URL}{campaign}/act/", {"act": name, "key": key})


def test_a_campaign_is_composed_and_shown_as_it_will_be_read(site: Client) -> None:
    place, service = LocationFactory.create(), ServiceFactory.create()
    response = site.post(
        f"{URL}add/",
        {
            **FORM, "languages": ["ru"], "locations": [place.pk], "visited_within_days": "90", "has_push": "no",
            "button1_kind": "book", "button1_ru": "Записаться", "button1_service": service.pk,
            "button2_kind": "link", "button2_ru": "Смотреть", "button2_url": "https://example.com/",
            "photo": SimpleUploadedFile("p.png", PIXEL), "is_paid": "on",
        },
    )  # fmt: skip
    campaign = Campaign.objects.get()
    assert response.headers["Location"] == f"{URL}{campaign.pk}/change/"
    assert campaign.audience == {
        "roles": ["client"], "languages": ["ru"], "location_ids": [place.pk], "visited_within_days": 90,
        "has_push": False,
    }  # fmt: skip
    assert [button["kind"] for button in campaign.buttons] == ["book", "link"]
    assert campaign.is_paid
    page = site.get(f"{URL}{campaign.pk}/change/").content.decode()
    assert "<b>Весна!</b>" in page
    assert "Были за последние 90 дней" in page
    form = site.get(f"{URL}{campaign.pk}/edit/").content.decode()
    assert 'value="https://example.com/"' in form
    assert "Убрать фото" in form


def test_a_tag_that_was_removed_makes_no_campaign_for_everybody(site: Client) -> None:
    vip, gone = Tag.objects.create(name="VIP"), Tag.objects.create(name="Was")
    clients(2)[0].tags.set([vip])
    form = {**FORM, "tags": [vip.pk, gone.pk]}
    site.post(f"{URL}add/", form)
    campaign, gone_pk = Campaign.objects.get(), gone.pk
    assert campaign.audience == {"roles": ["client"], "tag_ids": [vip.pk, gone_pk]}
    assert "С одной из меток: VIP, Was" in site.get(f"{URL}{campaign.pk}/change/").content.decode()
    Tag.objects.filter(pk=gone_pk).delete()
    assert "С одной из меток: VIP, удалённая метка" in site.get(f"{URL}{campaign.pk}/change/").content.decode()
    shown = site.get(f"{URL}{campaign.pk}/edit/").content.decode()
    assert f'value="{gone_pk}" id="id_tags_1" checked' in shown
    refused = site.post(f"{URL}{campaign.pk}/edit/", {**form, "version": 1, "idempotency_key": "k2"})
    assert refused.context["form"].errors == {"tags": ["Метка удалена: снимите с неё отметку."]}
    assert f'name="tags" value="{gone_pk}"' in refused.content.decode()
    site.post(f"{URL}{campaign.pk}/edit/", {**form, "tags": [vip.pk], "version": 1, "idempotency_key": "k3"})
    campaign.refresh_from_db()
    assert campaign.audience == {"roles": ["client"], "tag_ids": [vip.pk]}


def test_the_form_sent_twice_makes_one_campaign(site: Client) -> None:
    site.post(f"{URL}add/", FORM)
    site.post(f"{URL}add/", FORM)
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"text_ru": "<b>open"}, "text_ru", "Telegram не принимает такой HTML: &lt;b&gt;"),
        ({"text_ru": "x" * 4097}, "text_ru", "Слишком длинно: не больше 4096."),
        ({"text_ru": ""}, "text_ru", "Здесь чего-то не хватает."),
        ({"button1_kind": "link", "button1_ru": "a"}, "button1_kind", "https://"),
        ({"photo": SimpleUploadedFile("p.gif", b"GIF89a")}, "photo", "JPEG или PNG"),
        ({"visited_within_days": "99999"}, "visited_within_days", "3650"),
        ({"roles": []}, "roles", ""),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(
    site: Client, changes: dict[str, Any], field: str, words: str
) -> None:
    response = site.post(f"{URL}add/", {**FORM, **changes})
    assert not Campaign.objects.exists()
    assert list(response.context["form"].errors) == [field]
    assert words in response.content.decode()


def test_what_was_typed_is_not_lost_and_not_run(site: Client) -> None:
    page = site.post(f"{URL}add/", {**FORM, "name": "<script>alert(1)</script>", "text_ru": ""}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_an_older_page_does_not_overwrite_a_newer_one(site: Client, actor: Actor) -> None:
    card = made(actor)
    assert site.post(f"{URL}{card.id}/edit/", {**FORM, "version": card.version}).status_code == 302
    late = site.post(
        f"{URL}{card.id}/edit/", {**FORM, "name": "b", "version": card.version, "idempotency_key": "k2"}
    )
    assert "изменил кто-то другой" in late.content.decode()
    assert Campaign.objects.get().name == "Весна"


def test_the_audience_is_counted_while_it_is_chosen(site: Client) -> None:
    clients(2, language="ru")
    clients(1, language="en")
    told = site.post(f"{URL}count/", {"roles": ["client"]}).json()
    assert told == {"text": "Сейчас получателей: 3 (Telegram: 3, en: 1, ru: 2)"}
    assert (
        site.post(f"{URL}count/", {"roles": ["client"], "languages": ["en"]})
        .json()["text"]
        .startswith("Сейчас получателей: 1")
    )
    assert site.post(f"{URL}count/", {"roles": ["dancer"]}).json() == {
        "text": "Такого набора условий быть не может."
    }


def test_buttons_lead_through_its_life(site: Client, actor: Actor) -> None:
    ClientFactory.create()
    one = made(actor).id
    for name, words, status in (
        ("test", "Пробное сообщение отправлено вам.", "draft"),
        ("start", "Рассылка началась.", "materialising"),
        ("pause", "Рассылка на паузе.", "paused"),
        ("resume", "Рассылка продолжается.", "materialising"),
        ("cancel", "Рассылка отменена.", "cancelled"),
        ("resume", "Статус рассылки — «отменена»: так сделать нельзя.", "cancelled"),
    ):
        assert said(act(site, one, name)) == [words]
        assert Campaign.objects.get().status == status
        page = site.get(f"{URL}{one}/change/")
        assert page.status_code == 200
    assert act(site, one, "explode").status_code == 404
    assert act(site, one + 1, "start").status_code == 404


def test_a_button_pressed_twice_acts_once(site: Client, actor: Actor) -> None:
    one = made(actor).id
    act(site, one, "test", key="t")
    act(site, one, "test", key="t")
    assert Delivery.objects.count() == 1


def test_it_is_scheduled_by_the_clock_of_the_business(site: Client, actor: Actor) -> None:
    LocationFactory.create(timezone="Asia/Yekaterinburg")
    one, day = made(actor).id, (clock.now() + timedelta(days=3)).date()
    assert said(site.post(f"{URL}{one}/schedule/", {"day": str(day), "time": "02:00"})) == [
        "Рассылка запланирована."
    ]
    at = Campaign.objects.get().scheduled_at
    assert at is not None
    assert f"{at:%Y-%m-%d %H:%M}" == f"{day - timedelta(days=1)} 21:00"
    site.post(f"{URL}{one}/schedule/", {"never": "1"})
    assert Campaign.objects.get().status == "draft"


@pytest.mark.parametrize("when", [{"day": "2020-01-01", "time": "10:00"}, {"day": "", "time": "10:00"}, {}])
def test_a_time_that_cannot_be_is_refused(site: Client, actor: Actor, when: dict[str, str]) -> None:
    one = made(actor).id
    assert site.post(f"{URL}{one}/schedule/", when).status_code == 200
    assert Campaign.objects.get().status == "draft"


def test_progress_is_told_as_it_moves(site: Client, actor: Actor) -> None:
    clients(4)
    campaign = running(actor)
    Campaign.objects.update(running_since=clock.now() - timedelta(minutes=1))
    first = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(state="sent", settled_at=clock.now())
    assert site.get(f"{URL}{campaign.pk}/progress/").json() == {
        "status": "running", "percent": 25, "count": "1 из 4", "rate": "0.1 в секунду", "left": "осталось примерно 0:30",
        "states": [
            {"state": "pending", "label": "ждёт", "rows": 3},
            {"state": "sent", "label": "отправлено", "rows": 1},
        ],
    }  # fmt: skip


def test_failures_are_a_file_that_no_spreadsheet_runs(site: Client, actor: Actor) -> None:
    person = ClientFactory.create(first_name="=cmd|' /C calc'!A0", last_name="")
    campaign = running(actor)
    Delivery.objects.update(state="skipped", reason="blocked")
    response = site.get(f"{URL}{campaign.pk}/failures.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        [str(person.pk), str(person.tg_id), "'=cmd|' /C calc'!A0", "telegram", "skipped", "blocked", ""]
    ]


def test_nobody_else_gets_near(actor: Actor) -> None:
    one = made(actor).id
    for user in (ClientFactory.create(), SpecialistUserFactory.create(is_staff=True)):
        client = Client()
        client.force_login(user)
        for page in ("", "add/", f"{one}/change/", f"{one}/edit/", f"{one}/progress/", f"{one}/failures.csv"):
            assert client.get(URL + page).status_code in (302, 403)
        for page in ("add/", "count/", f"{one}/act/", f"{one}/schedule/"):
            assert client.post(URL + page, {"act": "start"}).status_code in (302, 403)
    assert Campaign.objects.get().status == "draft"


def test_a_scheduled_campaign_tells_when(site: Client, actor: Actor) -> None:
    one = made(actor).id
    schedule_campaign(actor=actor, campaign_id=one, at=clock.now() + timedelta(hours=2))
    assert "Не начинать самой" in site.get(f"{URL}{one}/change/").content.decode()
    assert site.get(URL).status_code == 200
