"""The shapes of `tickets.servers` and `tickets.routes`: the trackers, and whose tickets go where."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from string import ascii_letters, ascii_uppercase, digits
from typing import Final

from auditor.core.origin import Origin, Refused, is_loopback, parse_entry
from auditor.edge.config import values
from auditor.edge.config.compound import ListOf
from auditor.edge.config.delivery import (
    ROUNDUP_PLACE,
    USUAL_VARIABLES,
    Server,
    System,
    Target,
    TicketRoute,
)
from auditor.edge.config.record import Field, Record
from auditor.edge.config.schema import Fault, TextAs

# GitHub, "Create a label": 50 characters; a comma parts labels in queries of GitHub and GitLab.
_LONGEST_LABEL = 50
_CAPITALS = frozenset(ascii_uppercase + digits + "_")
_NAME = frozenset(ascii_letters + digits + "._-")
_WEB: Final = {System.GITHUB: "https://api.github.com", System.GITLAB: "https://gitlab.com"}
"""What counts where no address is given: the vendors' own services."""


def _secret_variable(text: str) -> str | Fault:
    """Accept capitals only: most tokens have small letters, and one pasted here would be shown."""
    if _CAPITALS.issuperset(text) and text[0] not in digits:
        return text
    return Fault("is no name of a variable in capitals", "name the variable, never write its value")


def _address(text: str, *, query: bool) -> str | Fault:
    scheme, separator, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    if not separator or "@" in host or " " in text or not text.isascii():
        return Fault(
            "is no URL of a server", "write https:// and a host, without user and password"
        )
    if "#" in text or ("?" in text and not query):
        return Fault("has a query or a fragment", "write the address up to its path")
    origin = parse_entry(f"{scheme}://{host}")
    if isinstance(origin, Refused) or not isinstance(origin, Origin):
        hint = isinstance(origin, Refused) and origin.hint
        return Fault("has no host that can be asked", f"write {hint or 'https:// and a host'}")
    if origin.scheme != "https" and not (origin.scheme == "http" and is_loopback(origin)):
        return Fault(
            "sends tokens unencrypted", "write https://; http:// is for this machine alone"
        )
    return f"{scheme}://{host}{slash}{path}".rstrip("/")


def _label(text: str, *, blanks: bool = True) -> str | Fault:
    if len(text) > _LONGEST_LABEL:
        return Fault(f"is longer than {_LONGEST_LABEL} characters", "shorten it")
    if "," in text:
        return Fault("has a comma, which parts labels", "write each label as an item of its own")
    if " " in text and not blanks:
        return Fault("has a blank, and labels of Jira have none", "write a hyphen instead")
    return text


def _parts(text: str) -> list[str]:
    """The segments of a path of names; none where one is no name."""
    parts = text.split("/")
    ok = all(one and _NAME.issuperset(one) and one.strip(".") for one in parts)
    return parts if ok else []


def _repository(text: str) -> str | Fault:
    if len(_parts(text)) == 2:
        return text
    return Fault("is no repository", "write owner/name, as example/cors-drift")


def _project(text: str) -> str | Fault:
    if len(_parts(text)) >= 2:
        return text
    return Fault("is no path of a project", "write group/project, as its address has it")


def _jira_project(text: str) -> str | Fault:
    # Jira, "Change a project key": a capital, then at least one more capital, digit or underscore.
    if len(text) > 1 and text[0] in ascii_uppercase and _CAPITALS.issuperset(text):
        return text
    return Fault("is no key of a project", "write the key in capitals, as ACC of ACC-4312")


def _webhook_name(text: str) -> str | Fault:
    if _parts(text) == [text]:
        return text
    return Fault("is no name", "write letters, digits, hyphens, as siem")


SECRET_VARIABLE: Final = TextAs(_secret_variable, {"pattern": "^[A-Z_][A-Z0-9_]*$"})
"""The name of a variable with a secret in it."""
_URL: Final = TextAs(partial(_address, query=False), {"pattern": "^https?://"})
_HOOK: Final = TextAs(partial(_address, query=True), {"pattern": "^https?://"})
_LABELS = ListOf(TextAs(_label))
_JIRA_LABELS = ListOf(TextAs(partial(_label, blanks=False)))


def _server(system: System, url: str = "", **found: str) -> Server:
    return Server(url or _WEB[system], **found)


