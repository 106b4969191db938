#!/usr/bin/env python3
"""Django's own commands, for those who work on Ayan; a city's staff use `ayan`."""

import os
import sys

if __name__ == "__main__":
    # A database made by it is for its owner alone, as one made by `ayan` is.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
