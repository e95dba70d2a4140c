"""Where the photo of a specialist is read."""

from django.conf import settings
from django.urls import reverse


def photo_url(specialist_id: int, photo: str) -> str | None:
    """``photo``: the name it is stored under. The address changes with the photo, so that it may be kept for long."""
    if not photo:
        return None
    mark = photo.rpartition("/")[2].partition(".")[0][:8]
    return f"{settings.PUBLIC_URL}{reverse('api-v1:specialist_photo', args=[specialist_id])}?v={mark}"
