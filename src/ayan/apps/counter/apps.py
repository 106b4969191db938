"""Django's entry for the counter: its tables, its entry of the desk's menu, and its part of the desk's first page."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "ayan.apps.counter"
    label = "counter"
    verbose_name = "پیشخان"
    regular = (
        "ayan.apps.counter.officer_reminders.REGULAR",
        "ayan.apps.counter.actions.REGULAR",
    )

    def ready(self) -> None:
        from ayan.apps.accounts import desk_layout
        from ayan.apps.counter.case_list import waiting_part
        from ayan.core.values.label import Label

        desk_layout.add_menu("desk_counter", Label("پیشخان", "Counter"), "reply.view", order=47)
        desk_layout.add_part(waiting_part, order=15)
