"""What an operator can see and do on the admin site."""

from collections.abc import Iterator

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client, override_settings

from bookings.models import AuditEntry
from notifications import dead_letters
from notifications.events import Channel, DeliveryState, Kind, LetterState
from notifications.models import (
    AdTemplate,
    DeadLetter,
    Delivery,
    NotificationPolicy,
    NotificationSetting,
    OutboxEvent,
    PushSubscription,
    WebhookEndpoint,
)
from notifications.switchboard import cells
from tests.factories import AdminFactory, ClientFactory, SpecialistUserFactory

pytestmark = pytest.mark.django_db

SETTINGS, LETTERS = "/admin/notifications/notificationsetting/", "/admin/notifications/deadletter/"


@pytest.fixture
def site() -> Client:
    """The admin site in Russian, signed in as an admin."""
    client = Client(headers={"accept-language": "ru"})
    client.force_login(AdminFactory.create())
    return client


def bury(error: str = "ValueError: <b>no</b>", source: str = "test.source") -> int:
    return dead_letters.bury(
        task="test.work", payload={"n": 1}, error=error, traceback="Traceback …", trace_id="trace-1", attempts=3,
        source=source,
    )  # fmt: skip


@pytest.fixture
def taken_back() -> Iterator[list[int]]:
    taken: list[int] = []
    dead_letters.register_requeue("test.source", lambda letter: taken.append(letter.id))
    yield taken
    del dead_letters._requeue_by_source["test.source"]


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def act(site: Client, action: str, *letters: int) -> list[str]:
    return said(site.post(LETTERS, {"action": action, "_selected_action": letters}))  # type: ignore[arg-type]


# Settings


def test_settings_can_be_narrowed_to_the_channels_there_are(site: Client) -> None:
    with override_settings(NOTIFICATION_TRANSPORTS={Channel.TELEGRAM: "a.b", Channel.EMAIL: "a.c"}):
        shown = site.get(SETTINGS).content.decode()
    assert "?channel=telegram" in shown
    assert "?channel=email" in shown
    assert "?channel=push" not in shown
    assert "?channel=webhook" not in shown


def test_the_table_of_settings_shows_every_cell_without_anybody_having_made_it(site: Client) -> None:
    page = site.get(SETTINGS)
    assert page.status_code == 200
    assert NotificationSetting.objects.count() == 3 * len(cells())
    site.get(SETTINGS)
    assert NotificationSetting.objects.count() == 3 * len(cells())


def a_setting(site: Client) -> NotificationSetting:
    site.get(SETTINGS)
    return NotificationSetting.objects.get(kind=Kind.BOOKING_CREATED, role="client", channel=Channel.TELEGRAM)


def test_a_setting_previews_its_text_in_both_languages(site: Client) -> None:
    page = site.get(f"{SETTINGS}{a_setting(site).pk}/change/").content.decode()
    assert "<b>Вы записаны!</b>" in page
    assert "<b>You are booked!</b>" in page


def save(site: Client, row: NotificationSetting, text: str) -> HttpResponse:
    form = {"enabled": "on", "text_ru": text, "text_en": ""}
    return site.post(f"{SETTINGS}{row.pk}/change/", form)  # type: ignore[return-value]


def test_own_words_are_saved_and_previewed(site: Client) -> None:
    row = a_setting(site)
    assert save(site, row, "Ждём вас, <b>{client}</b>!").status_code == 302
    page = site.get(f"{SETTINGS}{row.pk}/change/").content.decode()
    assert "Ждём вас, <b>Мария Петрова</b>!" in page


@pytest.mark.parametrize(
    "text", ["{client.password}", "<script>alert(1)</script>", "{", "<!-- x -->Hi", "<b/>Hi", "&nbsp;"]
)
def test_own_words_that_cannot_be_sent_are_refused(site: Client, text: str) -> None:
    row = a_setting(site)
    assert save(site, row, text).status_code == 200
    row.refresh_from_db()
    assert row.text_ru == ""


