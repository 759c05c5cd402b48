"""Files that `cors-audit collect` made, for tests: small, of made-up clusters."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.core.reading import Document, Gap, Unread, Where
from auditor.edge.runfile import Collection, write_run_file
from auditor.edge.store.record import SourceRead

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def service(source: str, name: str = "api", port: int = 80) -> Document:
    """A Service of a cluster; `port` tells one version of it from another."""
    body = {"spec": {"port": port}}
    return Document(source, "Service", f"shop/{name}", body, Where(f"{source}/Service/{name}"))


def denied(source: str) -> Unread:
    """A list that the cluster refused."""
    where = Where(f"{source}/ingresses")
    return Unread(f"{source} ingresses", source, Gap.DENIED, "403 Forbidden", "grant it", where)


def collection(
    *sources: str, hours: float = 1, by: str = "inner", port: int = 80, gap: bool = False
) -> Collection:
    """What was made `hours` before NOW of clusters, each with one Service."""
    return Collection(
        tuple(service(source, port=port) for source in sources),
        tuple(denied(source) for source in sources) if gap else (),
        tuple(SourceRead(source, "Service", 1, 1) for source in sources),
        NOW - timedelta(hours=hours),
        by,
    )


def place(folder: Path, name: str, made: Collection) -> Path:
    """Write it as `name` in `folder`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_run_file(path, made)
    return path
