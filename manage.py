#!/usr/bin/env python
"""Django's command-line entry point."""

import os
import sys

from django.core.management import execute_from_command_line

from booking_site.env import refuse_unusable_values

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
    refuse_unusable_values()
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # Ctrl-C before a command has its own way of ending: nothing to tell, and no traceback.
        sys.exit(130)
