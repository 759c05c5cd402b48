"""Why a text is not the serialised origin of any page, and what to write instead."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

LONGEST_TEXT: Final = 512
"""Characters of a text that is looked at: twice the longest host, and more than any origin has."""
LONGEST_HOST: Final = 253
"""Characters of a host without its trailing dot that DNS can hold (RFC 1035, 2.3.4)."""
LONGEST_LABEL: Final = 63


class Reason(StrEnum):
    """Why a text is not the serialised origin of any page; `text` says it to people."""

    text: str

    def __new__(cls, value: str, text: str) -> Self:
        """Keep `value` as the member's value and `text` beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        return member

    EMPTY = "empty", "is empty"
    TOO_LONG = "too_long", f"is longer than {LONGEST_TEXT} characters"
    SEVERAL = "several", "holds several origins"
    WHITESPACE = "whitespace", "holds white space"
    NON_ASCII = "non_ascii", "holds non-ASCII characters (browsers send xn-- names)"
    NO_SCHEME = "no_scheme", "does not start with a scheme and ://"
    BAD_SCHEME = "bad_scheme", "has a scheme that is not a name"
    NOT_A_TUPLE_SCHEME = "not_a_tuple_scheme", "has a scheme whose pages send the origin null"
    SOCKET_SCHEME = "socket_scheme", "has a WebSocket scheme, and no page has such an origin"
    FTP_SCHEME = "ftp_scheme", "has the scheme ftp, and browsers load no page by it"
    NOT_HTTP = "not_http", "is not an http or https URL"
    USERINFO = "userinfo", "holds a user name or password, which origins have not"
    PATH = "path", "has a path (a trailing slash is one), which origins have not"
    QUERY = "query", "has a query, which origins have not"
    FRAGMENT = "fragment", "has a fragment, which origins have not"
    NO_HOST = "no_host", "has no host"
    WILDCARD = "wildcard", "is a pattern, not one origin"
    UPPER_CASE = "upper_case", "has upper-case letters"
    FORBIDDEN_CHARACTER = "forbidden_character", "has a character that hosts cannot have"
    EMPTY_LABEL = "empty_label", "has an empty label (a leading or double dot)"
    LABEL_TOO_LONG = "label_too_long", f"has a label over {LONGEST_LABEL} characters"
    HOST_TOO_LONG = "host_too_long", f"has a host over {LONGEST_HOST} characters"
    BAD_PUNYCODE = "bad_punycode", "has an xn-- label that does not decode"
    NON_CANONICAL_IPV4 = (
        "non_canonical_ipv4",
        "ends in a number, and is not four plain decimal numbers",
    )
    NON_CANONICAL_IPV6 = (
        "non_canonical_ipv6",
        "has an IPv6 address that is not in its shortest form",
    )
    DEFAULT_PORT = "default_port", "names the default port, which browsers leave out"
    EMPTY_PORT = "empty_port", "has a colon without a port"
    BAD_PORT = "bad_port", "has a port that is not a number up to 65535"
    LEADING_ZERO_PORT = "leading_zero_port", "has a port with leading zeros"


MENDABLE: Final = frozenset(
    {
        Reason.UPPER_CASE,
        Reason.PATH,
        Reason.QUERY,
        Reason.FRAGMENT,
        Reason.NON_CANONICAL_IPV4,
        Reason.NON_CANONICAL_IPV6,
        Reason.DEFAULT_PORT,
        Reason.EMPTY_PORT,
        Reason.LEADING_ZERO_PORT,
    }
)
"""What leaves no doubt about the origin that was meant."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a text is no origin, and the canonical form of what was meant, if that is certain."""

    reason: Reason
    hint: str | None = None

    @property
    def text(self) -> str:
        """`<what>; <what to do>` for an error line."""
        remedy = f"write {self.hint}" if self.hint else "write scheme://host[:port] in lower case"
        return f"{self.reason.text}; {remedy}"
