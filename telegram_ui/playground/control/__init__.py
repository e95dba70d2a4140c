"""The control HTTP of the playground, under ``/_control/``."""
