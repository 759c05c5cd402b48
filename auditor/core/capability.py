"""What one origin may do on one route, as a set of capabilities."""

from enum import IntFlag


class Capability(IntFlag):
    """Read answers or send non-simple requests, without or with the user's credentials."""

    NONE = 0
    READ_ANON = 1
    READ_CRED = 2
    SEND_ANON = 4
    SEND_CRED = 8

    @property
    def words(self) -> tuple[str, ...]:
        """The names that JSON bears: `read_anon`, `read_cred`, `send_anon`, `send_cred`."""
        return tuple(str(one.name).lower() for one in Capability if one & self)


READ = Capability.READ_ANON | Capability.READ_CRED
SEND = Capability.SEND_ANON | Capability.SEND_CRED
ANONYMOUS = Capability.READ_ANON | Capability.SEND_ANON
WITH_CREDENTIALS = Capability.READ_CRED | Capability.SEND_CRED
EVERYTHING = READ | SEND
