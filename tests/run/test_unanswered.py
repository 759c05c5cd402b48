"""A host of the allowlist that nothing read answers to is a gap, never clean by silence."""

from pathlib import Path

from auditor.core.reading import Gap, Unread
from tests.shows.nights import run_night

CONFIG = """
version: 1
files: [deploy/]
environments: {prod: {hosts: ["*.example.com"]}}
"""
ALLOWLIST = """
version: 1
defaults: {owner: team-web}
routes:
  - {match: static.example.com/*, public: true}
  - {match: gone.example.com/*, public: true}
  - {match: "*.wild.example.com/*", public: true}
"""
MANIFEST = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: static
  namespace: web
  annotations: {nginx.ingress.kubernetes.io/enable-cors: "true",
                nginx.ingress.kubernetes.io/cors-allow-credentials: "false"}
spec:
  ingressClassName: nginx
  rules:
    - host: static.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}
"""


def gaps(folder: Path, allowlist: str) -> tuple[int, list[Unread]]:
    (folder / "deploy").mkdir()
    (folder / "deploy/static.yaml").write_text(MANIFEST)
    (folder / "cors-audit.yaml").write_text(CONFIG)
    (folder / "allowlist.yaml").write_text(allowlist)
    outcome = run_night(folder)
    unread = [blind.unread for blind in outcome.record.unread]
    return outcome.exit_code, [gap for gap in unread if gap.source == "allowlist"]


def test_it_is_named_with_the_line_that_wants_it(tmp_path: Path) -> None:
    code, (gap,) = gaps(tmp_path, ALLOWLIST)
    assert (gap.scope, gap.gap) == ("host gone.example.com", Gap.ABSENT)
    assert gap.where.line == 6
    assert code == 3


def test_a_host_that_is_answered_is_none(tmp_path: Path) -> None:
    _, found = gaps(
        tmp_path, ALLOWLIST.replace("gone.", "static.").replace("/*, public", "/a/*, public", 1)
    )
    assert found == []
