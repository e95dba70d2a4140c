"""The closed vocabularies of notifications. Values are stored: never change one."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What can be told: everything the domain announces, and what only time or an operator's desk makes happen."""

    BOOKING_CREATED = "booking_created", _("booking created")
    BOOKING_CONFIRMED = "booking_confirmed", _("booking confirmed")
    BOOKING_CANCELLED = "booking_cancelled", _("booking cancelled")
    BOOKING_RESCHEDULED = "booking_rescheduled", _("booking moved")
    BOOKING_DONE = "booking_done", _("visit ended")
    BOOKING_COMPLETED = "booking_completed", _("visit took place")
    BOOKING_NO_SHOW = "booking_no_show", _("client did not come")
    BOOKING_REOPENED = "booking_reopened", _("outcome taken back")
    REMINDER = "reminder", _("reminder")
    SLOT_FREED = "slot_freed", _("time became free")
    REVIEW_REQUEST = "review_request", _("request for a review")
    NEXT_VISIT = "next_visit", _("time for the next visit")
    DEAD_LETTERS = "dead_letters", _("failed work was put aside")
    CAMPAIGN_TROUBLE = "campaign_trouble", _("a campaign was stopped by a trouble")


class Channel(TextChoices):
    TELEGRAM = "telegram", "Telegram"
    PUSH = "push", "Web Push"
    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("webhook")


class Lane(TextChoices):
    """Who goes first when the outbound rate is short: the order of the members. Each is drained by its own task."""

    P2P = "p2p", _("instant")
    REMINDER = "reminder", _("reminder")
    CAMPAIGN = "campaign", _("campaign")
    #: To integrators, who have no part in the outbound rate.
    WEBHOOK = "webhook", _("webhook")


class EventState(TextChoices):
    PENDING = "pending", _("waiting")
    PROCESSED = "processed", _("processed")
    DEAD = "dead", _("failed")


class DeliveryState(TextChoices):
    """``pending → sending → sent | retry | dead | skipped | unknown``; ``retry`` is claimed again when due."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    RETRY = "retry", _("to be repeated")
    DEAD = "dead", _("failed")
    SKIPPED = "skipped", _("skipped")
    UNKNOWN = "unknown", _("outcome unknown")


#: States a worker may claim from once ``due_at`` has come.
CLAIMABLE = (DeliveryState.PENDING, DeliveryState.RETRY)


class CampaignStatus(TextChoices):
    """``materialising``: its rows are being made; nothing is sent before all are there."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    MATERIALISING = "materialising", _("being made ready")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class LetterState(TextChoices):
    OPEN = "open", _("open")
    REQUEUED = "requeued", _("requeued")
    DISCARDED = "discarded", _("discarded")
