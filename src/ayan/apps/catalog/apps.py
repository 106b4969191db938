"""What the reading room brings: the pages of data, of changes and of the site itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, MenuEntry, PageOf, SlotLink, Urls


class CatalogConfig(AppContract):
    name = "ayan.apps.catalog"
    label = "catalog"
    verbose_name = "داده‌ها"
    menu = (
        MenuEntry(page="catalogue", label=Label("داده‌ها", "Data"), section="data", current="true", order=10),
        MenuEntry(page="acts", label=Label("تغییرها", "Changes"), section="changes", spare=True, order=50),
        MenuEntry(
            page="developers",
            label=Label("برای برنامه‌نویسان", "For developers"),
            section="developers",
            spare=True,
            order=70,
        ),
        MenuEntry(page="help", label=Label("راهنما", "Help"), section="help", current="true", spare=True, order=65),
        MenuEntry(page="about", label=Label("درباره", "About"), section="about", spare=True, order=90),
    )
    footer = (
        FooterEntry(column="data", page="catalogue", label=Label("همهٔ مجموعه‌داده‌ها", "All datasets"), order=10),
        FooterEntry(column="data", page="acts", label=Label("تغییرها", "Changes"), order=30),
        FooterEntry(column="data", page="developers", label=Label("راهنمای برنامه‌نویسان", "For developers"), order=80),
        FooterEntry(column="checking", page="tour", label=Label("گردش دو دقیقه‌ای", "A two-minute tour"), order=60),
        FooterEntry(column="about", page="about", label=Label("درباره سامانه", "About this site"), order=10),
        FooterEntry(column="about", page="glossary", label=Label("واژه‌نامه", "Glossary"), order=25),
        FooterEntry(column="about", page="help", label=Label("راهنما", "Help"), order=20),
        FooterEntry(
            column="about", page="accessibility", label=Label("دسترس‌پذیری", "Accessibility"), keys=True, order=30
        ),
        FooterEntry(column="about", page="appearance", label=Label("روشن یا تیره", "Light or dark"), order=35),
        FooterEntry(column="about", page="privacy", label=Label("حریم خصوصی", "Privacy"), order=40),
        FooterEntry(column="about", page="contact", label=Label("تماس با ما", "Contact"), order=50),
    )
    slots = (
        SlotLink(slot="not-found", page="catalogue", label=Label("همهٔ مجموعه‌داده‌ها", "All datasets"), order=10),
        SlotLink(
            slot="not-found",
            page="acts",
            label=Label("تغییرها: هر انتشار و هر برداشتن", "Changes: every release and every withdrawal"),
            order=20,
        ),
        SlotLink(slot="not-found", page="help", label=Label("راهنما", "Help"), order=30),
    )
    pages_of = (PageOf("site", "about"),)

    def urls(self) -> Urls:
        from ayan.apps.catalog import urls

        return Urls(public=tuple(urls.urlpatterns), bare=tuple(urls.bare))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.catalog.citation import api
        from ayan.apps.catalog.feeds import views

        return (*views.OPERATIONS, *api.OPERATIONS)

    def copied(self, records: int) -> Iterable[CopiedFile]:
        from ayan.apps.catalog import export_pages
        from ayan.wiring import city

        return export_pages.files(city.current(), records)