def test_markup_that_reached_the_table_past_the_form_is_shown_not_run(site: Client) -> None:
    row = a_setting(site)
    NotificationSetting.objects.filter(pk=row.pk).update(text_ru="<script>alert(1)</script>")
    page = site.get(f"{SETTINGS}{row.pk}/change/").content.decode()
    assert "<script>alert(1)" not in page


# Dead letters


def test_a_letter_is_read_with_payload_error_and_traceback(site: Client) -> None:
    page = site.get(f"{LETTERS}{bury()}/change/").content.decode()
    for part in (
        "&quot;n&quot;: 1",
        "ValueError: &lt;b&gt;no&lt;/b&gt;",
        "Traceback …",
        "trace-1",
        "Вернуть в работу",
    ):
        assert part in page


def test_letters_are_found_by_trace_id_source_and_error(site: Client) -> None:
    bury("one"), bury("two", source="other")
    assert site.get(LETTERS, {"q": "two"}).context["cl"].result_count == 1
    assert site.get(LETTERS, {"q": "trace-1"}).context["cl"].result_count == 2
    assert site.get(LETTERS, {"source": "other"}).context["cl"].result_count == 1


def test_many_letters_are_requeued_at_once(site: Client, taken_back: list[int]) -> None:
    letters = [bury(), bury()]
    assert act(site, "requeue", *letters) == ["2 задачи возвращены в работу"]
    assert taken_back == letters


def test_one_letter_is_requeued_from_its_page(site: Client, taken_back: list[int]) -> None:
    letter = bury()
    site.post(f"{LETTERS}{letter}/change/", {"_requeue": "1"})
    assert taken_back == [letter]
    assert DeadLetter.objects.get().state == LetterState.REQUEUED
    assert "Вернуть в работу" not in site.get(f"{LETTERS}{letter}/change/").content.decode()


def test_a_letter_that_was_settled_says_so_in_the_language_of_the_page(
    site: Client, taken_back: list[int]
) -> None:
    letter = bury()
    assert act(site, "discard", letter) == ["1 ошибка закрыта"]
    assert act(site, "requeue", letter)[-1] == f"Ошибка {letter}: С ней уже разобрались: закрыто."
    assert taken_back == []


def test_letters_are_discarded(site: Client) -> None:
    assert act(site, "discard", bury()) == ["1 ошибка закрыта"]
    letter = DeadLetter.objects.get()
    assert letter.state == LetterState.DISCARDED
    assert letter.resolved_by is not None


def test_a_letter_that_refuses_does_not_hold_up_the_others(site: Client, taken_back: list[int]) -> None:
    stuck, fine = bury(source="nobody's"), bury()
    messages = act(site, "requeue", stuck, fine)
    assert taken_back == [fine]
    assert messages == [
        f"Ошибка {stuck}: Эту работу некому вернуть: nothing takes back work of “nobody's”",
        "1 задача возвращена в работу",
    ]


@pytest.mark.parametrize("factory", [ClientFactory, SpecialistUserFactory])
def test_others_do_not_get_in(factory: type[ClientFactory]) -> None:
    client = Client()
    client.force_login(factory.create(is_staff=True))
    assert client.get(LETTERS).status_code == 403


# Deliveries and events


def test_deliveries_are_found_by_trace_id_and_recipient_and_cannot_be_changed(site: Client) -> None:
    event = OutboxEvent.objects.create(kind=Kind.DEAD_LETTERS, actor_role="system", door="system", trace_id="t1")
    for name in ("Anna", "Boris"):
        Delivery.objects.create(
            event=event, recipient=ClientFactory.create(first_name=name), role="client", channel="telegram",
            state=DeliveryState.SENT, trace_id=f"trace-{name}", body={"text": f"<b>Hi</b> {name}", "rows": []},
        )  # fmt: skip
    url = "/admin/notifications/delivery/"
    assert site.get(url, {"q": "trace-Anna"}).context["cl"].result_count == 1
    assert site.get(url, {"q": "Boris"}).context["cl"].result_count == 1
    assert site.get(url, {"state": "dead"}).context["cl"].result_count == 0
    row = Delivery.objects.latest("pk")
    assert "<b>Hi</b> Boris" in site.get(f"{url}{row.pk}/change/").content.decode()
    assert site.post(f"{url}{row.pk}/change/", {"state": "dead"}).status_code == 403
    assert site.get(f"/admin/notifications/outboxevent/{event.pk}/change/").status_code == 200


