"""One application as a file of it says: what it does, for which of its own paths."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.core.hop.behaviour import Doing, Either, Silent, Terminal
from auditor.core.reading import ANY_PATH, Document, PathMatch, Where


@dataclass(frozen=True, slots=True)
class Rule:
    """What an application does for some paths and methods (None: all of them).

    `fields`: every setting and entry behind it, with its place. `settings`: the names that a remedy
    is given for.
    """

    doing: Doing
    end: Terminal = Silent()  # noqa: RUF009 - frozen
    title: str = ""
    paths: tuple[PathMatch, ...] = (ANY_PATH,)
    methods: frozenset[str] | None = None
    fields: tuple[tuple[str, Where], ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def covers_everything(self) -> bool:
        """Whether no request is left to the rules behind it."""
        return ANY_PATH in self.paths and self.methods is None


@dataclass(frozen=True, slots=True)
class Application:
    """An application by one document: the first of `rules` that covers a request decides.

    `release`: product and version, for people. `remedy`: what to change in a setting.
    """

    document: Document
    name: str
    serves: tuple[str, ...]
    workload: str | None
    owner: str | None
    product: str
    release: str
    remedy: str
    rules: tuple[Rule, ...]
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def merged(apps: Sequence[Application]) -> tuple[Rule, ...] | None:
    """The rules of an application of which it is not known which of several files is deployed; None
    where the files speak of different paths."""
    layouts = {tuple((rule.paths, rule.methods) for rule in app.rules) for app in apps}
    if len(layouts) > 1:
        return None
    places = " and ".join(app.document.where.place for app in apps)
    return tuple(
        _either(f"which of {places} is deployed", rules)
        for rules in zip(*(app.rules for app in apps), strict=True)
    )


def _either(cause: str, rules: Sequence[Rule]) -> Rule:
    doings = tuple(dict.fromkeys(rule.doing for rule in rules))
    return replace(
        rules[0],
        doing=doings[0] if len(doings) == 1 else Either(cause, doings),
        fields=tuple(field for rule in rules for field in rule.fields),
    )
