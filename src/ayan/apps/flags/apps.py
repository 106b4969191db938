"""Django's entry for flags: their tables, and their place in the desk's menu."""

from django.apps import AppConfig


class FlagsConfig(AppConfig):
    name = "ayan.apps.flags"
    label = "flags"
    verbose_name = "پرچم‌ها"
    regular = ("ayan.apps.flags.computation.REGULAR",)
    operations = (
        "ayan.apps.flags.api.OPERATIONS",
        "ayan.apps.flags.views.OPERATIONS",
    )

    def ready(self) -> None:
        from ayan.apps.accounts import desk_layout
        from ayan.apps.flags.finding_list import waiting_part
        from ayan.core.values.label import Label

        desk_layout.add_menu("desk_flags", Label("یافته‌ها", "Findings"), "finding.view", order=45)
        desk_layout.add_part(waiting_part, order=16)
