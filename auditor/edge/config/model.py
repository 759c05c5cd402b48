"""What `cors-audit.yaml` says, checked; paths in it are as written, relative to its folder.

None always means that the key was not there, and a tuple that was not there is empty.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.reading import ANY_PATH, Layer, PathMatch, Where
from auditor.edge.config.delivery import Notify, Tickets, Verify
from auditor.edge.config.environment import Environments
from auditor.edge.config.files import FilesEntry
from auditor.text.tree import Problem

STORE = "cors-audit.db"


@dataclass(frozen=True, slots=True)
class AwsExclude:
    """What is not read: globs of account ids, and regions."""

    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """Every account of the organization of the credentials, by the role of this name in each;
    `external_id_env`: the variable that holds its external id."""

    role: str
    external_id_env: str | None = None


@dataclass(frozen=True, slots=True)
class Aws:
    """AWS as one set of credentials sees it: this machine's, a profile's, or a role's.

    `regions` empty: those that are enabled. `accounts`: ids; `role` is then the name that the role
    has in each of them, otherwise an ARN. `external_id_env`: the variable that holds the external
    id for `role`; its value is never in a file. `organization` stands instead of these three.
    """

    regions: tuple[str, ...] = ()
    profile: str | None = None
    endpoint_url: str | None = None
    role: str | None = None
    external_id_env: str | None = None
    exclude: AwsExclude = AwsExclude()
    accounts: tuple[str, ...] = ()
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class KubernetesExclude:
    """What is not read: globs of namespaces."""

    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """Clusters by the contexts of a kubeconfig; `contexts` are globs, empty: the current one. `name`:
    what that one is called instead of its context, which inside a cluster says nothing."""

    contexts: tuple[str, ...] = ()
    kubeconfig: str | None = None
    exclude: KubernetesExclude = KubernetesExclude()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class CollectedFiles:
    """Files that `cors-audit collect` made elsewhere, by a glob; older than `max_hours` they count as
    unread: a night's, with half a day to arrive."""

    path: str
    max_hours: int = 36


@dataclass(frozen=True, slots=True)
class Link:
    """Requests to a host (a glob) whose path `match` takes lead to `to`, a name of the linking."""

    host: str
    to: str
    where: Where
    match: PathMatch = ANY_PATH


class Acts(StrEnum):
    """What a declared hop does to the CORS headers of what stands behind it."""

    TRANSPARENT = "transparent"
    OWNS = "owns"
    SETS_WHEN_MATCHED = "sets-when-matched"
    APPENDS = "appends"
    STRIPS = "strips"

    @property
    def writes(self) -> bool:
        """Whether it writes headers of its own, and so says which."""
        return self in (Acts.OWNS, Acts.SETS_WHEN_MATCHED, Acts.APPENDS)


@dataclass(frozen=True, slots=True)
class DeclaredHop:
    """A layer that nothing here reads, in its owner's words, until `expires` (that day included).

    `in_front_of`: globs of hosts. `allow_origins`, for acts that write: exact origins, patterns with
    `*` for the leftmost label, `*` (that literal) or `reflect` (whatever origin asks). `expired`:
    the day has passed, so that the hop counts as unread again.
    """

    name: str
    in_front_of: tuple[str, ...]
    acts: Acts
    declared_by: str
    expires: date
    where: Where
    layer: Layer = Layer.CDN
    allow_origins: tuple[str, ...] = ()
    allow_credentials: bool = False
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expired: bool = False


class OwnerSource(StrEnum):
    """Where the owner of a hop is looked up."""

    AWS_TAG = "aws_tag"
    K8S_LABEL = "k8s_label"
    CODEOWNERS = "codeowners"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """One step of the look-up, the first that answers wins; `name`: of the tag, label or owner, or
    the path of a CODEOWNERS file."""

    source: OwnerSource
    name: str


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """An unread scope (glob over sources) that someone accepted until `expires`, included."""

    source: str
    reason: str
    expires: date
    where: Where
    owner: str | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class FailOn:
    """The findings that make the exit code 10: at or above, and only in these states if any."""

    severity: Severity = Severity.MEDIUM
    drift: tuple[State, ...] = ()


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is taken for granted of a product whose own version was not read."""

    product: str
    version: str


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that `cors-audit.yaml` says, and what has run out in it (`warnings`).

    `waivers`: a file; `publish`: a folder.
    """

    store: str = STORE
    allowlist: str | None = None
    waivers: str | None = None
    publish: str | None = None
    aws: Aws | None = None
    kubernetes: Kubernetes | None = None
    files: tuple[FilesEntry, ...] = ()
    collected: tuple[CollectedFiles, ...] = ()
    environments: Environments = field(default_factory=Environments)
    links: tuple[Link, ...] = ()
    hops: tuple[DeclaredHop, ...] = ()
    owners: tuple[OwnerRule, ...] = ()
    accepted: tuple[AcceptedGap, ...] = ()
    verify: Verify | None = None
    tickets: Tickets | None = None
    notify: Notify = field(default_factory=Notify)
    fail_on: FailOn = FailOn()
    assume: tuple[Assumption, ...] = ()
    warnings: tuple[Problem, ...] = ()
