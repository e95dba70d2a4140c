"""Compile translations without any system tool."""

import os
from pathlib import Path
from typing import Any

import polib
from django.core.management.base import BaseCommand

from booking_site.env import BASE_DIR


def compile_texts(root: Path = BASE_DIR) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` of the project's apps that is older than it. Returns what was written.

    Several processes may do this at once: each file appears whole.
    """
    written = []
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written


class Command(BaseCommand):
    help = "Compile the translations (.po to .mo) of every app."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compile what is out of date, and say what it was."""
        for path in compile_texts():
            self.stdout.write(str(path.relative_to(BASE_DIR)))
