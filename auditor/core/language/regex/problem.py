"""Why a pattern is not read: the engine would refuse it, or nothing here models what it asks for."""


class Unreadable(Exception):  # noqa: N818 - a fact about a pattern, not an error
    """A pattern that has no tree, with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(Unreadable):
    """The engine refuses the pattern too."""


class Unmodelled(Unreadable):
    """The engine takes the pattern; what it means is not known here, or no one thing."""
