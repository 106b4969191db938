"""The server of the Model Context Protocol: the tools, resources and prompts by which an assistant asks the site."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

import ayan
from ayan.apps.assistants.answer_shapes import (
    AnsweredResult,
    CitationResult,
    ComparedResult,
    CountedResult,
    DescribedResult,
    ExplainedResult,
    FoundResult,
    ListedResult,
    MissingResult,
    RecordResult,
)  # fmt: skip
from ayan.apps.assistants.limits import MOST_ROWS, USUAL_ROWS
from ayan.apps.assistants.prompts import PROMPTS, add_prompt
from ayan.apps.assistants.site_door import (
    CALLER,
    SiteDoor,
    SiteFault,
    SiteRefusal,
    refusal_document,
)
from ayan.apps.assistants.site_questions import API, AnswerLanguage, Tools, slug_of
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.api.responses import NotFound

_LOG: Final = logging.getLogger("ayan.assistants")
INSTRUCTIONS: Final = Label(
    "این سامانه داده‌های منتشرشدهٔ یک شهرداری است و فقط خوانده می‌شود. هر عدد را از ابزارها بگیرید و خودتان حساب "
    "نکنید. کنار هر عدد منبع آن (sources) را بگویید: انتشار، شمارهٔ برگ در ثبت عمومی و نشانی استناد. "
    "not_published یعنی منتشر نشده است، نه صفر: همین را بگویید و اینکه چه کسی مسئول آن است. "
    "مبلغ‌ها به ریال و سال‌ها خورشیدی است.",
    "This site holds what a municipality has published, and can only be read. Take every number from the tools and "
    "never work one out yourself. Beside each number give its source (`sources`): the release, the leaf of the public "
    "log and the citation. `not_published` is not zero: say so, and say who owes it. Money is in rial, years are "
    "Jalali.",
)
READS: Final = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

DatasetParameter = Annotated[str, Field(description="The name of a dataset, as find_datasets gives it", max_length=100)]
Where = Annotated[
    dict[str, str],
    Field(
        description="Conditions by field: `field` or `field__OP` with OP in not, in, contains, startswith, gt, gte, "
        "lt, lte, isnull; dates Jalali (1403, 1403-05, 1403-05-12) or Gregorian, money in rial"
    ),
]
GroupParameter = Annotated[
    list[str], Field(description="Fields to group by; of a date `field:year`, `field:month`", max_length=3)
]
Measures = Annotated[
    list[str],
    Field(
        description="Numbers asked for: count, or sum_FIELD, avg_FIELD, median_FIELD, min_FIELD, max_FIELD, "
        "distinct_FIELD",
        max_length=8,
    ),
]
MeasureParameter = Annotated[
    str, Field(description="One number: count, sum_FIELD, avg_FIELD and so on", max_length=100)
]
OrderBy = Annotated[str, Field(description="A column of the answer to order by; with - before it, descending")]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Search = Annotated[str, Field(description="Words that every row must hold", max_length=200)]
AsOf = Annotated[str, Field(description="As it was known on this day", max_length=40)]
ReleaseParameter = Annotated[str, Field(description="One release alone: period/number", max_length=60)]
LangParameter = Annotated[AnswerLanguage, Field(description="The language of labels")]


def answered(work: Callable[[], dict[str, Any]]) -> CallToolResult:
    """What a tool gives: its document as it is and as text, or what the site refuses it with, in both languages."""
    try:
        document = work()
    except SiteRefusal as refusal:
        code = refusal.document.get("type", "").rpartition("#")[2]
        return _call_result({"code": code, **refusal.document}, is_error=True)
    except Refusal as refusal:
        return _call_result(refusal_document(refusal), is_error=True)
    except Exception:  # noqa: BLE001 - none of its words may leave: they may hold what was asked
        # Its words may hold what was asked, which is the asker's affair.
        _LOG.exception("a tool ended by a fault")
        return _call_result(refusal_document(SiteFault()), is_error=True)
    return _call_result(document, is_error=False)


def _call_result(document: dict[str, Any], *, is_error: bool) -> CallToolResult:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=document, is_error=is_error)


class BadArguments(Refusal):
    """An argument of a tool is not of its schema."""

    code = "bad-arguments"
    fa = "مقدار برخی آرگومان‌ها پذیرفته نیست. نام آن‌ها و آنچه پذیرفته است در expected آمده است."
    en = "Some arguments are not accepted. Which, and what is accepted, stands in `expected`."
    status = 400


class AssistantServer(MCPServer[Any]):
    """The server of the library, whose word on a wrong argument is in both languages and does not repeat it."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The answer of a tool; see `MCPServer.call_tool`."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as fault:
            if not isinstance(fault.__cause__, ValidationError):
                raise
            wrong = sorted({str(each["loc"][0]) for each in fault.__cause__.errors() if each["loc"]})
        tool = next(tool for tool in await self.list_tools() if tool.name == name)
        known = tool.input_schema["properties"]
        expected = {argument: known[argument] for argument in wrong if argument in known}
        return _call_result({**refusal_document(BadArguments()), "expected": expected}, is_error=True)


