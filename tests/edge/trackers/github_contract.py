"""What GitHub's own description says of each request and each answer, checked with openapi-core.

Stricter than GitHub in one thing: a field or a query parameter that the description does not have is a
breach, for GitHub takes it without a word and does nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.responses.exceptions import ResponseNotFound
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.edge.trackers.github_description import DESCRIPTION

# In the pages on limits, on troubleshooting and on redirects, for every operation; the description has
# them for some only, and is kept to there.
UNDESCRIBED = (301, 307, 401, 403, 429, 500, 502, 503)


@dataclass
class Asked:
    """A request in the form that openapi-core reads. `query`: names and values in order."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes | None
    host_url: str = "http://github.example"
    parameters: RequestParameters = field(init=False)

    def __post_init__(self) -> None:
        self.method = self.method.lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(self.query), header=Headers(list(self.headers.items()))
        )

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").lower()


@dataclass
class Answered:
    """An answer in the form that openapi-core reads."""

    status_code: int
    headers: Headers
    data: bytes
    content_type: str = "application/json"


class Contract:
    """The description, loaded once; `breaches` of a request and of its answer, empty when it holds."""

    def __init__(self) -> None:
        description = json.loads(DESCRIPTION.read_text())
        for operation in _operations(description):
            _close(operation)
        self._described = description
        self._checked = OpenAPI.from_dict({**description, "servers": [{"url": "/"}]})

    def breaches_of_request(self, asked: Asked) -> list[str]:
        where = f"request {asked.method.upper()} {asked.path}"
        found = [f"{where}: unknown parameter {name!r}" for name in self._strange(asked)]
        try:
            self._checked.validate_request(asked)
        except OpenAPIError as error:
            found.append(f"{where}: {_told(error)}")
        return found

    def breaches_of_answer(self, asked: Asked, answered: Answered) -> list[str]:
        where = f"answer {answered.status_code} to {asked.method.upper()} {asked.path}"
        try:
            self._checked.validate_response(asked, answered)
        except ResponseNotFound as error:
            return [] if answered.status_code in UNDESCRIBED else [f"{where}: {error}"]
        except OpenAPIError as error:
            return [f"{where}: {_told(error)}"]
        return []

    def _strange(self, asked: Asked) -> list[str]:
        known = set(self._query_names(asked))
        return [name for name, _ in asked.query if name not in known]

    def _query_names(self, asked: Asked) -> Iterator[str]:
        for path, methods in self._described["paths"].items():
            if _fits(path, asked.path) and asked.method in methods:
                for one in methods[asked.method].get("parameters", ()):
                    told = self._resolved(one)
                    if told["in"] == "query":
                        yield told["name"]

    def _resolved(self, parameter: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in parameter:
            return parameter
        name = parameter["$ref"].rsplit("/", 1)[1]
        held: dict[str, Any] = self._described["components"]["parameters"][name]
        return held


def _operations(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()


def _close(operation: dict[str, Any]) -> None:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        for schema in (media["schema"], *media["schema"].get("oneOf", ())):
            if schema.get("type") == "object":
                schema["additionalProperties"] = False


def _fits(pattern: str, path: str) -> bool:
    ours, theirs = pattern.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(
        one.startswith("{") or one == two for one, two in zip(ours, theirs, strict=True)
    )


def _told(error: BaseException) -> str:
    """What is wrong, without the value: openapi-core keeps the schema's words in the causes."""
    if error.__cause__ is not None:
        return f"{type(error).__name__}: {_told(error.__cause__)}"
    faults = [one.message for one in getattr(error, "schema_errors", ())]
    return "; ".join(faults) or str(error)
