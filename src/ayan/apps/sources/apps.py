"""Django's entry for sources: their tables, their entry of the menu, and their ear at the desk."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "ayan.apps.sources"
    label = "sources"
    verbose_name = "منبع‌ها"
    regular = ("ayan.apps.sources.tasks.REGULAR",)

    def ready(self) -> None:
        from ayan.apps.accounts import desk_layout
        from ayan.apps.desk import signals
        from ayan.apps.sources.tasks import heard
        from ayan.apps.sources.views.waiting_part import waiting_part
        from ayan.core.values.label import Label

        signals.connect(heard)
        desk_layout.add_menu("sources", Label("منبع‌ها", "Sources"), "source.manage", order=75)
        desk_layout.add_part(waiting_part, order=15)
