"""An estate whose every free text is hostile: what each can hold is put there, and nothing milder.

Values out of JSON can be anything, those out of our own YAML have to stand on one line.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditor.cli.user_files import CONFIG_NAME
from tests.edge.tickets.hostile import EVERYTHING, HOSTILE
from tests.shows.folders import ALLOWLIST_NAME, write

OLD: Final = "https://old-portal.example.net"
APP: Final = "https://app.example.com"
HERE: Final = "aws/111122223333/eu-west-1"
FORGED: Final = "ab" * 32
"""The key of a ticket that is not about this estate."""
SURROGATE: Final = "\ud800"
"""Half a character: whatever holds one, JSON or YAML, is not read."""
TEMPLATE: Final = "{{ 7 * 7 }}{% raw %}"
"""A setting that holds one is not rendered yet, and is not read."""
MORE: Final = (
    f"<!-- cors-audit key={FORGED} -->",
    f"x\n\n<!-- cors-audit key={FORGED} -->\n",
    f"<!<!-- -- cors-audit key={FORGED} -->",
    f"<!-<!--- cors-audit key={FORGED} -->",
    f"cors-audit delivery={'0' * 32}",
    f"cors-audit-{FORGED[:20]}",
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    "' \\\n touch pwned #",
    '"}]}\n{"event": "forged"}',
    "- a: !!python/object/apply:os.system [id]\n--- \n",
    "</style></title><svg/onload=alert(1)>",
    "@everyone @here <!everyone>",
    'cors_audit_findings{severity="high"} 0\n# EOF\n',
    "\r\ncors_audit_last_run_failed 1\r\n",
    "%s %(x)s {0} {x!r}",
    "\x9b31m\x84\x85",
    "\U0001f600\U000e0001",
    "a" * 10_000,
    "`" * 3_000,
    "|" * 3_000,
    "\\" * 3_000,
    "<" * 10_000,
    "\u202e" * 10_000,
    "\n" * 10_000,
    EVERYTHING.replace(SURROGATE, ""),
)
TEXTS: Final = (*(one for one in HOSTILE if one != SURROGATE), *MORE)
ONE_LINE: Final = tuple(
    one
    for one in TEXTS
    if one.isprintable() and one == one.strip() and len(one) < 2_000 and one not in ("", "*")
)
"""What a text of our own configuration may be."""
SYSTEMS: Final = ("github", "gitlab", "jira", "roundup", "webhook")
"""The tracker of each owner whose name begins so, in turn."""
CONFIG: Final = """\
version: 1
publish: pages
waivers: waivers.yaml
tickets:
  mode: "on"
  min_severity: low
  max_new_per_run: 1000
  backlog_per_week: 1000
  servers:
{servers}
  routes:
{routes}
notify:
  slack: {{webhook_env: SLACK_URL, on: [new, unread, failed], digest: {weekday}}}
  metrics: cors-audit.prom
  heartbeat_env: HEARTBEAT_URL
files:
  - aws/
  - deploy/
  - broken/
{files}
environments: [{{name: {environment}, hosts: ["*.amazonaws.com"]}}, {{name: prod, hosts: ["*"]}}]
owners: [{{aws_tag: team}}, {{k8s_label: team}}, {{default: {default}}}]
hops:
  - {{name: {hop}, in_front_of: ["*.example.com"], acts: transparent, declared_by: {by},
     expires: {later}}}
coverage: {{accept: [{{source: "file:nowhere*", reason: {by}, owner: {hop}, expires: {later}}}]}}
"""


CONTROLLER: Final = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
data: {allow-snippet-annotations: "true", annotations-risk-level: Critical}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec:
  template:
    spec:
      containers:
        - image: registry.k8s.io/ingress-nginx/controller:v1.12.1
          args: [/nginx-ingress-controller, --configmap=$(POD_NAMESPACE)/ingress-nginx-controller]
"""


def quoted(text: str) -> str:
    """`text` as YAML, in ASCII."""
    return '"' + "".join(map(_yaml, text)) + '"'


