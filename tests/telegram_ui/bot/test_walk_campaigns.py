"""A message to many: composed from what an admin sends, tried, started, followed, held."""

from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils.translation import ngettext, override

from bookings.models import Tag, User
from notifications.campaigns.audience import Audience
from notifications.campaigns.materialise import materialise
from notifications.events import CampaignStatus, DeliveryState
from notifications.models import Campaign, Delivery
from telegram_ui import following
from telegram_ui.followers import KEY
from tests.telegram_ui.bot.conftest import ANNA, JAMES, MARIA, NOW, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import past_visit
from tests.telegram_ui.bot.salon import Salon, open_second_place
from tests.telegram_ui.bot.walk import Walk

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


async def compose(walk: Walk, text: str = "Spring! & 20% off") -> None:
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📢 Campaigns")
    await walk.tap("➕ New campaign")
    await walk.say(text)


def days(walk: Walk, count: int) -> str:
    with override(walk.language):
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


async def rows_made() -> Campaign:
    campaign = await Campaign.objects.aget()
    await sync_to_async(materialise)(campaign.pk)
    return await Campaign.objects.aget()


async def refresh(walk: Walk) -> int:
    edited = await following.refresh(walk.runtime.bot, walk.runtime.redis, walk.runtime.threads)
    await walk.settle()
    return edited


async def followers(walk: Walk) -> int:
    return int(await walk.runtime.redis.hlen(KEY))


async def followed(walk: Walk) -> dict[str, Any]:
    """The newest message without buttons that follows a campaign."""
    return [m for m in await walk.bot_messages() if m["text"].startswith("📢") and not m["inline_keyboard"]][-1]


@ADMINS
async def test_an_admin_composes_a_campaign(walker: Walker, admin: int) -> None:
    for person in (ANNA, JAMES):
        await walker(person.id).say("/start")
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📢 Campaigns")
    await walk.tap("➕ New campaign")
    await walk.tap("‹ Back")
    await walk.tap("➕ New campaign")
    await walk.photo("")
    await walk.say("Spring! & 20% off")
    await walk.tap("👁 Preview")
    await walk.tap("‹ Back")
    await walk.tap("✏️ Russian text" if walk.language == "en" else "✏️ English text")
    await walk.tap("‹ Back")
    await walk.tap("✏️ Russian text" if walk.language == "en" else "✏️ English text")
    await walk.say("The other language")
    await walk.tap("🔗 Link")
    await walk.say("Our prices")
    await walk.say("Our prices https://example.com/prices")
    await walk.tap("📅 “Book” button")
    await walk.tap("👁 Preview")
    await walk.tap("‹ Back")
    await walk.tap("🗑 Buttons")
    await walk.tap("🗓 When")
    await walk.say("some day")
    await walk.say("20.11.2025 10:00")
    await walk.say("24.11 10:00")
    await walk.tap("No, keep it")
    await walk.tap("🗓 When")
    await walk.say("24.11 10:00")
    await walk.say("24.11 10:30")
    await walk.tap("Yes, send it then")
    await walk.tap("🗑 Time")
    await walk.tap("🧪 Send to me")
    walk.check(f"campaign_composed.{walk.language}")


@ADMINS
async def test_an_admin_says_whom_a_campaign_is_for(walker: Walker, salon: Salon, admin: int) -> None:
    """James had a haircut yesterday, Anna never came; how many it reaches is told all along."""
    for person in (ANNA, JAMES):
        await walker(person.id).say("/start")
    await past_visit(salon, JAMES.id, days_ago=1)
    await open_second_place(salon)
    vip = await Tag.objects.acreate(name="VIP")
    await (await User.objects.aget(tg_id=JAMES.id)).tags.aadd(vip)
    walk = walker(admin)
    await compose(walk)
    await walk.tap("👥 To whom")
    await walk.say("hm")
    await walk.tap("Who")
    await walk.tap("✅ ", "clients")
    await walk.tap("⬜️ ", "admins")
    await walk.tap("✅ ", "admins")
    await walk.tap("‹ Back")
    await walk.tap("Language")
    await walk.tap("⬜️ ", "Russian")
    await walk.say(walk.word("English"))
    await walk.say("Latin")
    await walk.tap("✖️ ", "any")
    await walk.tap("‹ Back")
    await walk.tap("Away for")
    await walk.tap(days(walk, 60))
    await walk.say("0")
    await walk.tap("✖️ ", "does not matter")
    await walk.tap("‹ Back")
    await walk.tap("Came within")
    await walk.say("45")
    await walk.tap("‹ Back")
    await walk.tap("Was at")
    await walk.tap("⬜️ ", "Pokrovka")
    await walk.tap("‹ Back")
    await walk.tap("Had")
    await walk.say(walk.word("Manicure"))
    await walk.tap("⬜️ ", "Haircut")
    await walk.tap("‹ Back")
    await walk.tap("Has a tag")
    await walk.tap("⬜️ VIP")
    await walk.tap("‹ Back")
    await walk.tap("Browser news")
    await walk.tap("not allowed")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    campaign = await Campaign.objects.aget()
    assert Audience.from_json(campaign.audience) == Audience(
        location_ids=(salon.location.pk,),
        service_ids=(salon.haircut.pk, salon.manicure.pk),
        visited_within_days=45,
        tag_ids=(vip.pk,),
        has_push=False,
    )
    walk.check(f"campaign_audience.{walk.language}")


