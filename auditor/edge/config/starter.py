"""The first `cors-audit.yaml` for a place: commented, with what was found there switched on."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.edge.config.quoting import comment, quote, quote_all


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """A folder (as it is to be written) and what in it made it worth reading."""

    path: str
    manifests: int = 0
    settings: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is here. `aws`: what tells of credentials, never a value of them; `contexts`: of the
    kubeconfig; `allowlist`: where one is; `incomplete`: the search ended early."""

    aws: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    folders: tuple[FoundFolder, ...] = ()
    allowlist: str | None = None
    incomplete: bool = False


def write_starter(found: Surroundings) -> str:
    """Return the text of a configuration that `load_config` reads."""
    parts = (_head(), _allowlist(found), _aws(found), _kubernetes(found), _files(found), _rest())
    return "\n".join("".join(part) for part in parts)


def _head() -> Iterator[str]:
    yield "# What cors-audit reads, and what belongs where. Check it with: cors-audit validate\n"
    yield "# Nothing is read that is not named here; lines that start with # do nothing.\n"
    yield "version: 1\n"
    yield "# store: cors-audit.db        # the database of runs, beside this file\n"


def _allowlist(found: Surroundings) -> Iterator[str]:
    yield "# The origins that you trust: a file, or a folder with one file a team.\n"
    if found.allowlist is not None:
        yield f"allowlist: {quote(found.allowlist)}\n"
    else:
        yield "# There is none yet; cors-audit allowlist draft --into allowlist/ proposes one.\n"
        yield "# allowlist: allowlist/\n"


def _aws(found: Surroundings) -> Iterator[str]:
    if found.aws:
        yield f"# Found: {comment(', '.join(found.aws))}.\n"
        yield "aws: {}                       # this machine's credentials, its enabled regions\n"
    else:
        yield "# No AWS credentials were found here. {}: this machine's, in its enabled regions.\n"
        yield "# aws: {}\n"
    yield '# aws: {regions: [eu-west-1], profile: audit, exclude: {accounts: ["111122223333"]}}\n'
    yield "# Several accounts: a role of one name in each of them, or in all of the organization.\n"
    yield '# aws: {role: CorsAudit, accounts: ["111122223333", "444455556666"]}\n'
    yield "# aws: {organization: {role: CorsAudit, external_id_env: CORS_AUDIT_EXTERNAL_ID}}\n"


def _kubernetes(found: Surroundings) -> Iterator[str]:
    if found.contexts:
        yield "# The contexts of your kubeconfig; globs do too. Remove what should not be read.\n"
        yield f"kubernetes:\n  contexts: {quote_all(found.contexts)}\n"
        yield '  # exclude: {namespaces: ["preview-*", kube-system]}\n'
    else:
        yield "# No kubeconfig with contexts was found here.\n"
        yield '# kubernetes: {contexts: ["prod-*"], exclude: {namespaces: ["preview-*"]}}\n'


def _files(found: Surroundings) -> Iterator[str]:
    yield "# Files and folders: manifests, and the settings of apps.\n"
    if found.incomplete:
        yield "# There are more files here than were looked at: this list may lack folders.\n"
    yield "files:\n" if found.folders else "# files:\n"
    for folder in found.folders:
        yield f"  - {quote(folder.path)}    # {_counts(folder)}\n"
    if not found.folders:
        yield "#   - deploy/\n"
    yield "#   - path: deploy/prod/orders.env       # one app's list of origins\n"
    yield "#     key: CORS_ALLOWED_ORIGINS\n"
    yield "#     like: starlette@0.40               # what the app does with the list\n"
    yield "#     serves: api.example.com/v1/orders/*\n"


def _counts(folder: FoundFolder) -> str:
    counted = (
        (folder.manifests, "Kubernetes manifests"),
        (folder.settings, "settings that mention CORS"),
    )
    return ", ".join(f"{words}: {number}" for number, words in counted if number)


def _rest() -> Iterator[str]:
    yield """\
# What is production and what is not; the first that matches wins, whatever hop of a path it is.
# environments:
#   - {name: staging, hosts: ["*.stg.example.com"], tags: {env: stg}, non_production: true}
#   - {name: preview, stages: ["pr-*"], namespaces: ["preview-*"], non_production: true}
#   - {name: prod, hosts: ["*.example.com"], accounts: ["111122223333"]}
# What a host or a part of it leads to, where nothing that is read says it; see cors-audit coverage.
# links:
#   - {host: legacy.example.com/v1/orders/*, to: "host:orders.internal"}
# Layers that nothing here reads, in their owners' words, with a last day.
# hops:
#   - name: cloudflare-edge
#     in_front_of: ["*.example.com"]
#     acts: transparent                    # owns | sets-when-matched | appends | strips
#     declared_by: team-edge
#     expires: 2030-01-31
# Who can change a hop; the first that answers wins.
# owners:
#   - {aws_tag: team}
#   - {k8s_label: app.kubernetes.io/part-of}
#   - {codeowners: CODEOWNERS}
#   - {default: team-platform}
# Findings that someone accepted until a day, each with a reason and who approved it, and layers that
# are being rolled out. cors-audit waivers says what a line accepts, or would.
# waivers: waivers.yaml
# Findings as tickets: dry-run prints what each run would open and close. Tokens are in variables.
# tickets:
#   mode: dry-run                          # off | dry-run | on
#   backlog_per_week: 5                    # per owner, worst first, of what was there at first
#   servers:
#     jira: {url: "https://example.atlassian.net", user: audit@example.com, token_env: JIRA_TOKEN}
#   routes:                                # the first that takes the owner wins
#     - {owner: team-accounts, jira: {project: ACC}}
#     - {owner: "*", github: {repo: example/cors-drift}}
# Ask live (a preflight and a GET, no credentials) before a ticket of severity high or worse is written.
# verify: {hosts: ["*.example.com"]}
# After each run a page and the whole run are written there, for your own people.
# publish: public/
# What cors-audit collect read where this host cannot reach.
# collected: ["incoming/*.run"]
# Messages, and a URL that is asked after each run, so that a missing run is noticed.
# notify:
#   slack: {webhook_env: CORS_AUDIT_SLACK, on: [new, unread], digest: monday}
#   heartbeat_env: CORS_AUDIT_HEARTBEAT
# fail_on: {severity: medium}
"""
