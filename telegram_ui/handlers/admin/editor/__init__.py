"""The editor: one set of steps for every module of ``telegram_ui.editor``."""