def mcp_server(door: SiteDoor, *, subscriptions: bool = False) -> MCPServer[Any]:
    """The server over a site. Nothing of a conversation is kept between two requests, so nothing can be subscribed to
    unless ``subscriptions`` says so."""
    server = AssistantServer(
        "ayan",
        title="عیان / Ayan",
        version=ayan.version(),
        instructions=f"{INSTRUCTIONS.en}\n\n{INSTRUCTIONS.fa}",
        log_level="CRITICAL",
        subscriptions=None if subscriptions else False,
    )
    tools = Tools(door)
    _add_dataset_search(server, tools)
    _add_figures(server, tools)
    _add_rows(server, tools)
    _add_comparison(server, tools)
    _add_sources(server, tools)
    _add_resources(server, door)
    for prompt in PROMPTS:
        add_prompt(server, prompt)
    return server


def _described(fa: str, en: str) -> str:
    return f"{en} {fa}"


def _add_dataset_search(server: MCPServer[Any], tools: Tools) -> None:
    @server.tool(
        title="Find datasets / یافتن داده",
        annotations=READS,
        description=_described(
            "داده‌هایی که واژه‌ها دربارهٔ آن‌هاست؛ بی واژه، همهٔ داده‌ها.",
            "The datasets that words are about; without words, all of them.",
        ),
    )
    def find_datasets(words: Annotated[str, Field(max_length=200)] = "") -> FoundResult:
        return answered(lambda: tools.find_datasets(CALLER.get(), words))

    @server.tool(
        title="Describe a dataset / شرح یک داده",
        annotations=READS,
        description=_described(
            "ستون‌ها، مسئول، تازگی و انتشارهای یک داده.", "Fields, owner, freshness and releases of one dataset."
        ),
    )
    def describe_dataset(dataset: DatasetParameter) -> DescribedResult:
        return answered(lambda: tools.describe_dataset(CALLER.get(), dataset))

    @server.tool(
        title="What is missing / چه نیامده است",
        annotations=READS,
        description=_described(
            "آنچه وعده داده شده و منتشر نشده است، با مسئول و موعد.",
            "What was promised and is not published, with who owes it and since when.",
        ),
    )
    def missing() -> MissingResult:
        return answered(lambda: tools.missing(CALLER.get()))


def _state(search: str, as_of: str, release: str) -> dict[str, str]:
    given = {"_search": search, "_as_of": as_of, "_release": release}
    return {name: text for name, text in given.items() if text}


