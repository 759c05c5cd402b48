"""The origins that pages of the chains have, and the patterns that name the approved ones.

All of them are plain http, so that a browser can open real pages of each on loopback.
"""

from auditor.core.hop.guard import Guard, OriginIn
from auditor.core.language.pattern import Dialect, Pattern

HOST = "api.example.test"
"""The host that every chain answers for."""
APP = "http://app.example.test"
ADMIN = "http://admin.example.test"
LOOK_ALIKE = "http://app.example.test.evil.test"
STRANGER = "http://evil.test"
OPAQUE = "null"
ORIGINS = (
    APP,
    ADMIN,
    LOOK_ALIKE,
    STRANGER,
    OPAQUE,
    None,
    "https://app.example.test",
    "http://app.example.test:8080",
    "http://sub.app.example.test",
    "http://appXexample.test",
    "HTTP://APP.EXAMPLE.TEST",
)
"""What requests carry; None is no Origin header."""


def among(*texts: str, dialect: Dialect = Dialect.EXACT) -> OriginIn:
    """The Origin is one of `texts`, as `dialect` compares them."""
    return OriginIn(tuple(Pattern(dialect, text) for text in texts))


LISTED: Guard = (among(APP, ADMIN),)
"""It is one of the approved ones, byte for byte."""
