"""A finding to hold waivers against."""

from auditor.core.finding import Finding, Grantor, Severity
from auditor.core.reading import Layer

FINDING = Finding(
    rule="widened-origin",
    severity=Severity.MEDIUM,
    environment="prod",
    host="api.example.com",
    subject="https://old.example",
    what="",
    why="",
    do="",
    witness="https://old.example",
    grantor=Grantor(Layer.APP, "orders", "CORS_ORIGINS", "app", "orders", None),
    routes=("api.example.com/v1/*",),
    owner="team-orders",
    capabilities=("read_anon",),
)
