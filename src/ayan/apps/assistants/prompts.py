"""What a person may begin with: prompts that have an assistant answer from what is published, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from mcp.server.mcpserver import MCPServer
from pydantic import Field

from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class SitePrompt:
    """One prompt: its name, what it is for, and its words; ``{subject}`` is what the person adds."""

    name: str
    title: Label
    words: Label


PROMPTS: Final = (
    SitePrompt(
        "answer_with_sources",
        Label("پاسخ با سند", "Answer with sources"),
        Label(
            "به این پرسش فقط از آنچه شهرداری منتشر کرده است پاسخ دهید: {subject}\n"
            "اول ask را به کار ببرید. اگر پاسخ مطمئن نبود، با find_datasets و describe_dataset داده را پیدا کنید "
            "و با query_dataset دقیق بپرسید. هیچ عددی را خودتان حساب نکنید. پس از هر عدد، انتشار، شمارهٔ برگ ثبت "
            "عمومی و نشانی استناد را بنویسید. اگر منتشر نشده است بگویید منتشر نشده و مسئول آن کیست.",
            "Answer this from what the municipality has published, and from nothing else: {subject}\n"
            "Use ask first. Where its answer is not sure, find the data with find_datasets and describe_dataset, and "
            "ask exactly with query_dataset. Work no number out yourself. After each number give the release, the leaf "
            "of the public log and the address of the citation. Where it is not published, say so, and who owes it.",
        ),
    ),
    SitePrompt(
        "compare_years",
        Label("مقایسهٔ دو سال", "Compare two years"),
        Label(
            "این را در دو سال آخر که کامل منتشر شده‌اند مقایسه کنید: {subject}\n"
            "با compare بسنجید تا تفاوت و درصد را سامانه حساب کند. بگویید مبلغ‌ها به پول همان سال است یا به قیمت ثابت، "
            "و منبع هر طرف را بنویسید.",
            "Compare this in the last two years that are published whole: {subject}\n"
            "Use compare, so that the site works out difference and per cent. Say whether money is that of its year or "
            "of one year, and give the source of each side.",
        ),
    ),
    SitePrompt(
        "check_a_claim",
        Label("وارسی یک ادعا", "Check a claim"),
        Label(
            "این ادعا را با آنچه منتشر شده است بسنجید: {subject}\n"
            "اگر نشانی استناد دارد check_citation را به کار ببرید. بگویید درست است، نادرست است، یا دربارهٔ آن چیزی "
            "منتشر نشده است، با عدد درست و منبع آن.",
            "Hold this claim against what is published: {subject}\n"
            "Where it has a citation, use check_citation. Say that it is right, that it is wrong, or that nothing is "
            "published about it, with the right number and its source.",
        ),
    ),
)


def add_prompt(server: MCPServer[Any], prompt: SitePrompt) -> None:
    """Offer one prompt, in either language."""

    @server.prompt(
        name=prompt.name,
        title=f"{prompt.title.en} / {prompt.title.fa}",
        description=f"{prompt.title.en}. {prompt.title.fa}.",
    )
    def words(subject: Annotated[str, Field(max_length=500)], language: Literal["fa", "en"] = "fa") -> str:
        return prompt.words.of(language).replace("{subject}", subject)
