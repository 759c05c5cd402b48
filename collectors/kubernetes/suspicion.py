"""Names of variables that look like lists of origins. Names alone are looked at, never values."""

_TELLING = ("ALLOWED_ORIGIN", "CORS_DOMAIN", "WEB_ORIGINS", "WEBORIGINS")
_ENDS = ("ORIGIN", "ORIGINS")
_OTHERS = (
    "CSRF",
    "ALLOWED_HOSTS",
    "ALLOWED_REQUEST_ORIGINS",
    "ALLOWED_RETURN_URLS",
    "CONNECT_SRC",
    "FORWARDED_ALLOW_IPS",
    "TIMING_ALLOW_ORIGIN",
)
"""Settings of other protections, which name origins or hosts too."""


def looks_like_origins(name: str) -> bool:
    """Whether a variable called `name` may hold the origins of a CORS policy."""
    upper = name.upper().replace(".", "_").replace("-", "_")
    if any(other in upper for other in _OTHERS):
        return False
    _, cors, after = upper.partition("CORS")
    return (
        bool(cors and "ORIGIN" in after)
        or upper.endswith(_ENDS)
        or any(word in upper for word in _TELLING)
    )


def most_telling(names: list[str]) -> str:
    """The one of `names` that most likely holds the list."""
    return min(names, key=lambda name: ("CORS" not in name.upper(), len(name), name))
