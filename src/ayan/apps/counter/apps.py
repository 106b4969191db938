"""Django's entry for the counter: its tables, its entry of the desk's menu, and its part of the desk's first page."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "ayan.apps.counter"
    label = "counter"
    verbose_name = "پیشخان"

    def ready(self) -> None:
        from ayan.apps.accounts import shell
        from ayan.apps.counter.listing import waiting_part
        from ayan.core.values.label import Label

        shell.add_menu("desk_counter", Label("پیشخان", "Counter"), "reply.view", order=47)
        shell.add_part(waiting_part, order=15)
