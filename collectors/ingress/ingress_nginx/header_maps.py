"""ConfigMaps of response headers: `add-headers` of the controller, `custom-headers` of an Ingress.

Sources: internal/ingress/annotations/customheaders/main.go and nginx.tmpl ("Custom headers for
response", "Custom Response Headers") of ingress-nginx v1.15.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.core.reading import Document
from collectors.ingress.ingress_nginx.annotations import Annotations
from collectors.ingress.ingress_nginx.rewriting import HeaderLine, Headers
from collectors.ingress.ingress_nginx.scanners import BLANKS
from collectors.ingress.ingress_nginx.settings import Config, Controller
from collectors.ingress.ingress_nginx.snippets import NO_SNIPPET, Snippet, UnreadSnippetError
from collectors.ingress.ingress_nginx.versions import Change


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """One ConfigMap: the names of all its entries, and the values of CORS headers alone."""

    names: frozenset[str]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HeaderMaps:
    """The ConfigMaps that were read, by namespace/name."""

    maps: Mapping[str, HeaderMap]

    def added(self, config: Config) -> Snippet:
        """What `add-headers` sets on every answer. Raises `UnreadSnippetError`."""
        key = config.headers_map
        if key is None:
            return NO_SNIPPET
        found = self.maps.get(key)
        if found is None:
            raise UnreadSnippetError(f"ConfigMap {key} of add-headers was not read")
        return _replaced(found, f"ConfigMap {key}")

    def custom(
        self, annotations: Annotations, controller: Controller, owner: str
    ) -> Snippet | None:
        """What `custom-headers` sets; None: the location is denied. Raises `UnreadSnippetError`."""
        key = annotations.values.get("custom-headers", "").strip(BLANKS)
        if not key or not controller.version.has(Change.CUSTOM_HEADERS):
            return NO_SNIPPET
        found = self.maps.get(key)
        if found is None and "/" in key:
            raise UnreadSnippetError(f"{owner}: ConfigMap {key} of custom-headers was not read")
        if found is None or not found.names <= controller.config.allowed_headers:
            annotations.notes.append(
                f"custom-headers {key} is refused, so the location answers 503"
            )
            return None
        return _replaced(found, f"ConfigMap {key}")


def read_header_maps(documents: Sequence[Document]) -> HeaderMaps:
    """The ConfigMaps among `documents`."""
    maps = {}
    for document in documents:
        if document.kind == "ConfigMap":
            names, headers = document.body.get("names"), document.body.get("headers")
            maps[document.key] = HeaderMap(
                frozenset(n for n in names if isinstance(n, str))
                if isinstance(names, list)
                else frozenset(),
                {k: v for k, v in headers.items() if isinstance(v, str)}
                if isinstance(headers, dict)
                else {},
            )
    return HeaderMaps(maps)


def _replaced(found: HeaderMap, field: str) -> Snippet:
    lines = (
        HeaderLine(name.lower(), value or None, f"{field} {name}")
        for name, value in sorted(found.values.items())
    )
    return Snippet(Headers(replaced=tuple(lines)))
