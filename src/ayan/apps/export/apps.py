"""The export app's name for Django; it copies what the others declare."""

from ayan.ui.contract import AppContract


class ExportConfig(AppContract):
    name = "ayan.apps.export"
    label = "export"
    verbose_name = "نسخهٔ ایستا"
