"""What the conformance suite of the protocol looks for on a server, registered beside our own tools on a test build.

The names, and the texts that are compared, are those of the suite (`@modelcontextprotocol/conformance`). Nothing of it
is in what a city serves.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from mcp.server import ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import Prompt, UserMessage
from mcp.shared.exceptions import MCPError
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    EmbeddedResource,
    EmptyResult,
    ImageContent,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    TextResourceContents,
    UnsubscribeRequestParams,
)
from pydantic import BaseModel, Field

Asked = Context[Any, Any]
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
SILENCE: Final = base64.b64encode(
    b"RIFF&\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0\x80>\0\0\x02\0\x10\0data\2\0\0\0\0\0"
).decode()


def text(words: str) -> TextContent:
    return TextContent(type="text", text=words)


def embedded(uri: str, media_type: str, words: str) -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=media_type, text=words))


def form(message: str, **properties: str) -> ElicitRequest:
    """A question to the person behind a client, by the types of its fields."""
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in properties.items()},
        "required": list(properties),
    }
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sample(words: str) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=text(words))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=50))


def register(server: MCPServer[Any]) -> None:
    """Add everything to a server."""
    _contents(server)
    _notices(server)
    _questions(server)
    _rounds(server)
    _states(server)
    _seals(server)
    _changes(server)
    _resources(server)
    _prompts(server)
    _handlers(server)


def _contents(server: MCPServer[Any]) -> None:
    @server.tool()
    def test_simple_text() -> str:
        """Simple text."""
        return "This is a simple text response for testing."

    @server.tool()
    def test_image_content() -> list[ImageContent]:
        """Image content."""
        return [ImageContent(type="image", data=PIXEL, mime_type="image/png")]

    @server.tool()
    def test_audio_content() -> list[AudioContent]:
        """Audio content."""
        return [AudioContent(type="audio", data=SILENCE, mime_type="audio/wav")]

    @server.tool()
    def test_embedded_resource() -> list[EmbeddedResource]:
        """Embedded resource."""
        return [embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")]

    @server.tool()
    def test_multiple_content_types() -> list[TextContent | ImageContent | EmbeddedResource]:
        """Multiple content types."""
        return [
            text("Multiple content types test:"),
            ImageContent(type="image", data=PIXEL, mime_type="image/png"),
            embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
        ]

    @server.tool()
    def test_error_handling() -> str:
        """Error handling."""
        raise RuntimeError("This tool intentionally returns an error for testing")


def _notices(server: MCPServer[Any]) -> None:
    @server.tool()
    async def test_tool_with_logging(ctx: Asked) -> str:
        """Tool with logging."""
        for words in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(words)
        return "done"

    @server.tool()
    async def test_tool_with_progress(ctx: Asked) -> str:
        """Tool with progress."""
        for step in (0, 50, 100):
            await ctx.report_progress(step, 100, f"Completed step {step} of 100")
        return "done"

    @server.tool()
    async def test_missing_capability(ctx: Asked) -> str:
        """Missing capability."""
        declared = ctx.client_capabilities
        if declared is None or declared.sampling is None:
            raise MCPError(
                code=MISSING_REQUIRED_CLIENT_CAPABILITY,
                message="sampling is needed",
                data={"requiredCapabilities": {"sampling": {}}},
            )
        return "declared"


class Response(BaseModel):
    response: str = Field(description="User's response")


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: str = Field("active", json_schema_extra={"enum": ["active", "inactive", "pending"]})
    verified: bool = True


def _titled(**titles: str) -> list[Any]:
    return [{"const": value, "title": title} for value, title in titles.items()]


class Choices(BaseModel):
    untitledSingle: str = Field(json_schema_extra={"enum": ["option1", "option2", "option3"]})  # noqa: N815 - the suite's
    titledSingle: str = Field(json_schema_extra={"oneOf": _titled(value1="First", value2="Second")})  # noqa: N815 - as above
    legacyEnum: str = Field(json_schema_extra={"enum": ["opt1", "opt2"], "enumNames": ["One", "Two"]})  # noqa: N815 - as above
    untitledMulti: list[str] = Field(  # noqa: N815 - as above
        json_schema_extra={"items": {"type": "string", "enum": ["option1", "option2"]}}
    )
    titledMulti: list[str] = Field(json_schema_extra={"items": {"anyOf": _titled(value1="First", value2="Second")}})  # noqa: N815 - as above


def _questions(server: MCPServer[Any]) -> None:
    """Questions of the older revisions, which go from the server to its client."""

    @server.tool()
    async def test_sampling(prompt: str, ctx: Asked) -> str:
        """Sampling."""
        message = SamplingMessage(role="user", content=text(prompt))
        result = await ctx.session.create_message(messages=[message], max_tokens=100, related_request_id=ctx.request_id)
        return f"LLM response: {getattr(result.content, 'text', '')}"

    async def elicited(ctx: Asked, message: str, schema: type[BaseModel]) -> str:
        result = await ctx.elicit(message=message, schema=schema)
        content = result.data.model_dump_json() if result.action == "accept" else "{}"
        return f"action={result.action}, content={content}"

    @server.tool()
    async def test_elicitation(message: str, ctx: Asked) -> str:
        """Elicitation."""
        return f"User response: {await elicited(ctx, message, Response)}"

    @server.tool()
    async def test_elicitation_sep1034_defaults(ctx: Asked) -> str:
        """Elicitation sep1034 defaults."""
        return f"Elicitation completed: {await elicited(ctx, 'Please review', Defaults)}"

    @server.tool()
    async def test_elicitation_sep1330_enums(ctx: Asked) -> str:
        """Elicitation sep1330 enums."""
        return f"Elicitation completed: {await elicited(ctx, 'Please choose', Choices)}"


def _rounds(server: MCPServer[Any]) -> None:
    """Questions of the newest revision, which a result asks and the next request answers."""
    name = form("What is your name?", name="string")
    singles = {
        "elicitation": ("user_name", name),
        "sampling": ("capital_question", sample("What is the capital of France?")),
        "list_roots": ("client_roots", ListRootsRequest()),
    }
    for ending, (key, question) in singles.items():
        server.add_tool(
            _single(key, question), name=f"test_input_required_result_{ending}", description=f"Asks by {ending}."
        )


def _states(server: MCPServer[Any]) -> None:
    name = form("What is your name?", name="string")

    @server.tool()
    def test_input_required_result_request_state(ctx: Asked) -> str | InputRequiredResult:
        """Input required result request state."""
        if "confirm" in (ctx.input_responses or {}) and ctx.request_state == "nonce":
            return "state-ok"
        return InputRequiredResult(input_requests={"confirm": form("Sure?", ok="boolean")}, request_state="nonce")

    @server.tool()
    def test_input_required_result_multiple_inputs(ctx: Asked) -> str | InputRequiredResult:
        """Input required result multiple inputs."""
        asked: dict[str, Any] = {"user_name": name, "greeting": sample("Greet"), "client_roots": ListRootsRequest()}
        if asked.keys() <= (ctx.input_responses or {}).keys():
            return "All inputs received."
        return InputRequiredResult(input_requests=asked, request_state="several")

    @server.tool()
    def test_input_required_result_multi_round(ctx: Asked) -> str | InputRequiredResult:
        """Input required result multi round."""
        given, state = ctx.input_responses or {}, ctx.request_state
        if state == "second" and "step2" in given:
            return "Both steps are done."
        if state == "first" and "step1" in given:
            return InputRequiredResult(
                input_requests={"step2": form("Colour?", color="string")}, request_state="second"
            )
        return InputRequiredResult(input_requests={"step1": form("Name?", name="string")}, request_state="first")


def _seals(server: MCPServer[Any]) -> None:
    name = form("What is your name?", name="string")

    @server.tool()
    def test_input_required_result_tampered_state(ctx: Asked) -> str | InputRequiredResult:
        """Input required result tampered state."""
        if ctx.request_state is None:
            return InputRequiredResult(input_requests={"confirm": form("Sure?", ok="boolean")}, request_state="round")
        return "state-ok"

    @server.tool()
    def test_input_required_result_capabilities(ctx: Asked) -> InputRequiredResult:
        """Input required result capabilities."""
        declared, asked = ctx.client_capabilities, dict[str, Any]()
        if declared is None or declared.sampling is not None:
            asked["sample"] = sample("Say hello")
        if declared is None or declared.elicitation is not None:
            asked["ask"] = name
        return InputRequiredResult(input_requests=asked, request_state="declared")


def _single(key: str, question: Any) -> Any:
    def single(ctx: Asked) -> str | InputRequiredResult:
        given = (ctx.input_responses or {}).get(key)
        if given is None:
            return InputRequiredResult(input_requests={key: question})
        return f"Hello, {given.model_dump_json()}"

    return single


def _changes(server: MCPServer[Any]) -> None:
    @server.tool()
    async def test_trigger_tool_change(ctx: Asked) -> str:
        """Trigger tool change."""
        server.add_tool(_nothing, name="test_dynamic_tool")
        server.remove_tool("test_dynamic_tool")
        await ctx.notify_tools_changed()
        return "changed"

    @server.tool()
    async def test_trigger_prompt_change(ctx: Asked) -> str:
        """Trigger prompt change."""
        server.add_prompt(Prompt.from_function(_nothing, name="test_dynamic_prompt"))
        server.remove_prompt("test_dynamic_prompt")
        await ctx.notify_prompts_changed()
        return "changed"


def _nothing() -> str:
    return "nothing"


def _resources(server: MCPServer[Any]) -> None:
    @server.resource("test://static-text")
    def static_text() -> str:
        """Static text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        """Static binary."""
        return base64.b64decode(PIXEL)

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def templated(id: str) -> str:  # noqa: A002 - the suite's name
        """Templated."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @server.resource("test://watched-resource")
    def watched() -> str:
        """Watched."""
        return "watched"


def _prompts(server: MCPServer[Any]) -> None:
    @server.prompt()
    def test_simple_prompt() -> list[UserMessage]:
        """Simple prompt."""
        return [UserMessage("This is a simple prompt for testing.")]

    @server.prompt()
    def test_prompt_with_arguments(arg1: str, arg2: str) -> list[UserMessage]:
        """Prompt with arguments."""
        return [UserMessage(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")]

    @server.prompt()
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - the suite's
        """Prompt with embedded resource."""
        resource = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]

    @server.prompt()
    def test_prompt_with_image() -> list[UserMessage]:
        """Prompt with image."""
        image = ImageContent(type="image", data=PIXEL, mime_type="image/png")
        return [UserMessage(image), UserMessage("Please analyze the image above.")]

    @server.prompt()
    def test_input_required_result_prompt(ctx: Asked) -> list[UserMessage] | InputRequiredResult:
        """Input required result prompt."""
        given = (ctx.input_responses or {}).get("user_context")
        if given is None:
            return InputRequiredResult(input_requests={"user_context": form("Which context?", context="string")})
        return [UserMessage(f"Use the following context: {given.model_dump_json()}")]


def _handlers(server: MCPServer[Any]) -> None:
    """What the older revisions ask for, and our server, which keeps nothing of a conversation, does not have."""

    async def agreed(ctx: ServerRequestContext[Any], params: Any) -> EmptyResult:
        return EmptyResult()

    lower = server._lowlevel_server
    lower.add_request_handler("logging/setLevel", SetLevelRequestParams, agreed)
    lower.add_request_handler("resources/subscribe", SubscribeRequestParams, agreed)
    lower.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, agreed)

    async def completed(ctx: ServerRequestContext[Any], params: CompleteRequestParams) -> CompleteResult:
        return CompleteResult(completion=Completion(values=[], total=0, has_more=False))

    lower.add_request_handler("completion/complete", CompleteRequestParams, completed)
