"""Who has no Telegram is told of a campaign in the browser."""

import pytest

from bookings.actor import Actor
from notifications.campaigns.running import run
from notifications.models import Delivery
from tests.factories import ClientFactory
from tests.notifications.campaigns.conftest import book, link, running
from tests.notifications.conftest import Telegram
from tests.notifications.receiver import Receiver
from tests.notifications.test_push import browser_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_campaign_reaches_telegram_and_browsers_each_person_once(
    telegram: Telegram, receiver: Receiver, actor: Actor
) -> None:
    with_both, without = ClientFactory.create(language="en"), ClientFactory.create(tg_id=None, language="en")
    telegram.knows(with_both)
    browser_of(with_both, receiver, "b1")
    browser = browser_of(without, receiver, "b2")
    campaign = running(actor, buttons=[link(), book()])
    assert run(campaign.pk) == "done"
    assert telegram.texts(with_both) == ["Spring! Come."]
    (got,) = receiver.got
    shown = browser.reads(got)
    assert shown["title"] == "Spring! Come."
    assert [action["name"] for action in shown["actions"]] == ["open.link", "open.bot"]
    assert dict(Delivery.objects.values_list("recipient", "channel")) == {
        with_both.pk: "telegram",
        without.pk: "push",
    }