def _server_shape(system: System, url: str, user: str | None = None) -> Record[Server]:
    """The shape of one server; `user` says what its user is where it takes one."""
    token = f"the variable with the token; left out: {USUAL_VARIABLES[system]}"
    fields = [Field("url", _URL, url, required=system not in _WEB)]
    if user is not None:
        fields.append(Field("user", values.TEXT, user, required=system is System.ROUNDUP))
    fields.append(Field("token_env", SECRET_VARIABLE, token))
    fields.append(Field("token_file", values.TEXT, "the file with the token, its owner's alone"))
    return Record(partial(_server, system), tuple(fields), judge=_one_token)


def _one_token(server: Server) -> tuple[tuple[str, Fault], ...]:
    if server.token_env is None or server.token_file is None:
        return ()
    return (("token_file", Fault("stands beside token_env", "remove one")),)


def _servers(**found: Server) -> Mapping[System, Server]:
    return {System(name): server for name, server in found.items()}


def server_for(system: System, servers: Mapping[System, Server]) -> Server | None:
    """The server of a system as configured, the vendor's own where there is one, or None."""
    if system in servers:
        return servers[system]
    return Server(_WEB[system]) if system in _WEB else None


_SERVER_SHAPES = (
    _server_shape(System.GITHUB, f"the root of its API; left out: {_WEB[System.GITHUB]}"),
    _server_shape(System.GITLAB, f"its address; left out: {_WEB[System.GITLAB]}"),
    _server_shape(
        System.JIRA,
        "its address, as https://example.atlassian.net",
        "the e-mail address of the token's account; left out: Data Center, with a token of its own",
    ),
    _server_shape(System.ROUNDUP, "the address of the tracker", "the name to log in with"),
)
_SYSTEMS = (System.GITHUB, System.GITLAB, System.JIRA, System.ROUNDUP)
SERVERS: Final = Record(
    _servers,
    tuple(
        Field(system, shape, f"the {system} server and how to get in")
        for system, shape in zip(_SYSTEMS, _SERVER_SHAPES, strict=True)
    ),
)


def _target(
    system: System,
    place: str = ROUNDUP_PLACE,
    labels: tuple[str, ...] = (),
    kind: str | None = None,
    server: Server | None = None,
) -> Target:
    return Target(system, place, labels, kind, server)


def _webhook(name: str, url: str, secret_env: str) -> Target:
    return Target(System.WEBHOOK, name, server=Server(url, token_env=secret_env))


def _place(key: str, kind: TextAs[str], about: str) -> Field:
    return Field(key, kind, about, required=True, argument="place")


_MORE = Field("labels", _LABELS, "labels beside cors-audit")
_TARGETS: Final[Mapping[System, Record[Target]]] = {
    System.GITHUB: Record(
        partial(_target, System.GITHUB),
        (_place("repo", TextAs(_repository), "the repository, as example/cors-drift"), _MORE),
    ),
    System.GITLAB: Record(
        partial(_target, System.GITLAB),
        (_place("project", TextAs(_project), "the project, as group/project"), _MORE),
    ),
    System.JIRA: Record(
        partial(_target, System.JIRA),
        (
            _place("project", TextAs(_jira_project), "the key of the project, as ACC"),
            Field("kind", values.TEXT, "the issue type; left out: Task"),
            Field("labels", _JIRA_LABELS, "labels beside cors-audit"),
        ),
    ),
    System.WEBHOOK: Record(
        _webhook,
        (
            Field("name", TextAs(_webhook_name), "what this receiver is called here", True),
            Field("url", _HOOK, "where events are sent to", True),
            Field("secret_env", SECRET_VARIABLE, "the variable with the signing secret", True),
        ),
    ),
    System.ROUNDUP: Record(partial(_target, System.ROUNDUP), (_MORE,)),
}


def _route(owner: str, **found: Target) -> TicketRoute:
    ((_, target),) = found.items()
    return TicketRoute(owner, target)


ROUTES: Final = ListOf(
    Record(
        _route,
        (
            Field("owner", values.TEXT, "glob of owners; the first route that takes wins", True),
            *(Field(one, shape, f"tickets go to {one}") for one, shape in _TARGETS.items()),
        ),
        one_of=tuple(_TARGETS),
    )
)