async def test_the_audience_of_a_campaign_that_has_begun_stays(walker: Walker) -> None:
    await walker(ANNA.id).say("/start")
    walk = walker(OSCAR.id)
    await compose(walk)
    await walk.tap("👥 To whom")
    await walk.tap("Language")
    message, russian = await walk.data_of("⬜️ Russian")
    await Campaign.objects.aupdate(status=CampaignStatus.RUNNING, started_at=NOW)
    assert await walk.tap_data(message, russian) == "The campaign is in another state by now: ▶️ being sent."
    assert not (await Campaign.objects.aget()).audience.get("languages")


async def test_a_tick_tapped_twice_stays(walker: Walker) -> None:
    await walker(ANNA.id).say("/start")
    walk = walker(OSCAR.id)
    await compose(walk)
    await walk.tap("👥 To whom")
    await walk.tap("Language")
    message, russian = await walk.data_of("⬜️ Russian")
    await walk.tap_data(message, russian, twice=True)
    assert (await Campaign.objects.aget()).audience["languages"] == ["ru"]
    for crafted in (
        russian.replace("+ru", "+de"),
        russian.replace("lang", "shoes"),
        russian.replace("lang:+ru", "role:none"),
    ):
        await walk.stale(message, crafted)
    assert (await Campaign.objects.aget()).audience["languages"] == ["ru"]


async def test_a_campaign_is_planned_for_what_was_agreed_to_and_once(walker: Walker) -> None:
    """The time is by the clock of the first place; a second tap finds it done; what it became since is asked about anew."""
    await walker(ANNA.id).say("/start")
    walk = walker(OSCAR.id)
    await compose(walk)
    await walk.tap("🗓 When")
    await walk.say("tomorrow")
    await walk.say("8:00")
    assert "Tuesday, 24 November, 08:00 (Moscow, UTC+03:00)" in (await walk.screen())["text"], (
        "today it has passed"
    )
    await walk.say("24.11 10:00")
    assert not (await Campaign.objects.aget()).scheduled_at, "a word arms nothing"
    message, yes = await walk.data_of("Yes, send it then")
    await walk.tap_data(message, yes, twice=True)
    campaign = await Campaign.objects.aget()
    assert (campaign.status, campaign.scheduled_at) == ("scheduled", datetime(2026, 11, 24, 7, tzinfo=UTC))
    await walk.tap("✏️ English text")
    await walk.say("Autumn!")
    await walk.tap("▶️ Start now")
    now = await walk.data_of("Yes, send it")
    await walk.tap("No, keep it")
    await walk.tap("✏️ English text")
    await walk.say("Winter!")
    changed = "Somebody has changed this in the meantime. Here it is as it is now."
    assert await walk.tap_data(*now) == changed
    assert (await Campaign.objects.aget()).status == "scheduled"


