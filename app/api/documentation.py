"""What OpenAPI says about each operation; nothing here takes part in answering a request."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree, Tag
from spectree.models import InType, SecureType, SecuritySchemeData

from app.api.schemas import ProblemBody
from app.errors import CONTENT_TYPE
from contract.tokens import ACCESS_COOKIE

P = ParamSpec("P")
R = TypeVar("R")
PATH = "docs"
_BEARER_OR_COOKIE: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
_PROBLEM_SCHEMA = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}

ACCOUNTS = Tag(name="accounts", description="Registering, signing in and out.")
PROJECTS = Tag(name="projects", description="Databases and schemas to be understood.")
CONTEXTS = Tag(name="contexts", description="What was written about a project.")
JOBS = Tag(name="jobs", description="Generations: progress, events, cancelling.")
MODELS = Tag(name="models", description="What the model servers have.")
OPERATIONS = Tag(name="operations", description="For those who keep the service running.")

_tree = SpecTree(
    "flask",
    mode="strict",
    annotations=False,
    path=PATH,
    title="Schemalore",
    version="1",
    description=(
        "Reads the schema of a database and writes its context. Sign in, create a project, "
        "generate, and follow the job: by polling here, or by server-sent events from the relay."
    ),
    page_templates={},
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_model=ProblemBody,
    security_schemes=[
        SecurityScheme(
            name="bearer",
            data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer", bearer_format="JWT"),
        ),
        SecurityScheme(
            name="cookie",
            data=SecuritySchemeData(
                type=SecureType.API_KEY,
                name=ACCESS_COOKIE,
                field_in=InType.COOKIE,
                description="Unsafe methods also need the header X-CSRF-TOKEN.",
            ),
        ),
    ],
)


def operation(
    tag: Tag,
    *,
    answers: Mapping[int, type[BaseModel] | None],
    refuses: tuple[int, ...] = (),
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    public: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Describe a view: what it answers by status, and with which statuses it refuses."""
    refusals = {*refuses} if public else {401, *refuses}
    if body is not None:
        refusals |= {400, 413, 415, 422}
    if query is not None:
        refusals |= {422}
    models: dict[str, Any] = {f"HTTP_{status}": ProblemBody for status in refusals}
    models |= {f"HTTP_{status}": model for status, model in answers.items()}
    describe = _tree.validate(
        json=body,
        query=query,
        resp=Response(**models),
        tags=(tag,),
        security=[] if public else _BEARER_OR_COOKIE,
        skip_validation=True,
        # spectree adds a refusal of this status; without it, one that the view may never give.
        validation_error_status=min(refusals, default=500),
    )

    def described(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            return view(*args, **kwargs)

        # The tree finds its notes along __wrapped__. Its own wrapper stays out of the way of
        # requests: it would take every response apart and build it anew.
        call.__wrapped__ = describe(view)
        return call

    return described


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the current application."""
    spec: dict[str, Any] = _tree.spec
    for methods in spec["paths"].values():
        for described in methods.values():
            for response in described["responses"].values():
                _name_problem(response)
    return spec


def _name_problem(response: dict[str, Any]) -> None:
    content = response.get("content", {}).get("application/json")
    if content is not None and content["schema"] == _PROBLEM_SCHEMA:
        response["content"] = {CONTENT_TYPE: content}
