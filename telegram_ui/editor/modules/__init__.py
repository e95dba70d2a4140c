"""The modules there are."""

from telegram_ui.editor.module import Module
from telegram_ui.editor.modules import services

ALL: tuple[Module, ...] = (services.SERVICES, services.CATEGORIES)

#: Those in the menu of modules, in its order; the rest is reached from them.
MENU: tuple[Module, ...] = (services.SERVICES,)

BY_CODE: dict[str, Module] = {module.code: module for module in ALL}