def _add_figures(server: MCPServer[Any], tools: Tools) -> None:
    @server.tool(
        title="Ask in words / پرسیدن به زبان مردم",
        annotations=READS,
        description=_described(
            "پرسشی به فارسی یا انگلیسی؛ عددها را سامانه حساب می‌کند و هر پاسخ منبع دارد.",
            "A question in Persian or English; the site works the numbers out, and every answer has its sources.",
        ),
    )
    def ask(question: Annotated[str, Field(min_length=1, max_length=200)]) -> AnsweredResult:
        return answered(lambda: tools.ask(CALLER.get(), question))

    @server.tool(
        title="Count, add up and group / شمارش، جمع و گروه",
        annotations=READS,
        description=_described(
            "پرسش دقیق: شرط‌ها، گروه‌ها و عددها. نام ستون‌ها را از describe_dataset بگیرید.",
            "An exact question: conditions, groups and measures. Take the names of fields from describe_dataset.",
        ),
    )
    def query_dataset(
        dataset: DatasetParameter,
        where: Where = {},  # noqa: B006 - a default of the schema; nobody changes it
        by: GroupParameter = [],  # noqa: B006 - as above
        measures: Measures = ["count"],  # noqa: B006 - as above
        order_by: OrderBy = "",
        limit: Limit = USUAL_ROWS,
        search: Search = "",
        as_of: AsOf = "",
        release: ReleaseParameter = "",
        lang: LangParameter = "fa",
    ) -> CountedResult:
        state = _state(search, as_of, release)
        return answered(
            lambda: tools.query_dataset(CALLER.get(), dataset, where, by, measures, order_by, limit, state, lang)
        )


def _add_rows(server: MCPServer[Any], tools: Tools) -> None:
    @server.tool(
        title="List rows / فهرست ردیف‌ها",
        annotations=READS,
        description=_described("ردیف‌های یک داده، صفحه به صفحه.", "The rows of a dataset, page by page."),
    )
    def list_rows(
        dataset: DatasetParameter,
        where: Where = {},  # noqa: B006 - as above
        fields: Annotated[list[str], Field(max_length=50)] = [],  # noqa: B006 - as above
        order_by: OrderBy = "",
        limit: Limit = USUAL_ROWS,
        search: Search = "",
        as_of: AsOf = "",
        release: ReleaseParameter = "",
        cursor: Annotated[str, Field(description="next_cursor of the page before", max_length=2_000)] = "",
    ) -> ListedResult:
        state = _state(search, as_of, release)
        return answered(lambda: tools.list_rows(CALLER.get(), dataset, where, fields, order_by, limit, state, cursor))


def _add_comparison(server: MCPServer[Any], tools: Tools) -> None:
    @server.tool(
        title="Compare / مقایسه",
        annotations=READS,
        description=_described(
            "دو تا شش طرف کنار هم؛ تفاوت‌ها را سامانه حساب می‌کند.",
            "Two to six sides beside each other; the site works the differences out.",
        ),
    )
    def compare(
        dataset: DatasetParameter,
        measure: MeasureParameter,
        sides: Annotated[list[str], Field(min_length=2, max_length=6)],
        by: Annotated[str, Field(description="The field whose values the sides are, or `date:year`")] = "",
        over: Annotated[str, Field(description="What the comparison runs along; empty for all together")] = "",
        where: Where = {},  # noqa: B006 - as above
        lang: LangParameter = "fa",
    ) -> ComparedResult:
        return answered(lambda: tools.compare(CALLER.get(), dataset, measure, by, sides, over, where, lang))

    @server.tool(
        title="Explain a figure / این عدد از کجا آمد",
        annotations=READS,
        description=_described(
            "یک عدد از چند ردیف، با چه تعریف و چه اصلاح‌هایی به دست آمده و بزرگ‌ترین ردیف‌هایش کدام است.",
            "From how many rows a figure comes, by which definition and corrections, and its largest rows.",
        ),
    )
    def explain_figure(
        dataset: DatasetParameter,
        measure: MeasureParameter = "count",
        where: Where = {},  # noqa: B006 - as above
        search: Search = "",
        as_of: AsOf = "",
        release: ReleaseParameter = "",
    ) -> ExplainedResult:
        state = _state(search, as_of, release)
        return answered(lambda: tools.explain_figure(CALLER.get(), dataset, where, measure, state))


