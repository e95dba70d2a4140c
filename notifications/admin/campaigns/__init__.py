"""Campaigns: composed, tried, set going and watched."""

from notifications.admin.campaigns.site import CampaignAdmin

__all__ = ["CampaignAdmin"]
