"""The modules there are."""

from telegram_ui.editor.module import Module
from telegram_ui.editor.modules import closings, company, marketing, notices, places, services, specialists

#: Those in the menu of modules, in its order; the rest is reached from them.
MENU: tuple[Module, ...] = (
    services.SERVICES,
    specialists.PRICES,
    specialists.SPECIALISTS,
    places.LOCATIONS,
    closings.CLOSINGS,
    marketing.PROMOTIONS,
    marketing.TAGS,
    notices.EVENTS,
    marketing.ADS,
    company.ABOUT,
    company.RULES,
)
ALL: tuple[Module, ...] = (
    *MENU,
    services.CATEGORIES,
    specialists.OF_SPECIALIST,
    specialists.OF_SERVICE,
    specialists.OF_PRICE,
    places.ROOMS,
    notices.SETTINGS,
    notices.POLICY,
)

BY_CODE: dict[str, Module] = {module.code: module for module in ALL}
