"""What Telegram would refuse as a photo is refused when it is chosen."""

import pytest

from notifications.campaigns.photos import photo_file
from notifications.exceptions import InvalidCampaign
from tests.notifications.campaigns.conftest import PIXEL
from tests.pictures import picture


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PIXEL, ".png"),
        (picture(640, 480, "JPEG"), ".jpg"),
        (picture(200, 10), ".png"),
        (picture(9_500, 500), ".png"),
    ],
)
def test_a_photo_is_kept_as_it_is_under_a_name_of_our_own(content: bytes, ending: str) -> None:
    kept = photo_file(content)
    assert kept.read() == content
    assert str(kept.name).endswith(ending)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "photo"),
        (b"GIF89a", "photo"),
        (picture(10, 10, "GIF"), "photo"),
        (PIXEL[:20], "photo"),
        (PIXEL[:8] + b"anything", "photo"),
        (picture(640, 480, "JPEG")[:-200], "photo"),
        (picture(9_501, 500), "photo_sides"),
        (picture(201, 10), "photo_ratio"),
        (picture(10, 201), "photo_ratio"),
        (PIXEL + bytes(10 * 1024 * 1024), "too_long"),
    ],
)
def test_what_is_no_photo_to_telegram_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidCampaign) as refusal:
        photo_file(content)
    assert refusal.value.details["field"] == "photo"
    assert refusal.value.details["reason"] == reason