def _yaml(char: str) -> str:
    if char.isascii() and char.isprintable() and char not in '"\\':
        return char
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the estate is told beside its hostile texts: lines of `servers` and `routes`, the day."""

    servers: Iterable[str]
    routes: Iterable[str]
    weekday: str
    later: str
    soon: str


def write_hostile(folder: Path, given: Settings, *extra: str, mended: bool = False) -> None:
    """Write everything. `extra`: origins that are let in beside the usual ones; `mended`: none is let
    in that should not be."""
    write(folder, CONFIG_NAME, _config(given))
    write(folder, ALLOWLIST_NAME, _allowlist(given))
    write(folder, "waivers.yaml", _waivers(given))
    _apis(folder, extra, mended=mended)
    _apps(folder, extra, mended=mended)
    _ingresses(folder, extra, mended=mended)


def owner_of(at: int, text: str) -> str:
    """An owner whose tickets go to one of the trackers."""
    return f"{SYSTEMS[at % len(SYSTEMS)]} {text}"


def _apps_of() -> list[tuple[int, str]]:
    return list(enumerate(ONE_LINE))


def _config(given: Settings) -> str:
    file = (
        "  - {{path: services/{at}.json, name: {name}, key: cors.origins, like: starlette@0.40, "
        "credentials: true, serves: [app{at}.example.com/*], owner: {owner}}}"
    )
    rows = (
        file.format(at=at, name=quoted(text), owner=quoted(owner_of(at, text)))
        for at, text in _apps_of()
    )
    return CONFIG.format(
        servers="\n".join(f"    {one}" for one in given.servers),
        routes="\n".join(f"    - {one}" for one in given.routes),
        files="\n".join(rows),
        weekday=given.weekday,
        environment=quoted('</td><script>"x"\\ 0 @team #1 `x` | <!-- a -->'),
        default=quoted("webhook [x](https://evil.example) @everyone"),
        hop=quoted("edge ![a](https://evil.example/a.png)"),
        by=quoted("team <img src=x> /close @here"),
        later=given.later,
    )


def _allowlist(given: Settings) -> str:
    texts = iter(ONE_LINE * 2)
    rows = [
        f"  - {{origin: https://a{at}.example.com, owner: {quoted(owner_of(at, next(texts)))}, "
        f"purpose: {quoted(next(texts))}, ticket: {quoted(next(texts))}, review_by: {given.soon}}}"
        for at in range(20)
    ]
    lines = [
        "version: 1",
        "origins:",
        f"  - {{origin: {APP}, owner: team-web}}",
        *rows,
        "routes:",
        *(
            f'  - {{match: "{host}/*", allow_origins: [{APP}], allow_credentials: true, '
            f"owner: {quoted('owner </code> @team `x`')}}}"
            for host in ("*.example.com", "*.execute-api.eu-west-1.amazonaws.com")
        ),
    ]
    return "\n".join(lines) + "\n"


def _waivers(given: Settings) -> str:
    rows = [
        f"  - {{host: app{at}.example.com, reason: {quoted(text)}, approved_by: {quoted(text)}, "
        f"ticket: {quoted(text)}, expires: {given.soon}}}"
        for at, text in _apps_of()[::9]
    ]
    gone = "  - {host: nowhere.example.com, reason: x, approved_by: " + quoted(
        "github <!-- cors-audit key=0 --> @team"
    )
    return "\n".join(["version: 1", "waivers:", *rows, f"{gone}, expires: {given.soon}}}"]) + "\n"


def _origins(text: str, extra: Iterable[str], *, mended: bool) -> list[str]:
    return [APP] if mended else [APP, OLD, *extra, text]


def _apis(folder: Path, extra: tuple[str, ...], *, mended: bool) -> None:
    """An HTTP API for each text, which is its name, tags, stage, stack, and one of its origins."""
    apis = []
    for at, text in enumerate(TEXTS):
        api = f"api{at}"
        tags = {
            "team": owner_of(at, text),
            "aws:cloudformation:stack-name": text,
            text: text,
        }
        host = f"{api}.execute-api.eu-west-1.amazonaws.com"
        cors = {"AllowOrigins": _origins(text, extra, mended=mended), "AllowCredentials": True}
        apis.append(
            {
                "ApiId": api,
                "Name": text,
                "Description": text,
                "ProtocolType": "HTTP",
                "ApiEndpoint": f"https://{host}",
                "CorsConfiguration": {**cors, "AllowHeaders": [text], "ExposeHeaders": [text]},
                "Tags": tags,
            }
        )
        stage = {"StageName": "$default", "Description": text, "StageVariables": {"a": text}}
        target = {"IntegrationId": "i1", "IntegrationType": "HTTP_PROXY", "IntegrationUri": text}
        route = {"RouteKey": "ANY /{proxy+}", "Target": "integrations/i1"}
        odd = {"RouteKey": f"GET /{text}", "Target": f"integrations/{text}", "OperationName": text}
        for name, items in (
            ("stages", [stage]),
            ("integrations", [target]),
            ("routes", [route, odd]),
        ):
            _items(folder, f"{HERE}/{api}/get-{name}.json", items)
    _items(folder, f"{HERE}/get-apis.json", apis)


def _items(folder: Path, name: str, items: list[Mapping[str, object]]) -> None:
    write(folder, name, json.dumps({"Items": items}))


def _apps(folder: Path, extra: tuple[str, ...], *, mended: bool) -> None:
    for at, text in _apps_of():
        held = {"cors": {"origins": _origins(text, extra, mended=mended)}, text: text}
        write(folder, f"services/{at}.json", json.dumps(held))


def _ingresses(folder: Path, extra: tuple[str, ...], *, mended: bool) -> None:
    """An Ingress for each text: its name, namespace, label, manager, annotations, snippet."""
    write(folder, "deploy/controller.yaml", CONTROLLER)
    for at, text in enumerate(TEXTS):
        listed = ",".join(_origins(text, extra, mended=mended))
        prefix = "nginx.ingress.kubernetes.io"
        metadata = {
            "name": text,
            "namespace": f"ns{text}",
            "labels": {"team": owner_of(at, text), "app.kubernetes.io/part-of": text, text: text},
            "annotations": {
                f"{prefix}/enable-cors": "true",
                f"{prefix}/cors-allow-origin": listed,
                f"{prefix}/cors-allow-headers": text,
                f"{prefix}/configuration-snippet": "" if mended else f"# {text}",
                "meta.helm.sh/release-name": text,
                "argocd.argoproj.io/tracking-id": text,
                text: text,
            },
            "managedFields": [
                {"manager": text, "operation": text, "time": text, "fieldsV1": {text: {}}}
            ],
        }
        path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": text}}}
        spec = {
            "ingressClassName": "nginx",
            "rules": [{"host": f"in{at}.example.com", "http": {"paths": [path]}}],
        }
        held = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata}
        write(folder, f"deploy/{at}.json", json.dumps({**held, "spec": spec}))
    for at, text in enumerate(ONE_LINE):
        # What cannot be read, in files whose names are hostile.
        name = "".join(char for char in text if char not in "/\0")[:60]
        held = "kind: Other\n" if mended else f"kind: Ingress\nmetadata: [{text}\n"
        write(folder, f"broken/{at} {name}.yaml", held)
    for name, text in (("half", SURROGATE), ("template", TEMPLATE)):
        other = {"kind": "Other" if mended else text}
        write(folder, f"broken/{name}.json", json.dumps(other))
