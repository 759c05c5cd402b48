"""Whose an Ingress is: the controllers that take it, or why none of those that are read does.

Source: GetIngressClass and the IngressClass handlers of internal/ingress/controller/store/store.go,
ingress-nginx v1.15.1. A class named `nginx` may be of another product: `spec.controller` decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.core.reading import Document
from collectors.ingress.ingress_nginx.ingress import Ingress
from collectors.ingress.ingress_nginx.settings import CLASS_NAME, PRODUCT, Controller

LIVE = "kube:"
"""How the name of a source that is a running cluster begins: there, a default class was applied."""


@dataclass(frozen=True, slots=True)
class IngressClass:
    """An IngressClass object: its `spec.controller`, and whether new objects get it by default."""

    name: str
    controller: str
    default: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """The controllers that serve an Ingress, and what saying so rests on."""

    controllers: tuple[Controller, ...]
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotTaken:
    """No controller that is read serves the Ingress, for `reason`."""

    reason: str
    do: str


def read_classes(documents: Sequence[Document]) -> Mapping[str, IngressClass]:
    """The IngressClass objects among `documents` by name."""
    classes = {}
    for document in documents:
        if document.kind == "IngressClass":
            body = document.body
            controller = body.get("controller")
            classes[document.key] = IngressClass(
                document.key,
                controller if isinstance(controller, str) else "",
                body.get("default") is True,
            )
    return classes


def takers(
    ingress: Ingress, controllers: Sequence[Controller], classes: Mapping[str, IngressClass]
) -> Taken | NotTaken:
    """Who serves `ingress`."""
    watching = [c for c in controllers if c.namespace in ("", ingress.namespace)]
    if ingress.class_name is not None:
        return _by_class(ingress.class_name, watching, classes)
    if ingress.class_annotation is not None:
        return _by_annotation(ingress.class_annotation, watching, classes)
    return _without_class(ingress, watching, classes)


def _by_class(
    name: str, controllers: Sequence[Controller], classes: Mapping[str, IngressClass]
) -> Taken | NotTaken:
    known = classes.get(name)
    if known is None:
        named = tuple(c for c in controllers if c.class_name == name)
        return Taken(named, (_class_assumed(name),)) if named else _unknown_class(name)
    owners = tuple(
        c
        for c in controllers
        if c.controller_class == known.controller or (c.by_name and c.class_name == name)
    )
    return Taken(owners) if owners else _foreign_class(known)


def _by_annotation(
    name: str, controllers: Sequence[Controller], classes: Mapping[str, IngressClass]
) -> Taken | NotTaken:
    owners = tuple(c for c in controllers if c.class_name == name)
    known = classes.get(name)
    foreign = known is not None and all(c.controller_class != known.controller for c in controllers)
    if known is not None and foreign and not any(c.known for c in owners):
        return _foreign_class(known)
    if not owners:
        return _unknown_class(name) if known is None else _foreign_class(known)
    sure = any(c.known for c in owners) or known is not None
    return Taken(owners, () if sure else (_class_assumed(name),))


def _without_class(
    ingress: Ingress, controllers: Sequence[Controller], classes: Mapping[str, IngressClass]
) -> Taken | NotTaken:
    classless = tuple(c for c in controllers if c.takes_classless)
    if classless:
        return Taken(classless)
    reason = "it has no class, and no controller that is read takes such"
    if ingress.document.source.startswith(LIVE):
        return NotTaken(reason, "give it spec.ingressClassName")
    defaults = [known for known in classes.values() if known.default]
    if len(defaults) == 1:
        return _by_class(defaults[0].name, controllers, classes)
    if len(controllers) == 1:
        assumed = f"an Ingress without a class is {PRODUCT}'s (assumed)"
        return Taken(tuple(controllers), (assumed,))
    return NotTaken(reason, "give it spec.ingressClassName")


def _class_assumed(name: str) -> str:
    return f"ingress class {name} is {PRODUCT}'s (assumed: no IngressClass object says so)"


def _unknown_class(name: str) -> NotTaken:
    return NotTaken(
        f"no IngressClass object says whose class {name} is",
        f"audit the IngressClass {name} too, or --assume {PRODUCT}=ingress-class={name}"
        if name != CLASS_NAME
        else f"audit the IngressClass {name} too",
    )


def _foreign_class(known: IngressClass) -> NotTaken:
    return NotTaken(
        f"class {known.name} is handled by {known.controller or 'no controller'}, "
        "which is not read yet",
        "declare what that controller does in hops, with an expiry",
    )