# The policy and advertisements


POLICY, ADS = "/admin/notifications/notificationpolicy/", "/admin/notifications/adtemplate/"


def save_policy(site: Client, **form: str) -> HttpResponse:
    values = {
        "reminder_minutes": "120, 1440",
        "review_after_minutes": "",
        "quiet_from": "23:00",
        "quiet_until": "07:00",
    }
    return site.post(f"{POLICY}1/change/", values | {"keep_days": "30"} | form)  # type: ignore[return-value]


def test_the_policy_is_one_page(site: Client) -> None:
    assert site.get(POLICY, follow=True).status_code == 200
    assert save_policy(site).status_code == 302
    policy = NotificationPolicy.objects.get()
    assert (policy.reminder_minutes, policy.review_after_minutes) == ([1440, 120], None)
    assert "1440, 120" in site.get(f"{POLICY}1/change/").content.decode()


@pytest.mark.parametrize("minutes", ["two hours", "5", "120, 120", "99999", "10,20,30,40,50,60,70"])
def test_offsets_that_cannot_be_are_refused(site: Client, minutes: str) -> None:
    site.get(POLICY)
    assert save_policy(site, reminder_minutes=minutes).status_code == 200
    assert NotificationPolicy.objects.get().reminder_minutes == [1440, 120]


def test_an_advertisement_is_previewed_and_counted(site: Client) -> None:
    form = {"name": "Oil", "is_active": "on", "text_ru": "<b>Масло</b>", "weight": "1", "daily_cap": "1"}
    assert site.post(f"{ADS}add/", form).status_code == 302
    assert "<b>Масло</b>" in site.get(f"{ADS}{AdTemplate.objects.get().pk}/change/").content.decode()
    assert site.get(ADS).status_code == 200
    assert site.post(f"{ADS}add/", form | {"text_ru": "<script>"}).status_code == 200
    assert AdTemplate.objects.count() == 1


@pytest.mark.parametrize("page", ["notificationpreferences", "timednotice"])
def test_what_people_and_the_clock_decided_is_there_to_read(site: Client, page: str) -> None:
    assert site.get(f"/admin/notifications/{page}/").status_code == 200


# Webhooks and browsers


HOOKS = "/admin/notifications/webhookendpoint/"


HOOK_FORM = {
    "name": "CRM", "url": "https://crm.example.com/", "kinds": ["booking_created"], "is_active": "on",
}  # fmt: skip


def test_a_webhook_s_secret_is_told_once(site: Client) -> None:
    made = site.post(f"{HOOKS}add/", HOOK_FORM)
    row = WebhookEndpoint.objects.get()
    assert row.secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert row.secret not in site.get(f"{HOOKS}{row.pk}/change/").content.decode()
    site.post(f"{HOOKS}{row.pk}/change/", HOOK_FORM | {"name": "ERP"})
    told = site.post(HOOKS, {"action": "rotate", "_selected_action": [row.pk]}).content.decode()
    before, row = row.secret, WebhookEndpoint.objects.get()
    assert (row.name, row.secret in told, row.previous_secret) == ("ERP", True, before)
    site.post(f"{HOOKS}{row.pk}/delete/", {"post": "yes"})
    assert not WebhookEndpoint.objects.exists()
    assert list(AuditEntry.objects.values_list("action", flat=True).order_by("pk")) == [
        "created", "updated", "secret_rotated", "deleted",
    ]  # fmt: skip


