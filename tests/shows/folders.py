"""Small folders of a user: one Ingress that the allowlist agrees with, and an app behind it."""

from pathlib import Path

from auditor.cli.user_files import CONFIG_NAME

ALLOWLIST_NAME = "allowlist.yaml"
INGRESS = "deploy/ingress.yaml"
STORE = "cors-audit.db"
APP = "https://app.example.com"

CONFIG = """\
version: 1
files:
  - deploy/
  - {path: services/api.env, name: api, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, serves: [api.example.com/*], owner: team-api}
environments: {prod: {hosts: ["*.example.com"]}}
"""
ALLOWLIST = """\
version: 1
defaults: {owner: team-web}
origins:
  - {origin: "https://app.example.com"}
routes:
  - match: api.example.com/*
    allow_origins: ["https://app.example.com"]
    allow_credentials: true
"""
MANIFEST = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: orders-prod
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: "https://app.example.com"
spec:
  ingressClassName: nginx
  rules:
    - host: api.example.com
      http:
        paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]
"""
SETTINGS = "CORS_ALLOWED_ORIGINS=https://app.example.com\n"
_FILES = {
    CONFIG_NAME: CONFIG,
    ALLOWLIST_NAME: ALLOWLIST,
    INGRESS: MANIFEST,
    "services/api.env": SETTINGS,
}


def write_clean(folder: Path) -> None:
    """Write an estate in which nothing deviates and nothing is unread."""
    for name, text in _FILES.items():
        write(folder, name, text)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write one file, with the folders above it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
