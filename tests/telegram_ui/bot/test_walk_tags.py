"""Tags on a client's card: given and taken by admins."""

import pytest

from bookings.models import Tag, User
from tests.telegram_ui.bot.conftest import ANNA, JAMES, MARIA, NOW, OLGA, OSCAR, Walker
from tests.telegram_ui.bot.past import visit
from tests.telegram_ui.bot.salon import Salon

ADMINS = pytest.mark.parametrize("admin", [OLGA.id, OSCAR.id], ids=["ru", "en"])


async def of_anna() -> list[str]:
    return [tag.name async for tag in Tag.objects.filter(people__tg_id=ANNA.id)]


@ADMINS
async def test_an_admin_tags_a_client(walker: Walker, salon: Salon, admin: int) -> None:
    await walker(ANNA.id).say("/start")
    await visit(salon, ANNA.id, NOW.replace(day=25, hour=8))
    walk = walker(admin)
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("🔎 Find a client")
    await walk.say("анна")
    await walk.tap("🏷 Tags")
    await walk.tap("‹ Back")
    await walk.tap("🏷 Tags")
    await walk.say("VIP")
    await walk.say("<Постоянная> & милая")
    await walk.say("x" * 41)
    await walk.say("vip")
    await walk.tap("✅ VIP")
    await walk.tap("⬜️ VIP")
    await walk.tap("✅ <Постоянная> & милая")
    await walk.tap("‹ Back")
    assert await of_anna() == ["VIP"]
    await walk.tap(next(label for label in await walk.labels() if "11:00" in label))
    await walk.tap("🙂 Client")
    await walk.tap("🏷 Tags")
    await walk.tap("‹ Back")
    await walk.tap("‹ Back")
    walk.check(f"client_tags.{walk.language}")


async def test_a_second_tap_changes_nothing_and_a_tag_that_is_gone_is_told(walker: Walker) -> None:
    await walker(ANNA.id).say("/start")
    anna = await User.objects.aget(tg_id=ANNA.id)
    vip = await Tag.objects.acreate(name="VIP")
    walk = walker(OSCAR.id)
    await walk.say("/start")
    await walk.stale((await walk.screen())["message_id"], f"it:{anna.pk}:0")
    message, give = await walk.data_of("⬜️ VIP")
    await walk.tap_data(message, give, twice=True)
    assert await of_anna() == ["VIP"]
    await vip.adelete()
    assert await walk.tap_data(message, give) == "This tag is gone."
    assert "✅ VIP" not in await walk.labels()


@pytest.mark.parametrize("person", [JAMES.id, MARIA.id])
@pytest.mark.parametrize("data", ["it:1:0", "iu:1:1:1:0", "el:tg::0"])
async def test_tags_are_for_admins(walker: Walker, person: int, data: str) -> None:
    walk = walker(person)
    await walk.say("/start")
    toast = await walk.stale((await walk.screen())["message_id"], data)
    assert toast in ("This part is for the team.", "Этот раздел – для сотрудников.")
