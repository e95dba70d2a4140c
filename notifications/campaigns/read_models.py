"""What the services and queries of campaigns return: frozen, free of the ORM."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.campaigns.audience import Audience
from notifications.campaigns.content import Button
from notifications.models import Campaign


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """A campaign as people see it. Instants are aware UTC; ``total`` counts the rows made so far."""

    id: int
    name: str
    text_ru: str
    text_en: str
    has_photo: bool
    buttons: tuple[Button, ...]
    audience: Audience
    is_paid: bool
    status: str
    trouble: str
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    total: int
    version: int

    @classmethod
    def of(cls, campaign: Campaign) -> "CampaignCard":
        return cls(
            id=campaign.pk,
            name=campaign.name,
            text_ru=campaign.text_ru,
            text_en=campaign.text_en,
            has_photo=bool(campaign.photo or campaign.photo_file_id),
            buttons=tuple(Button.from_json(one) for one in campaign.buttons),
            audience=Audience.from_json(campaign.audience),
            is_paid=campaign.is_paid,
            status=campaign.status,
            trouble=campaign.trouble,
            scheduled_at=campaign.scheduled_at,
            started_at=campaign.started_at,
            finished_at=campaign.finished_at,
            created_at=campaign.created_at,
            total=campaign.total,
            version=campaign.version,
        )


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """People by the channel that reaches them, and by language."""

    total: int
    by_channel: Mapping[str, int]
    by_language: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """``by_state``: rows by ``DeliveryState``. ``rate``: rows settled in a second of late, 0 unless it is running;
    ``seconds_left`` is ``None`` while nothing moves.
    """

    status: str
    trouble: str
    total: int
    by_state: Mapping[str, int]
    rate: float
    seconds_left: int | None

    @property
    def settled(self) -> int:
        """Rows that nothing more happens to."""
        return self.total - self.left

    @property
    def left(self) -> int:
        return sum(self.by_state.get(state, 0) for state in ("pending", "sending", "retry"))
