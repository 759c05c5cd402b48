"""Small estates on disk for tests of commands: what each is expected to come to."""

from pathlib import Path

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: {name}
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: "{origins}"
spec:
  ingressClassName: nginx
  rules:
    - host: {host}
      http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: x, port: {{number: 80}}}}}}}}]}}
"""
CONFIG = """\
version: 1
store: runs.db
files:
  - path: app.env
    key: CORS_ALLOWED_ORIGINS
    like: starlette@0.40
    serves: api.example.com/*
    split: ","
environments:
  prod: {hosts: ["*.example.com"]}
"""
ALLOWLIST = """\
version: 1
defaults: {owner: team-web}
origins: [{origin: "https://app.example.com"}]
routes:
  - match: api.example.com/*
    allow_origins: ["https://app.example.com"]
"""
APP, EVIL = "https://app.example.com", "https://evil.example"


def write_ingress(folder: Path, origins: str, name: str = "api") -> Path:
    """An ingress in front of an app that nothing reads: findings, and incomplete."""
    folder.mkdir(parents=True, exist_ok=True)
    text = INGRESS.format(name=name, host=f"{name}.example.com", origins=origins)
    path = folder / f"{name}.yaml"
    path.write_text(text)
    return path


def write_app(folder: Path, origins: str, allowlist: str = ALLOWLIST) -> Path:
    """An app that is read completely, its configuration, and an allowlist of one origin."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.env").write_text(f"CORS_ALLOWED_ORIGINS={origins}\n")
    (folder / "cors-audit.yaml").write_text(CONFIG)
    (folder / "allowlist.yaml").write_text(allowlist)
    return folder