@ADMINS
async def test_an_admin_starts_a_campaign_and_follows_it(walker: Walker, admin: int) -> None:
    for person in (ANNA, JAMES):
        await walker(person.id).say("/start")
    walk = walker(admin)
    await compose(walk)
    message, start = await walk.data_of("▶️ Start now")
    await walk.tap("▶️ Start now")
    await walk.tap("No, keep it")
    await walk.tap("▶️ Start now")
    await walk.tap("Yes, send it")
    await walk.stale(message, start)
    campaign = await rows_made()
    assert (campaign.status, campaign.total) == (CampaignStatus.RUNNING, 2)
    assert await refresh(walk) == 1, "the card goes on by itself"
    assert await refresh(walk) == 0, "nothing has changed"
    await walk.tap("‹ Back")
    assert await refresh(walk) == 0
    assert await followers(walk) == 0, "it is not what the chat shows any more"
    await walk.tap("1")
    await walk.tap("⏸ Pause")
    follow = await walk.data_of("📊 Follow")
    await walk.tap("📊 Follow")
    await walk.tap("▶️ Go on")
    assert await refresh(walk) == 1, "the message of its own"
    await (
        Delivery.objects.filter(campaign=campaign)
        .exclude(template="test")
        .aupdate(state=DeliveryState.SENT, sent_at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    )
    await Campaign.objects.aupdate(
        status=CampaignStatus.DONE, finished_at=datetime(2026, 11, 23, 6, 1, tzinfo=UTC)
    )
    assert await refresh(walk) == 2
    assert await followers(walk) == 0, "it is over"
    await walk.tap_data(*follow)
    assert await followers(walk) == 0, "there is nothing to follow any more"
    walk.check(f"campaign_sent.{walk.language}")


async def test_a_photo_with_a_caption_becomes_a_campaign(walker: Walker) -> None:
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("📢 Campaigns")
    await walk.tap("➕ New campaign")
    await walk.photo("Look <b>here</b>")
    campaign = await Campaign.objects.aget()
    assert campaign.photo_file_id
    assert (campaign.text_en, campaign.name) == ("Look &lt;b&gt;here&lt;/b&gt;", "Look <b>here</b>")
    await walk.tap("🗑 Photo")
    assert not (await Campaign.objects.aget()).photo_file_id
    await walk.photo("elsewhere")
    assert await Campaign.objects.acount() == 1, "a photo that nobody asked for changes nothing"


async def test_a_campaign_is_cancelled_once_begun(walker: Walker) -> None:
    await walker(ANNA.id).say("/start")
    walk = walker(OSCAR.id)
    await compose(walk)
    await walk.tap("▶️ Start now")
    await walk.tap("Yes, send it")
    await rows_made()
    await walk.tap("✖️ Cancel the campaign")
    await walk.tap("No, keep it")
    await walk.tap("✖️ Cancel the campaign")
    await walk.tap("Yes, cancel it")
    assert (await Campaign.objects.aget()).status == CampaignStatus.CANCELLED


async def test_what_follows_a_campaign_ends_with_the_admin_who_asked(walker: Walker) -> None:
    await walker(ANNA.id).say("/start")
    walk = walker(OSCAR.id)
    await compose(walk)
    await walk.tap("▶️ Start now")
    await walk.tap("Yes, send it")
    await walk.tap("📊 Follow")
    await rows_made()
    before = (await followed(walk))["text"]
    await User.objects.filter(tg_id=OSCAR.id).aupdate(role="client")
    assert await refresh(walk) == 0
    assert (await followed(walk))["text"] == before
    assert await followers(walk) == 0


async def test_following_again_leaves_one_message_that_changes(walker: Walker) -> None:
    await walker(ANNA.id).say("/start")
    walk = walker(OSCAR.id)
    await compose(walk)
    await walk.tap("▶️ Start now")
    await walk.tap("Yes, send it")
    await walk.tap("📊 Follow")
    await walk.tap("📊 Follow")
    assert await followers(walk) == 2, "the card, and one message of its own"
    newest = await followed(walk)
    await rows_made()
    assert await refresh(walk) == 2
    assert (await followed(walk))["message_id"] == newest["message_id"]
    await walk.runtime.bot.delete_message(OSCAR.id, newest["message_id"])
    await Campaign.objects.aupdate(status=CampaignStatus.PAUSED)
    assert await refresh(walk) == 1, "the card"
    assert await followers(walk) == 1, "the other was deleted"


@pytest.mark.parametrize("person", [JAMES.id, MARIA.id])
@pytest.mark.parametrize(
    "data", ["g:campaigns", "g:newcamp", "mp:0", "mc:1:open", "ms:1:1:0", "ma:1:lang", "mv:1:lang:+ru"]
)
async def test_campaigns_are_for_admins(walker: Walker, person: int, data: str) -> None:
    walk = walker(person)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    with override(walk.language):
        assert toast in ("This part is for the team.", "Этот раздел – для сотрудников.")
    assert not await Campaign.objects.aexists()