def _add_sources(server: MCPServer[Any], tools: Tools) -> None:
    @server.tool(
        title="Fetch a record / یک ردیف",
        annotations=READS,
        description=_described("یک ردیف با کلید آن.", "One record by its key; parts of a key are joined by ~."),
    )
    def fetch_record(
        dataset: DatasetParameter, key: Annotated[str, Field(min_length=1, max_length=500)]
    ) -> RecordResult:
        return answered(lambda: tools.fetch_record(CALLER.get(), dataset, key))

    @server.tool(
        title="Check a citation / وارسی استناد",
        annotations=READS,
        description=_described(
            "استناد هنوز برجاست؟ با measure، عدد آن روز و امروز؛ با value، درستی ادعا.",
            "Whether a citation still stands; with measure the figure then and now, with value whether it is right.",
        ),
    )
    def check_citation(
        citation: Annotated[str, Field(description="The address or code of a citation", max_length=8_000)],
        measure: MeasureParameter = "",
        value: float | None = None,
    ) -> CitationResult:
        return answered(lambda: tools.check_citation(CALLER.get(), citation, measure, value))


# --- resources --------------------------------------------------------------------------------------------------------


def _add_resources(server: MCPServer[Any], door: SiteDoor) -> None:
    def read(path: str) -> str:
        try:
            return json.dumps(door.get(CALLER.get(), path), ensure_ascii=False)
        except SiteRefusal as refusal:
            said = f"{refusal.document.get('detail_fa', '')} {refusal.document.get('detail_en', '')}"
            is_missing = refusal.document.get("status") == HTTPStatus.NOT_FOUND
            raise (ResourceNotFoundError if is_missing else ResourceError)(said) from None
        except Refusal as refusal:
            raise ResourceError(f"{refusal.fa} {refusal.en}") from None

    def dataset_path(dataset: str) -> str:
        try:
            return f"{API}/datasets/{slug_of(dataset)}"
        except NotFound as refusal:
            raise ResourceNotFoundError(f"{refusal.fa} {refusal.en}") from None

    @server.resource("ayan://datasets", title="Datasets / داده‌ها", mime_type="application/json")
    def datasets() -> str:
        """Every dataset that is declared. همهٔ داده‌های اعلام‌شده."""
        return read(f"{API}/datasets")

    @server.resource("ayan://missing", title="What is missing / چه نیامده است", mime_type="application/json")
    def missing() -> str:
        """What was promised and has not come. آنچه وعده داده شده و نیامده است."""
        return read(f"{API}/missing")

    @server.resource("ayan://datasets/{dataset}", title="Declaration / تعریف داده", mime_type="application/json")
    def declaration(dataset: str) -> str:
        """What a dataset is, with its fields as a Table Schema. تعریف یک داده و ستون‌های آن."""
        return read(dataset_path(dataset))

    @server.resource("ayan://datasets/{dataset}/releases", title="Releases / انتشارها", mime_type="application/json")
    def releases(dataset: str) -> str:
        """The releases of a dataset, the newest first. انتشارهای یک داده، تازه‌ترین نخست."""
        return read(f"{dataset_path(dataset)}/releases")

    @server.resource(
        "ayan://datasets/{dataset}/releases/{period}/{number}",
        title="Manifest / شناسنامهٔ انتشار",
        mime_type="application/json",
    )
    def manifest(dataset: str, period: str, number: int) -> str:
        """The manifest of one release: its files, digests and approvals. شناسنامهٔ یک انتشار."""
        return read(f"{dataset_path(dataset)}/releases/{quote(period, safe='')}/{number}")
