"""The photo that clients choose a specialist by."""

import pytest
from django.core.files.storage import default_storage
from django.utils.translation import override
from pytest_django import DjangoCaptureOnCommitCallbacks

from bookings.exceptions import NotAllowed, NotFound
from bookings.models import AuditEntry, Specialist
from bookings.services import specialist_photo
from bookings.services.resources.entities import SPECIALISTS
from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.removal import remove
from bookings.services.resources.writing import update
from bookings.services.specialist_photo import LARGEST, require_size, set_photo
from tests.bookings.conftest import Salon
from tests.pictures import picture

FACE = picture(200, 300)


def files() -> set[str]:
    return set(default_storage.listdir("specialists")[1]) if default_storage.exists("specialists") else set()


def photo_of(specialist: Specialist) -> str:
    specialist.refresh_from_db()
    return specialist.photo.name or ""


def test_it_is_stored_named_and_audited(salon: Salon) -> None:
    name = set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=FACE)
    assert photo_of(salon.anna) == name
    with default_storage.open(name) as file:
        assert file.read(2) == b"\xff\xd8"  # a JPEG by now
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.entity, entry.entity_id) == ("updated", "specialist", salon.anna.pk)
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["photo"], entry.after["photo"]) == ("", name)


def test_another_one_takes_its_place_and_the_file_goes_once_that_stands(
    salon: Salon, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = files()
    with django_capture_on_commit_callbacks(execute=True):
        first = set_photo(actor=salon.as_anna, specialist_id=salon.anna.pk, content=FACE)
    with django_capture_on_commit_callbacks() as afterwards:
        second = set_photo(actor=salon.as_anna, specialist_id=salon.anna.pk, content=FACE)
    assert default_storage.exists(first)  # until the change is committed
    for act in afterwards:
        act()
    assert {f"specialists/{name}" for name in files() - before} == {second}
    with django_capture_on_commit_callbacks(execute=True):
        assert set_photo(actor=salon.as_anna, specialist_id=salon.anna.pk, content=b"") == ""
    assert (photo_of(salon.anna), files()) == ("", before)


def test_other_changes_leave_it_and_it_goes_with_the_specialist(
    salon: Salon, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = files()
    name = set_photo(actor=salon.as_admin, specialist_id=salon.boris.pk, content=FACE)
    with django_capture_on_commit_callbacks(execute=True):
        update(actor=salon.as_admin, entity=SPECIALISTS, row_id=salon.boris.pk, values={"position": 7})
    assert photo_of(salon.boris) == name
    with django_capture_on_commit_callbacks(execute=True):
        remove(actor=salon.as_admin, entity=SPECIALISTS, row_id=salon.boris.pk)
    assert files() == before


def test_a_specialist_sets_their_own_alone_and_a_client_none(salon: Salon) -> None:
    before = files()
    with pytest.raises(NotFound):
        set_photo(actor=salon.as_anna, specialist_id=salon.boris.pk, content=FACE)
    with pytest.raises(NotFound):
        set_photo(actor=salon.as_client, specialist_id=salon.anna.pk, content=FACE)
    with pytest.raises(NotFound):
        set_photo(actor=salon.as_admin, specialist_id=999_999, content=FACE)
    assert files() == before


def test_what_the_caller_expects_is_asked_before_anything_changes(salon: Salon) -> None:
    before = files()

    def refuse(_row: Specialist) -> None:
        raise NotAllowed

    with pytest.raises(NotAllowed):
        set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=FACE, expect=refuse)
    assert (photo_of(salon.anna), files()) == ("", before)


@pytest.mark.parametrize(
    ("content", "russian", "english"),
    [
        (b"GIF89a", "Фото – это JPEG или PNG.", "A photo is a JPEG or a PNG."),
        (picture(100, 300), "Фото слишком маленькое: нужно хотя бы 160 пикселей с каждой стороны.",
         "The photo is too small: at least 160 pixels on each side."),
        (bytes(LARGEST + 1), "Фото – не больше 10 МБ.", "A photo has at most 10 MB."),
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused_in_the_readers_language(
    salon: Salon, content: bytes, russian: str, english: str
) -> None:
    with override("ru"), pytest.raises(InvalidFields) as refusal:
        set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=content)
    assert refusal.value.errors == {"photo": [english]}
    assert refusal.value.said == {"photo": [russian]}


def test_what_is_too_large_is_refused_before_it_is_fetched() -> None:
    require_size(LARGEST)
    with pytest.raises(InvalidFields):
        require_size(LARGEST + 1)


def test_a_write_that_fails_leaves_no_file(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files()

    def die(**_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(specialist_photo, "record_saved", die)
    with pytest.raises(RuntimeError):
        set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=FACE)
    assert files() == before
