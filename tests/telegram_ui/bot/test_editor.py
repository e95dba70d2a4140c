"""What holds for every module of the editor: who may use it, old buttons, two taps, two admins at once."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from bookings.models import AuditEntry, Service, ServiceCategory
from bookings.services.resources.reading import bounds_of
from telegram_ui.editor.modules import ALL, BY_CODE
from telegram_ui.keyboards.manage import manage
from tests.telegram_ui.bot.cards import labels
from tests.telegram_ui.bot.conftest import JAMES, KATE, OSCAR, Walker
from tests.telegram_ui.bot.salon import Salon
from tests.telegram_ui.bot.walk import Walk


def test_codes_of_modules_and_fields_fit_buttons_and_are_each_their_own() -> None:
    assert len(BY_CODE) == len(ALL)
    for module in ALL:
        assert len(module.code) == 2
        codes = [field.code for field in module.fields]
        assert len(set(codes)) == len(codes), module.code
        assert all(code.isalpha() and code.islower() and len(code) <= 8 for code in codes), module.code


def test_modules_fit_together_and_name_what_services_may_set() -> None:
    for module in ALL:
        assert set(module.asked) <= {field.code for field in module.fields}, module.code
        linked = [link.module for link in (*module.links, *module.beside) if link.module]
        assert {*linked, *module.targets(), *filter(None, [module.opens])} <= BY_CODE.keys(), module.code
        for field in module.fields:
            known = {*module.entity.writable, *module.entity.fixed}
            assert set(field.attributes) <= known or field.write, (module.code, field.code)
            assert field.fixed == bool(set(field.attributes) & set(module.entity.fixed)), (module.code, field.code)
            for attribute in field.attributes:
                bounds_of(module.entity, attribute)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_labels_of_modules_and_fields_share_a_row_on_a_phone(language: str) -> None:
    with override(language):
        for row in labels(manage()):
            assert all(len(text) <= {1: 36, 2: 18}[len(row)] for text in row), row
        for module in ALL:
            for field in module.fields:
                limit = 16 if field.kind.is_switch else 18
                assert len(str(field.label)) <= limit, (module.code, field.code, str(field.label))


def every_button() -> Iterator[str]:
    """The list of each module, and every kind of button at a row that there is: what answers one, answers all."""
    for module in ALL:
        yield f"el:{module.code}::0"
    yield from (f"er:sv:1:{act}:ffffff" for act in ("open", "arch?", "arch", "back", "del?", "del", "look"))
    yield from ("ea:sv:1:price:", "es:sv:1:room:1:ffffff", "en:sv:", "ep:abcdefgh:name:1", "ex:abcdefgh:save:1")
    yield from ("eh:1:0", "eh:0:1", "ed:1:0:0:ask:ffffff", "ed:1:0:0:off:ffffff", "g:manage")


@pytest.mark.parametrize("person", [JAMES.id, KATE.id], ids=["client", "specialist"])
async def test_nobody_but_admins_reaches_any_of_it(walker: Walker, salon: Salon, person: int) -> None:
    walk = walker(person)
    await walk.say("/start")
    live = await walk.screen()
    for data in every_button():
        toast = await walk.stale(live["message_id"], data)
        assert toast == "This part is for the team.", data
        assert (await walk.screen())["text"] == live["text"], data
    assert not await AuditEntry.objects.filter(entity__in=[module.entity.name for module in ALL]).aexists()


async def test_words_of_who_is_no_admin_any_more_change_nothing(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    await walk.tap("Price")
    user = await walk.runtime.threads.run(_demote)
    await walk.say("1")
    assert user
    assert (await Service.objects.aget(pk=salon.haircut.pk)).price == 1500


def _demote() -> bool:
    from bookings.models import User

    return bool(User.objects.filter(tg_id=OSCAR.id).update(role="client"))


async def open_service(walk: Walk) -> None:
    await walk.say("/start")
    await walk.tap("🛠 Manage")
    await walk.tap("✂️ Services")
    await walk.tap("Haircut")


async def test_two_taps_on_a_switch_turn_it_once(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    message_id, data = await walk.data_of("⬜️ Needs a room")
    await walk.tap_data(message_id, data, twice=True)
    assert (await Service.objects.aget(pk=salon.haircut.pk)).needs_room
    assert await AuditEntry.objects.filter(entity="service").acount() == 1


async def test_two_taps_on_save_make_one_row(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    await walk.tap("‹ Back")
    await walk.tap("📁 Categories")
    await walk.tap("➕ New category")
    await walk.say("Make-up")
    message_id, skip = await walk.data_of("Skip")
    await walk.tap_data(message_id, skip, twice=True)
    message_id, save = await walk.data_of("✅ Save")
    await walk.tap_data(message_id, save, twice=True)
    assert await ServiceCategory.objects.acount() == 3
    assert "📁 Make-up" in (await walk.screen())["text"]
    await walk.tap("☰ Menu")
    assert await walk.stale(message_id, save) == "That was not finished in time. Please start again."
    assert await ServiceCategory.objects.acount() == 3


async def test_a_value_that_somebody_else_changed_is_not_overwritten(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    await walk.tap("Price")
    await Service.objects.filter(pk=salon.haircut.pk).aupdate(price=1700, position=3)
    await walk.say("1600")
    assert (await Service.objects.aget(pk=salon.haircut.pk)).price == 1700
    text = (await walk.screen())["text"]
    assert text.startswith("Somebody has changed this in the meantime.")
    assert "Price: ₽1,700" in text
    await walk.say("1600")
    assert (await Service.objects.aget(pk=salon.haircut.pk)).price == 1600, "asked again, it is meant"


async def test_a_change_of_something_else_does_not_stand_in_the_way(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    await walk.tap("Price")
    await Service.objects.filter(pk=salon.haircut.pk).aupdate(position=3)
    await walk.say("1600")
    assert (await Service.objects.aget(pk=salon.haircut.pk)).price == 1600


async def test_an_old_yes_does_not_delete_what_has_changed(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    await walk.tap("🗑 Delete")
    await Service.objects.filter(pk=salon.haircut.pk).aupdate(price=1)
    toast = await walk.tap("Yes, delete")
    assert toast == "Somebody has changed this in the meantime. Here it is as it is now."
    assert await Service.objects.filter(pk=salon.haircut.pk).aexists()


async def test_buttons_of_a_row_that_is_gone_lead_to_its_list(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    message_id, price = await walk.data_of("Price")
    await walk.tap("Price")
    await Service.objects.filter(pk=salon.colouring.pk).aupdate(position=0)
    await walk.runtime.threads.run(salon.haircut.offers.all().delete)
    await Service.objects.filter(pk=salon.haircut.pk).adelete()
    await walk.say("10")
    screen = await walk.screen()
    assert screen["text"].startswith("It is not there any more.")
    assert "Colouring" in screen["inline_keyboard"][0][0]["text"]
    assert await walk.stale(message_id, price) == "It is not there any more."


@pytest.mark.parametrize(
    "data",
    ["el:zz::0", "er:sv:9999:open:ffffff", "ea:sv:1:nope:", "es:sv:1:price:none:ffffff", "es:sv:1:cat:99:ffffff",
     "en:zz:", "er:sv:1:look:ffffff", "ea:sv:1:room:", "es:sv:1:name:none_xx:ffffff", "ep:zzzzzzzz:cat:1",
     "ex:zzzzzzzz:next:0"],
)  # fmt: skip
async def test_crafted_and_outlived_buttons_are_answered_and_change_nothing(
    walker: Walker, salon: Salon, data: str
) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    live = await walk.screen()
    toast = await walk.stale(live["message_id"], data.replace(":1:", f":{salon.haircut.pk}:"))
    assert toast
    assert not await AuditEntry.objects.filter(entity="service").aexists()


async def test_a_step_that_is_behind_takes_no_answer(walker: Walker, salon: Salon) -> None:
    walk = walker(OSCAR.id)
    await open_service(walk)
    await walk.tap("‹ Back")
    await walk.tap("➕ New service")
    message_id, hair = await walk.data_of("Hair")
    await walk.tap("Nails")
    await walk.stale(message_id, hair)
    await walk.say("Lashes")
    await walk.tap("Skip")
    await walk.say("1:30")
    await walk.say("10")
    assert "Category: Nails" in (await walk.screen())["text"]
