"""What the benchmarks are run on: origin patterns, and the same for libraries to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.core.language.pattern import Dialect, Pattern, exact


@dataclass(frozen=True, slots=True)
class Input:
    """An origin pattern. `plain`: the same as an expression that takes whole texts, in the syntax that
    the libraries share, look-aheads aside; None where none of them can express it."""

    pattern: Pattern
    plain: str | None = None


def word(text: str) -> Input:
    """The origin `text` and no other."""
    return Input(exact(text))


def words(count: int, first: int = 0) -> tuple[Input, ...]:
    """Exact origins: numbered subdomains of one domain."""
    return tuple(word(f"https://app{at}.example.com") for at in range(first, first + count))


def subdomains(host: str) -> Input:
    """One label before `host`, as an allowlist writes it."""
    plain = rf"https://[^.:/]+\.{host.replace('.', chr(92) + '.')}"
    return Input(Pattern(Dialect.ALLOWLIST, f"https://*.{host}"), plain)


def regex(text: str, plain: str | None) -> Input:
    """A regular expression of JavaScript."""
    return Input(Pattern(Dialect.JS_TEST, text), plain)


def patterns(inputs: Iterable[Input]) -> tuple[Pattern, ...]:
    """The patterns of `inputs`."""
    return tuple(one.pattern for one in inputs)


INGRESS: Final = Input(
    Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"), r".*https://[a-z0-9-]+\.example\.com"
)
SPRING: Final = Input(
    Pattern(Dialect.SPRING, "https://*.example.com:[8080,8443]"),
    r"https://.*\.example\.com:(8080|8443)",
)
TWO: Final = (word("https://app.example.com"), word("https://admin.example.com"))
FOUR_HOPS: Final = (*TWO, INGRESS, SPRING)
THIRTY_WILDCARDS: Final = tuple(subdomains(f"team{at}.example.com") for at in range(30))
ALLOWLIST_OF_5: Final = (*TWO, word("https://example.com"), *words(1), subdomains("example.com"))
NASTY: Final = (
    regex(r"^https:\/\/([a-z0-9-]+\.)*example\.com$", r"https://([a-z0-9-]+\.)*example\.com"),
    regex(r"https?://.*\.example\.com", r".*https?://.*\.example\.com.*"),
    regex(
        r"^https://[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.example\.com$",
        r"https://[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.example\.com",
    ),
    regex(
        r"^(https?://)?(www\.)?(app|admin|[a-z]{2,5})\.example\.(com|org|net)(:\d{1,5})?$",
        r"(https?://)?(www\.)?(app|admin|[a-z]{2,5})\.example\.(com|org|net)(:[0-9]{1,5})?",
    ),
    regex(r"example\.com$", r".*example\.com"),
    regex(r"\.example\.com$", r".*\.example\.com"),
    regex(
        r"^https://(?!evil)[a-z-]+\.example\.com$",
        r"https://(?!evil)[a-z-]+\.example\.com",
    ),
    regex(r"^https://.*(?<!evil)\.example\.com$", None),
    regex(r"\bexample\.com\b", None),
    regex(
        r"^(?:https://(?:[\w-]+\.){1,3}example\.com(?::[0-9]{2,5})?|http://localhost(?::\d+)?)$",
        r"https://([a-z0-9-]+\.){1,3}example\.com(:[0-9]{2,5})?|http://localhost(:[0-9]+)?",
    ),
    regex(r"(a+)+$", r".*(a+)+"),
    regex(r"(.*)*x", r"(.*)*x.*"),
    regex(r"^https://([a-z]+|[a-z0-9-]+\.)*\.com$", r"https://([a-z]+|[a-z0-9-]+\.)*\.com"),
    regex(r"^.{20,60}$", r".{20,60}"),
    regex(r"https://(\w+\.){2,4}com", r".*https://([a-z0-9]+\.){2,4}com.*"),
    regex(
        r"^https://(?=.*-prod)(?!.*--)[a-z0-9-]+\.example\.com$",
        r"https://(?=.*-prod)(?!.*--)[a-z0-9-]+\.example\.com",
    ),
    regex(
        r"^https?:\/\/(?:127\.0\.0\.1|localhost|10\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d+)?$",
        r"https?://(127\.0\.0\.1|localhost|10\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(:[0-9]+)?",
    ),
    regex(
        r"^(https:\/\/)(.+\.)?(foo|bar|baz)\.(io|dev|app)$",
        r"(https://)(.+\.)?(foo|bar|baz)\.(io|dev|app)",
    ),
    regex(r"[^/]*//[^/]*example", r".*[^/]*//[^/]*example.*"),
    regex(
        r"^https://[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,4}$",
        r"https://[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,4}",
    ),
)
LOOSE: Final = NASTY[:8]
IN_THE_MIDDLE: Final = regex(r".*a.{12}b.*", r".*a.{12}b.*")
FROM_THE_END: Final = regex(r".*[ab].{18}$", r".*[ab].{18}")
WIDE: Final = (subdomains("example.com"), NASTY[5])


def policies(count: int, kinds: int) -> list[tuple[Input, ...]]:
    """`count` lists of origins of `kinds` different contents, no two of them one object."""
    return [_policy(at % kinds) for at in range(count)]


def _policy(kind: int) -> tuple[Input, ...]:
    host = f"team{kind}.example.com"
    wide = (
        subdomains(host),
        Input(
            Pattern(Dialect.INGRESS_NGINX, f"https://*.{host}"),
            rf".*https://[a-z0-9-]+\.team{kind}\.example\.com",
        ),
        regex(
            rf"^https:\/\/([a-z0-9-]+\.)*team{kind}\.example\.com$",
            rf"https://([a-z0-9-]+\.)*team{kind}\.example\.com",
        ),
        word(f"https://partner.{host}"),
    )
    return (word(f"https://app{kind % 50}.example.com"), word(f"https://{host}"), wide[kind % 4])
