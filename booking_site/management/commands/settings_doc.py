"""``docs/settings.md``, made from the one table of settings."""

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from django.core.management.base import BaseCommand
from pydantic.fields import FieldInfo

from booking_site.env import BASE_DIR, Env

TARGET = BASE_DIR / "docs" / "settings.md"
HEAD = """# Settings

All are environment variables; a `.env` file at the root of the project is read when there is one (`ENV_FILE` names
another). An empty value means the default. This table is made from `booking_site/env.py` by `make settings-doc`.

With `APP_ENV=production` every process (web, workers, beat, Flower, `manage.py`) refuses to start while a value is
missing or unsafe, and names each such setting in a line.

| setting | default | what it does |
|---|---|---|
"""


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, Path):
        value = value.relative_to(BASE_DIR)
    return f"`{value}`" if str(value) else ""


def _about(field: FieldInfo) -> str:
    text = field.description or ""
    if get_origin(field.annotation) is Literal:
        options = ", ".join(f"`{option}`" for option in get_args(field.annotation) if option)
        text += f" One of {options}."
    return text.replace("|", "\\|")


def render() -> str:
    """The whole document."""
    rows = [
        f"| `{name.upper()}` | {_default(field)} | {_about(field)} |" for name, field in Env.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


class Command(BaseCommand):
    help = "Write docs/settings.md from booking_site/env.py."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write it."""
        TARGET.write_text(render())
