"""One controller of a cluster: its release, its flags, and its ConfigMap.

Sources: pkg/flags/flags.go, internal/ingress/controller/config/config.go and
internal/ingress/controller/template/configmap.go of ingress-nginx v1.15.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.core.reading import Document, Json, Where
from collectors.collector import Options
from collectors.ingress.ingress_nginx.annotations import PREFIX, Risk
from collectors.ingress.ingress_nginx.scanners import BLANKS, parse_bool, parse_int
from collectors.ingress.ingress_nginx.versions import NEWEST, Change, Version, parse_version

PRODUCT = "ingress-nginx"
CONTROLLER_CLASS = "k8s.io/ingress-nginx"
CLASS_NAME = "nginx"


@dataclass(frozen=True, slots=True)
class Config:
    """The global settings of a controller: its ConfigMap over the defaults of its release.

    `headers_map`: the ConfigMap of `add-headers` as namespace/name, or None.
    """

    allow_snippets: bool
    risk: Risk
    blocked_words: tuple[str, ...] = ()
    headers_map: str | None = None
    hidden: tuple[str, ...] = ()
    error_codes: tuple[int, ...] = ()
    snippets: Mapping[str, str] | None = None
    allowed_headers: frozenset[str] = frozenset()
    global_auth: bool = False
    redirect_code: int = 308
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Controller:
    """One controller, as its workload says or as it is assumed.

    `name`: namespace/name of its workload, or the product. `assumed`: what its reading rests on.
    """

    name: str
    version: Version
    validating: bool
    config: Config
    prefix: str = PREFIX
    controller_class: str = CONTROLLER_CLASS
    class_name: str = CLASS_NAME
    takes_classless: bool = False
    by_name: bool = False
    namespace: str = ""
    default_backend: str | None = None
    catch_all: bool = True
    passthrough: bool = False
    known: bool = False
    assumed: tuple[str, ...] = ()


def read_controllers(documents: Sequence[Document], options: Options) -> tuple[Controller, ...]:
    """The controllers among `documents`, or the one that is assumed where there is none."""
    workloads = sorted((d for d in documents if d.kind == "Controller"), key=lambda d: d.key)
    maps = {d.key: d for d in documents if d.kind == "ConfigMap"}
    if not workloads:
        return (_controller(PRODUCT, {}, _lone_map(maps), options, known=False),)
    return tuple(
        _controller(d.key, d.body, _own_map(d.body, maps), options, known=True) for d in workloads
    )


@dataclass(frozen=True, slots=True)
class _OwnMap:
    document: Document | None
    assumed: str | None = None


def _own_map(body: Mapping[str, Json], maps: Mapping[str, Document]) -> _OwnMap:
    key = _flags(body).get("configmap", "")
    if not key:
        return _OwnMap(None)
    if key in maps:
        return _OwnMap(maps[key])
    return _OwnMap(None, f"ConfigMap {key} of the controller holds the defaults (it was not read)")


def _lone_map(maps: Mapping[str, Document]) -> _OwnMap:
    owned = [d for d in maps.values() if d.body.get("settings")]
    if len(owned) == 1:
        return _OwnMap(owned[0], f"ConfigMap {owned[0].key} is that of ingress-nginx (assumed)")
    return _OwnMap(None, "ConfigMap of ingress-nginx: defaults (assumed)")


def _controller(
    name: str, body: Mapping[str, Json], own: _OwnMap, options: Options, *, known: bool
) -> Controller:
    flags = _flags(body) if known else _assumed_flags(options)
    version, assumed = _version(body, options)
    flags_assumed = None if known else _flags_assumed(options)
    validating = version.has(Change.VALIDATORS) and _bool(
        flags, "enable-annotation-validation", default=version.has(Change.VALIDATION_ON)
    )
    return Controller(
        name=name,
        version=version,
        validating=validating,
        config=_config(own, version, options),
        prefix=flags.get("annotations-prefix", PREFIX),
        controller_class=flags.get("controller-class", CONTROLLER_CLASS),
        class_name=flags.get("ingress-class", CLASS_NAME) or CLASS_NAME,
        takes_classless=_bool(flags, "watch-ingress-without-class", default=False),
        by_name=_bool(flags, "ingress-class-by-name", default=False),
        namespace=flags.get("watch-namespace", ""),
        default_backend=flags.get("default-backend-service") or None,
        catch_all=not _bool(flags, "disable-catch-all", default=False),
        passthrough=_bool(flags, "enable-ssl-passthrough", default=False),
        known=known,
        assumed=tuple(t for t in (assumed, flags_assumed, own.assumed) if t is not None),
    )


def _flags(body: Mapping[str, Json]) -> dict[str, str]:
    flags = body.get("flags")
    return {k: v for k, v in flags.items() if isinstance(v, str)} if isinstance(flags, dict) else {}


_OPTION_FLAGS = {
    "validation": "enable-annotation-validation",
    "controller-class": "controller-class",
    "ingress-class": "ingress-class",
    "watch-ingress-without-class": "watch-ingress-without-class",
    "annotations-prefix": "annotations-prefix",
    "ssl-passthrough": "enable-ssl-passthrough",
}
_CONFIG_OPTIONS = ("snippets",)
_SWITCH = {"on": "true", "off": "false"}


def _assumed_flags(options: Options) -> dict[str, str]:
    return {
        flag: _SWITCH.get(options[name], options[name])
        for name, flag in _OPTION_FLAGS.items()
        if name in options
    }


def _flags_assumed(options: Options) -> str:
    given = [f"{n}={options[n]}" for n in (*_OPTION_FLAGS, *_CONFIG_OPTIONS) if n in options]
    if given:
        return f"flags of {PRODUCT}: {', '.join(given)} (given), else defaults (assumed)"
    return f"flags of {PRODUCT}: defaults (assumed)"


def _version(body: Mapping[str, Json], options: Options) -> tuple[Version, str | None]:
    said = body.get("version")
    found = parse_version(said) if isinstance(said, str) else None
    if found is not None:
        return found, None
    given = parse_version(options.get("version", ""))
    if given is not None:
        return given, f"{PRODUCT} {given} (given)"
    return NEWEST, f"{PRODUCT} {NEWEST} (newest; assumed)"


def _bool(flags: Mapping[str, str], name: str, *, default: bool) -> bool:
    parsed = parse_bool(flags.get(name, ""))
    return default if parsed is None else parsed


# -- the ConfigMap -------------------------------------------------------------------------------


def _config(own: _OwnMap, version: Version, options: Options) -> Config:
    document = own.document
    settings = {} if document is None else _settings(document.body)
    allow = parse_bool(settings.get("allow-snippet-annotations", ""))
    if allow is None:
        allow = not version.has(Change.SNIPPETS_OFF)
    risk = _risk(settings.get("annotations-risk-level"), version)
    if document is None and options.get("snippets") == "on":
        allow, risk = True, Risk.CRITICAL
    masked = parse_bool(settings.get("disable-proxy-intercept-errors", "")) is True
    codes = () if masked else _numbers(settings.get("custom-http-errors", ""))
    return Config(
        allow_snippets=allow,
        risk=risk,
        blocked_words=_blocked_words(settings),
        headers_map=settings.get("add-headers") or None,
        hidden=tuple(name.lower() for name in _items(settings.get("hide-headers", ""))),
        error_codes=codes,
        snippets={key: text for key, text in settings.items() if key.endswith("-snippet")},
        allowed_headers=frozenset(_items(settings.get("global-allowed-response-headers", ""))),
        global_auth=bool(settings.get("global-auth-url")),
        redirect_code=_redirect_code(settings.get("http-redirect-code", "")),
        where=None if document is None else document.where,
    )


def _settings(body: Mapping[str, Json]) -> dict[str, str]:
    settings = body.get("settings")
    found = settings if isinstance(settings, dict) else {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _risk(text: str | None, version: Version) -> Risk:
    if text is None:
        return Risk.HIGH if version.has(Change.RISK_HIGH) else Risk.CRITICAL
    # parser.StringRiskToRisk: what it does not know is Low.
    return {risk.name.lower(): risk for risk in Risk}.get(text.lower(), Risk.LOW)


def _blocked_words(settings: Mapping[str, str]) -> tuple[str, ...]:
    words = settings.get("annotation-value-word-blocklist", "").strip(BLANKS)
    return tuple(words.split(",")) if words else ()


def _items(text: str) -> tuple[str, ...]:
    return tuple(item for part in text.split(",") if (item := part.strip(BLANKS)))


def _numbers(text: str) -> tuple[int, ...]:
    numbers = (parse_int(item) for item in _items(text))
    return tuple(number for number in numbers if number is not None)


def _redirect_code(text: str) -> int:
    code = parse_int(text)
    return code if code in (301, 302, 307, 308) else 308
