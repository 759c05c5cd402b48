"""The requests that every chain is asked."""

from dataclasses import dataclass, replace

from auditor.core.path.exchange import Request
from tests.chains.origins import ORIGINS

FOUND, MISSING = 200, 404


@dataclass(frozen=True)
class Question:
    """One request. `status`: what the application answers to anything but OPTIONS."""

    request: Request
    status: int = FOUND

    def of(self, origin: str | None) -> "Question":
        """The same with an Origin."""
        return replace(self, request=replace(self.request, origin=origin, alone=True))

    @property
    def headers(self) -> dict[str, str]:
        """What goes over the wire beside the Host."""
        request = self.request
        lines = {
            "Origin": request.origin,
            "Access-Control-Request-Method": request.requested_method,
            "Access-Control-Request-Headers": request.value("access-control-request-headers"),
            "Cookie": "session=1" if "cookie" in request.present else None,
        }
        return {name: value for name, value in lines.items() if value is not None}

    def path(self, where: str) -> str:
        """A path that the application answers with `status`, of its own for each `where`."""
        return f"/ok/{where}" if self.status == FOUND else f"/missing/{where}"


COOKIE = frozenset({"cookie"})
SHAPES = (
    Question(Request("GET", None)),
    Question(Request("GET", None), MISSING),
    Question(Request("GET", None, present=COOKIE)),
    Question(Request("PUT", None)),
    Question(Request("DELETE", None, present=COOKIE)),
    Question(Request("OPTIONS", None)),
    Question(Request("OPTIONS", None, "PUT")),
    Question(Request("OPTIONS", None, "DELETE", ("x-test",))),
    Question(Request("OPTIONS", None, "GET", ("content-type", "x-other"))),
)


QUESTIONS = tuple(shape.of(origin) for origin in ORIGINS for shape in SHAPES)