def test_a_new_secret_is_made_from_the_webhook_s_page_once(site: Client) -> None:
    row = WebhookEndpoint.objects.create(name="CRM", url="https://crm.example.com/", kinds=[], secret="first")
    page = f"{HOOKS}{row.pk}/new-secret/"
    assert page in site.get(f"{HOOKS}{row.pk}/change/").content.decode()
    asked = site.get(page)
    assert "прежний перестаёт" in asked.content.decode()
    form = {"idempotency_key": asked.context["form"]["idempotency_key"].value()}
    told, again = (site.post(page, form).content.decode() for _twice in range(2))
    row.refresh_from_db()
    assert (row.previous_secret, row.secret in told, row.secret in again) == ("first", True, False)
    assert site.get(f"{HOOKS}999/new-secret/").status_code == 404
    site.force_login(SpecialistUserFactory.create(is_staff=True))
    assert site.post(page, form).status_code == 403


def test_a_webhook_that_is_not_there_yet_has_no_state(site: Client) -> None:
    page = site.get(f"{HOOKS}add/").content.decode()
    assert ("field-created_at" in page, "field-shown_deliveries" in page, "new-secret" in page) == (False,) * 3
    assert "События" in page


def test_a_webhook_is_deleted_with_everything_it_was_told(site: Client) -> None:
    one, other = (
        WebhookEndpoint.objects.create(
            name=name, url="https://crm.example.com/", kinds=["booking_created"], secret="s"
        )
        for name in ("CRM", "ERP")
    )
    for hook in (one, one, other):
        event = OutboxEvent.objects.create(kind=Kind.BOOKING_CREATED, actor_role="system", door="system")
        Delivery.objects.create(event=event, endpoint=hook, channel=Channel.WEBHOOK, lane="webhook", body={})
    page = site.get(f"{HOOKS}{one.pk}/delete/").content.decode()
    assert "всё, что ему сообщено и должно было быть сообщено: 2" in page
    assert site.post(f"{HOOKS}{one.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Delivery.objects.values_list("endpoint", flat=True)) == [other.pk]
    chosen = {"action": "delete_selected", "_selected_action": [other.pk]}
    assert "сообщено: 1" in site.post(HOOKS, chosen).content.decode()
    assert site.post(HOOKS, chosen | {"post": "yes"}).status_code == 302
    assert not WebhookEndpoint.objects.exists()
    assert not Delivery.objects.exists()


def test_a_webhook_added_switched_off_stays_off(site: Client) -> None:
    form = {"name": "CRM", "url": "https://crm.example.com/", "kinds": ["booking_created"]}
    site.post(f"{HOOKS}add/", form)
    assert not WebhookEndpoint.objects.get().is_active


def test_a_webhook_on_this_machine_is_refused_with_words(site: Client) -> None:
    form = {"name": "CRM", "url": "https://0x7f.1/", "kinds": ["booking_created"]}
    assert "Этого адреса нет в интернете" in site.post(f"{HOOKS}add/", form).content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_what_a_second_new_secret_does_is_said_before_it_is_made(site: Client) -> None:
    row = WebhookEndpoint.objects.create(name="CRM", url="https://crm.example.com/", kinds=[], secret="s")
    assert "второй за 24 часа сразу отменяет первый" in site.get(HOOKS).content.decode()
    assert "прежний перестаёт" in site.get(f"{HOOKS}{row.pk}/change/").content.decode()


def test_a_webhook_without_https_is_refused(site: Client) -> None:
    form = {"name": "CRM", "url": "http://crm.example.com/", "kinds": ["booking_created"]}
    assert site.post(f"{HOOKS}add/", form).status_code == 200
    assert not WebhookEndpoint.objects.exists()


def test_a_browser_s_address_is_not_shown(site: Client) -> None:
    PushSubscription.objects.create(
        user=ClientFactory.create(), endpoint="https://push.test/key", p256dh="p", auth="a"
    )
    page = site.get("/admin/notifications/pushsubscription/").content.decode()
    assert "push.test" in page
    assert "push.test/key" not in page


def test_quiet_hours_have_both_ends(site: Client) -> None:
    form = {"reminder_minutes": "120", "review_after_minutes": "120", "quiet_from": "22:00", "keep_days": "90"}
    policy = NotificationPolicy.objects.current()
    page = site.post(f"/admin/notifications/notificationpolicy/{policy.pk}/change/", form)
    assert page.context["adminform"].form.errors == {"quiet_until": ["Укажите оба времени или ни одного."]}
