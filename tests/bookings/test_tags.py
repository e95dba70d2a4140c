"""Words by which admins sort their clients."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bookings.actor import SYSTEM, Actor
from bookings.exceptions import IdempotencyConflict, NotAllowed, NotFound
from bookings.models import AuditEntry, Tag, User
from bookings.queries.clients import client_summary
from bookings.queries.tags import client_tags, tags_kept
from bookings.read_models import TagCard
from bookings.services.forget_client import forget_client
from bookings.services.resources.entities import TAGS, USERS
from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.removal import remove
from bookings.services.resources.writing import create, update
from bookings.services.tags import tag_client, tag_client_as, untag_client
from tests.bookings.conftest import Salon, actor_of


@pytest.fixture
def vip(salon: Salon) -> Tag:
    return create(actor=salon.as_admin, entity=TAGS, values={"name": "VIP"})


def has(salon: Salon) -> list[str]:
    return [tag.name for tag in client_summary(actor=salon.as_admin, client_id=salon.client.pk).tags]


class TestNames:
    @pytest.mark.parametrize("name", ["VIP", "vip ", " Vip"])
    def test_one_name_is_one_tag_in_any_case(self, salon: Salon, vip: Tag, name: str) -> None:
        with pytest.raises(InvalidFields) as refused:
            create(actor=salon.as_admin, entity=TAGS, values={"name": name})
        assert refused.value.errors == {"name": ["There is a tag with this name already."]}

    @pytest.mark.parametrize(
        ("name", "again"),
        [
            ("Постоянный  клиент", "постоянный клиент"),
            ("Straße", "STRASSE"),
            ("й", "\u0438\u0306"),
            ("İ", "i\u0307"),
        ],
    )
    def test_letters_the_database_cannot_fold_and_spaces_make_no_other_name(
        self, salon: Salon, name: str, again: str
    ) -> None:
        made = create(actor=salon.as_admin, entity=TAGS, values={"name": name})
        assert "  " not in made.name
        with pytest.raises(InvalidFields):
            create(actor=salon.as_admin, entity=TAGS, values={"name": again})
        with pytest.raises(ValidationError):
            Tag(name=again).full_clean()

    @pytest.mark.parametrize("name", ["", "  ", "x" * 41])
    def test_a_name_has_words_and_an_end(self, salon: Salon, name: str) -> None:
        with pytest.raises(InvalidFields) as refused:
            create(actor=salon.as_admin, entity=TAGS, values={"name": name})
        assert set(refused.value.errors) == {"name"}

    def test_a_tag_keeps_its_clients_under_another_name(self, salon: Salon, vip: Tag) -> None:
        tag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk)
        update(actor=salon.as_admin, entity=TAGS, row_id=vip.pk, values={"name": "vip"})
        update(actor=salon.as_admin, entity=TAGS, row_id=vip.pk, values={"name": "Золотой"})
        assert has(salon) == ["Золотой"]
        entry = AuditEntry.objects.filter(entity="tag").latest("pk")
        assert (entry.action, entry.before, entry.after) == ("updated", {"name": "vip"}, {"name": "Золотой"})


class TestGiving:
    def test_tags_are_given_and_taken_and_each_change_is_audited(self, salon: Salon, vip: Tag) -> None:
        given = tag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk)
        assert given == (TagCard(vip.pk, "VIP"),)
        tag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk)
        assert untag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk) == ()
        untag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk)

        entries = AuditEntry.objects.filter(entity="user", entity_id=salon.client.pk).order_by("pk")
        assert [(one.before, one.after) for one in entries] == [
            ({"tags": []}, {"tags": [vip.pk]}),
            ({"tags": [vip.pk]}, {"tags": []}),
        ]
        assert {one.actor_user_id for one in entries} == {salon.admin.pk}

    def test_a_word_is_the_tag_that_is_called_so_or_a_new_one(self, salon: Salon, vip: Tag) -> None:
        tag_client_as(actor=salon.as_admin, client_id=salon.client.pk, name="vip")
        tag_client_as(actor=salon.as_admin, client_id=salon.client.pk, name="Студент")
        assert has(salon) == ["VIP", "Студент"]
        assert Tag.objects.count() == 2
        with pytest.raises(NotFound):
            tag_client_as(actor=salon.as_admin, client_id=0, name="Nobody's")
        assert Tag.objects.count() == 2

    def test_the_same_request_twice_does_not_bring_a_tag_back(self, salon: Salon, vip: Tag) -> None:
        asked: dict[str, Any] = {"actor": salon.as_admin, "client_id": salon.client.pk, "tag_id": vip.pk}
        tag_client(**asked, idempotency_key="1")
        untag_client(**asked, idempotency_key="2")
        assert tag_client(**asked, idempotency_key="1") == ()
        with pytest.raises(IdempotencyConflict):
            tag_client(**asked | {"tag_id": vip.pk + 1}, idempotency_key="1")

    def test_what_is_not_there_is_not_given(self, salon: Salon, vip: Tag) -> None:
        with pytest.raises(NotFound):
            tag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk + 1)
        with pytest.raises(NotFound):
            tag_client(actor=salon.as_admin, client_id=0, tag_id=vip.pk)

    def test_a_tag_that_is_removed_is_nobodys(self, salon: Salon, vip: Tag) -> None:
        tag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk)
        remove(actor=salon.as_admin, entity=TAGS, row_id=vip.pk)
        assert has(salon) == []
        assert untag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk) == ()


@pytest.mark.parametrize("who", ["client", "specialist"])
def test_tags_are_the_admins_alone(salon: Salon, vip: Tag, who: str) -> None:
    salon.book()
    actor = {"client": salon.as_client, "specialist": salon.as_anna}[who]
    client, tag = salon.client.pk, vip.pk
    tag_client(actor=salon.as_admin, client_id=client, tag_id=tag)
    refused: list[Callable[[], object]] = [
        lambda: tag_client(actor=actor, client_id=client, tag_id=tag),
        lambda: untag_client(actor=actor, client_id=client, tag_id=tag),
        lambda: tag_client_as(actor=actor, client_id=client, name="new"),
        lambda: client_tags(actor=actor, client_id=client),
        lambda: create(actor=actor, entity=TAGS, values={"name": "new"}),
        lambda: update(actor=actor, entity=TAGS, row_id=tag, values={"name": "new"}),
        lambda: remove(actor=actor, entity=TAGS, row_id=tag),
        lambda: TAGS.visible(actor),
    ]
    for ask in refused:
        with pytest.raises(NotAllowed):
            ask()
    if who == "specialist":
        assert client_summary(actor=actor, client_id=client).tags == ()
    assert has(salon) == ["VIP"]


def test_a_program_tags_clients_and_no_admins(salon: Salon, vip: Tag) -> None:
    program = Actor(salon.as_admin.role, salon.as_admin.door, user_id=salon.admin.pk, key_id=1)
    assert tag_client(actor=program, client_id=salon.client.pk, tag_id=vip.pk)
    with pytest.raises(NotAllowed):
        tag_client(actor=program, client_id=salon.admin.pk, tag_id=vip.pk)


def test_the_choice_tells_what_a_client_has_and_what_they_could_have(salon: Salon, vip: Tag) -> None:
    tag_client_as(actor=salon.as_admin, client_id=salon.client.pk, name="Студент")
    found = client_tags(actor=salon.as_admin, client_id=salon.client.pk)
    assert (found.client.id, [tag.name for tag in found.has], [tag.name for tag in found.others]) == (
        salon.client.pk, ["Студент"], ["VIP"],
    )  # fmt: skip


def test_the_client_learns_how_many_there_are_and_takes_them_along(salon: Salon, vip: Tag) -> None:
    update(actor=SYSTEM, entity=USERS, row_id=salon.client.pk, values={"tags": [vip.pk]})
    assert tags_kept(actor=salon.as_client, client_id=salon.client.pk) == 1
    with pytest.raises(NotFound):
        tags_kept(actor=actor_of(salon.stranger), client_id=salon.client.pk)

    forget_client(actor=salon.as_client)

    assert not User.objects.get(pk=salon.client.pk).tags.exists()
    assert "tags" not in str(list(AuditEntry.objects.filter(entity="user").values_list("before", "after")))
    with pytest.raises(NotFound):
        tag_client(actor=salon.as_admin, client_id=salon.client.pk, tag_id=vip.pk)
    assert Tag.objects.filter(pk=vip.pk).exists()
