"""What a browser decides on one answer, and the step of its algorithm that decided."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Step(StrEnum):
    """The step that decided, in terms of the field that it looked at; `text` is for people."""

    text: str

    def __new__(cls, value: str, text: str) -> Self:
        """Keep `value` as the member's value and `text` beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member

    OK = "ok", "the response allows this origin"
    SAME_ORIGIN = "same-origin", "the URL is of the same origin, so CORS does not apply"

    ALLOW_ORIGIN_ABSENT = "allow-origin-absent", "Access-Control-Allow-Origin is absent"
    ALLOW_ORIGIN_DIFFERS = (
        "allow-origin-differs",
        "Access-Control-Allow-Origin is not this origin, byte for byte",
    )
    ALLOW_ORIGIN_SEVERAL = (
        "allow-origin-several",
        "Access-Control-Allow-Origin holds several values, and browsers accept exactly one",
    )
    STAR_WITH_CREDENTIALS = (
        "star-with-credentials",
        "Access-Control-Allow-Origin is *, which is refused for a request with credentials",
    )
    CREDENTIALS_ABSENT = "credentials-absent", "Access-Control-Allow-Credentials is absent"
    CREDENTIALS_NOT_TRUE = (
        "credentials-not-true",
        "Access-Control-Allow-Credentials is not exactly: true",
    )

    STATUS_NOT_OK = "status-not-ok", "the status is not 200 to 299"
    METHODS_UNREADABLE = (
        "methods-unreadable",
        "Access-Control-Allow-Methods is no list of method names",
    )
    HEADERS_UNREADABLE = (
        "headers-unreadable",
        "Access-Control-Allow-Headers is no list of header names",
    )
    METHOD_NOT_LISTED = "method-not-listed", "Access-Control-Allow-Methods does not list the method"
    METHOD_STAR_WITH_CREDENTIALS = (
        "method-star-with-credentials",
        "Access-Control-Allow-Methods is *, which covers no request with credentials",
    )
    AUTHORIZATION_NOT_LISTED = (
        "authorization-not-listed",
        "Access-Control-Allow-Headers does not name authorization, which * never covers",
    )
    HEADER_NOT_LISTED = (
        "header-not-listed",
        "Access-Control-Allow-Headers does not list a header of the request",
    )
    HEADER_STAR_WITH_CREDENTIALS = (
        "header-star-with-credentials",
        "Access-Control-Allow-Headers is *, which covers no request with credentials",
    )

    METHOD_FORBIDDEN = "method-forbidden", "browsers let no script send this method"
    REDIRECTED = "redirected", "the response redirects, and what answers there was not given"
    REDIRECT_UNREADABLE = "redirect-unreadable", "Location is no URL, or stands on several lines"
    REDIRECT_NOT_HTTP = "redirect-not-http", "Location leads to a URL that is not http or https"
    REDIRECT_USERINFO = (
        "redirect-userinfo",
        "Location holds a user name or password, which is refused across origins",
    )
    REDIRECT_LIMIT = "redirect-limit", "there were more than 20 redirects"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the browser goes on, and the step that decided."""

    ok: bool
    reason: Step


PASSED = Verdict(True, Step.OK)
