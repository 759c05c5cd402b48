"""The policies and requests that real frameworks and compiled behaviours are both asked."""

from dataclasses import dataclass
from typing import Any

from auditor.core.path.exchange import Request

APP, ADMIN = "https://app.example.com", "https://admin.example.com"
ORIGINS = (
    APP,
    ADMIN,
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://App.Example.com",
    "HTTPS://app.example.com",
    "https://app.example.com.",
    "https://app.example.co",
    "https://app.example.com.evil.com",
    "https://evilapp.example.com",
    "https://sub.app.example.com",
    "https://example.com",
    "https://evil.com",
    "https://evil.com/.example.com",
    "https://app.example.com/",
    "https://app.example.com/path",
    "https://app.example.com?q",
    "https://user@app.example.com",
    "https://*.example.com",
    "https:",
    "null",
    "NULL",
    "file://",
    "http://localhost:3000",
    "http://localhost.evil.com",
    "http://[::1]:3000",
    "chrome-extension://abcdefghijklmnop",
)

SHAPES: tuple[tuple[str, str | None, str | None], ...] = (
    ("GET", None, None),
    ("DELETE", None, None),
    ("OPTIONS", None, None),
    ("OPTIONS", "POST", None),
    ("OPTIONS", "DELETE", "x-test"),
    ("OPTIONS", "GET", "content-type"),
    ("OPTIONS", "PURGE", "content-type,x-test"),
)
"""Method, Access-Control-Request-Method, Access-Control-Request-Headers."""


@dataclass(frozen=True)
class Question:
    origin: str | None
    method: str
    asked_method: str | None
    asked_headers: str | None
    cookie: bool

    @property
    def headers(self) -> dict[str, str]:
        lines = {
            "Origin": self.origin,
            "Access-Control-Request-Method": self.asked_method,
            "Access-Control-Request-Headers": self.asked_headers,
            "Cookie": "session=1" if self.cookie else None,
        }
        return {name: value for name, value in lines.items() if value is not None}

    @property
    def request(self) -> Request:
        names = None if self.asked_headers is None else tuple(self.asked_headers.split(","))
        cookies = frozenset({"cookie"} if self.cookie else ())
        return Request(self.method, self.origin, self.asked_method, names, cookies)


QUESTIONS = tuple(
    Question(origin, *shape, cookie)
    for origin in (*ORIGINS, None)
    for shape in SHAPES
    for cookie in ((False, True) if origin == APP else (False,))
)

POLICIES: dict[str, dict[str, Any]] = {
    "nothing": {"given": None},
    "no origins": {"given": []},
    "an empty entry": {"given": [""]},
    "one": {"given": [APP]},
    "two": {"given": [APP, ADMIN]},
    "two with credentials": {"given": [APP, ADMIN], "credentials": True},
    "star": {"given": ["*"]},
    "star with credentials": {"given": ["*"], "credentials": True},
    "star and one": {"given": ["*", APP], "credentials": True},
    "null": {"given": ["null", APP]},
    "file": {"given": ["file://"]},
    "trailing slash": {"given": ["https://app.example.com/"]},
    "upper case": {"given": ["HTTPS://APP.EXAMPLE.COM"]},
    "no scheme": {"given": ["app.example.com"]},
    "with a path": {"given": ["https://app.example.com/path"], "credentials": True},
    "with a port": {"given": ["http://localhost:3000"]},
    "commas inside": {"given": ["https://app.example.com,https://admin.example.com"]},
    "methods": {"given": [APP], "methods": ["GET", "PUT"]},
    "any method": {"given": [APP], "methods": ["*"]},
    "headers": {"given": [APP], "headers": ["X-Test", "Content-Type"], "methods": ["DELETE"]},
    "header expressions": {"given": [APP], "headers": ["X-[ft].*", "^content", "Accept"]},
    "origin expressions": {"given": [r"https://(app|x)\.example\.com$", r"http://localhost:\d+"]},
    "any header": {"given": [APP], "headers": ["*"], "methods": ["DELETE"], "credentials": True},
    "any header for all": {"given": ["*"], "headers": ["*"], "methods": ["DELETE"]},
    "exposed": {"given": [APP], "exposed": ["X-B", "X-A"], "max_age": 60},
    "one text": {"given": APP},
    "one text with commas": {"given": "https://app.example.com,https://admin.example.com"},
    "one text with a star": {"given": "https://*.example.com"},
    "all": {"given": [APP], "allow_all": True},
    "all with credentials": {"given": [], "allow_all": True, "credentials": True},
    "no age": {"given": [APP], "max_age": 0},
    "true": {"given": True},
    "false": {"given": False},
    "true with credentials": {"given": True, "credentials": True, "headers": ["X-Test"]},
    "an empty text": {"given": ""},
}
