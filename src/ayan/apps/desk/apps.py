"""Django's entry for the desk: its tables, its entry of the menu, its part of the first page."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ayan.apps.desk"
    label = "desk"
    verbose_name = "میز کار"
    regular = ("ayan.apps.desk.tasks.REGULAR",)

    def ready(self) -> None:
        from ayan.apps.accounts import desk_layout
        from ayan.apps.desk.work_lists import waiting_part
        from ayan.core.values.label import Label

        desk_layout.add_menu("desk_list", Label("پرونده‌ها", "Submissions"), "submission.view", order=20)
        desk_layout.add_menu("desk_advance", Label("تأیید از پیش", "In advance"), "advance.give", order=30)
        desk_layout.add_menu("desk_originals", Label("پرونده‌های اصلی", "Originals"), "original.read", order=70)
        desk_layout.add_part(waiting_part, order=20)
