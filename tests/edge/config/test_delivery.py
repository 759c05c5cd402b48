"""`tickets:`, `notify:`, `verify:` and their neighbours: what is read, and every way to be wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from auditor.core.finding import Severity
from auditor.edge.config.delivery import (
    Mode,
    NoticeOn,
    Notify,
    Server,
    Slack,
    System,
    Target,
    TicketRoute,
    Tickets,
    Verify,
)
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.config.shape import CONFIG
from auditor.text.tree import Problem, plain
from auditor.text.yaml import parse_yaml

TODAY = date(2026, 11, 22)
V = "version: 1\n"
FULL = """\
version: 1
publish: /srv/reports/cors
waivers: waivers.yaml
collected: ["incoming/*.run", more/b.run]
verify: {on: new, min_severity: critical, hosts: ["*.example.com"], per_second: 0.5}
tickets:
  mode: on
  min_severity: low
  max_new_per_run: 20
  backlog_per_week: 5
  servers:
    jira: {url: "https://example.atlassian.net/", user: audit@example.com, token_env: JIRA_CORS}
    github: {url: "https://git.example.com/api/v3", token_file: /etc/cors-audit/github}
    roundup: {url: "http://localhost:8917/tracker", user: audit, token_env: RP}
  routes:
    - {owner: team-a, jira: {project: ACC, kind: Bug, labels: [cors, api]}}
    - {owner: "team-b*", gitlab: {project: group/sub/app}}
    - {owner: c, webhook: {name: siem, url: "https://siem.example.com/in?a=b", secret_env: SIEM_SECRET}}
    - {owner: d, roundup: {}}
    - {owner: "*", github: {repo: example/cors-drift, labels: [cors]}}
notify:
  slack: {webhook_env: CORS_AUDIT_SLACK, on: [new, failed], digest: friday}
  heartbeat_env: HEARTBEAT
  metrics: /var/lib/node/cors.prom
"""
JIRA = "  servers: {jira: {url: 'https://j.example'}}\n"
ROUTE = "tickets:\n  routes:\n    - {owner: a, %s}\n"
SERVER = "tickets: {servers: {%s}}\n"
HOOK = "webhook: {name: siem, secret_env: S, url: '%s'}"
WRONG = [
    ("tickets: on\n", 2, "'tickets' is true or false; write a mapping"),
    ("tickets: {mode: maybe}\n", 2, "'tickets.mode' is none of off, dry-run, on"),
    ("tickets: {mode: 1}\n", 2, "'tickets.mode' is read by YAML as a number"),
    ("tickets: {mode: on}\n", 2, "'tickets.mode' is on, and no route says where tickets go; add"),
    ("tickets: {mode: 'on', routes: []}\n", 2, "'tickets.mode' is on, and no route says"),
    ("tickets: {min_severity: bad}\n", 2, "is none of info, low, medium, high, critical"),
    ("tickets: {max_new_per_run: 0}\n", 2, "is not between 1 and 1000"),
    ("tickets: {backlog_per_week: -1}\n", 2, "is not between 0 and 1000"),
    ("tickets: {token: x}\n", 2, "'token' of 'tickets' is an unknown key"),
    (ROUTE % "jira: {project: ACC}", 3, "'tickets.routes[0]' needs the address of jira"),
    (ROUTE % "roundup: {}", 3, "add it to tickets: servers: {roundup: {url: ..., user: ...}}"),
    (ROUTE % "jira: {project: ACC}, github: {repo: a/b}", 4, "has github and jira; write exactly"),
    ("tickets:\n  routes:\n    - {owner: a}\n", 4, "'tickets.routes[0]' has none of its keys"),
    ("tickets:\n  routes:\n    - {roundup: {}}\n" + SERVER[9:9], 4, "has no owner; add owner"),
    (ROUTE % "github: {repo: cors}", 4, "'tickets.routes[0].github.repo' is no repository"),
    (ROUTE % "github: {repo: a/..}", 4, "is no repository; write owner/name"),
    (ROUTE % "github: {repo: 'a/b?c'}", 4, "is no repository"),
    (ROUTE % "github: {repo: a/b/c}", 4, "is no repository"),
    (ROUTE % "github: {}", 4, "'tickets.routes[0].github' has no repo"),
    (ROUTE % "gitlab: {project: app}", 4, "is no path of a project; write group/project"),
    (ROUTE % "gitlab: {project: 12}", 4, "is read by YAML as a number, not as a text"),
    (ROUTE % "gitlab: {project: a//b}", 4, "is no path of a project"),
    (ROUTE % "jira: {project: acc}", 4, "'tickets.routes[0].jira.project' is no key of a project"),
    (ROUTE % "jira: {project: NO}", 4, "is read by YAML as true or false, not as a text"),
    (ROUTE % "jira: {project: 'A\" OR 1'}", 4, "is no key of a project; write the key in capitals"),
    (ROUTE % "jira: {project: ACC, labels: [a b]}", 4, "has a blank, and labels of Jira have none"),
    (ROUTE % "github: {repo: a/b, labels: ['a,b']}", 4, "has a comma, which parts labels"),
    (ROUTE % f"github: {{repo: a/b, labels: [{'x' * 51}]}}", 4, "is longer than 50 characters"),
    (ROUTE % "github: {repo: a/b, kind: Bug}", 4, "'kind' of 'tickets.routes[0].github' is an un"),
    (ROUTE % "webhook: {name: siem, secret_env: S}", 4, "has no url; add url: where events"),
    (ROUTE % "webhook: {name: a, url: 'https://a.example'}", 4, "has no secret_env"),
    (ROUTE % HOOK % "http://a.example/in", 4, "webhook.url' sends tokens unencrypted; write https"),
    (ROUTE % HOOK % "ftp://a.example", 4, "has no host that can be asked; write https:// and"),
    (ROUTE % HOOK % "https://u:p@a.example", 4, "is no URL of a server; write https:// and a host"),
    (ROUTE % HOOK % "https://a.example#x", 4, "has a query or a fragment"),
    (
        ROUTE % HOOK % "https://A.example",
        4,
        "has no host that can be asked; write https://a.example",
    ),
    (ROUTE % HOOK % "https://", 4, "has no host that can be asked"),
    (ROUTE % HOOK.replace("siem", "a/b") % "https://a.example", 4, "webhook.name' is no name"),
    (SERVER % "jira: {}", 2, "'tickets.servers.jira' has no url; add url: its address, as https"),
    (SERVER % "roundup: {url: 'https://r.example'}", 2, "'tickets.servers.roundup' has no user"),
    (SERVER % "github: {url: 'http://g.example'}", 2, "github.url' sends tokens unencrypted"),
    (SERVER % "github: {url: 'https://g.example?a=b'}", 2, "has a query or a fragment"),
    (SERVER % "github: {user: a}", 2, "'user' of 'tickets.servers.github' is an unknown key"),
    (SERVER % "github: {token_env: A, token_file: a}", 2, "stands beside token_env; remove one"),
    (SERVER % "github: {token_env: ghp_16C7e42F292c69}", 2, "is no name of a variable in capitals"),
    (SERVER % "gitea: {url: 'https://g.example'}", 2, "'gitea' of 'tickets.servers' is an unknown"),
    (
        "tickets:\n  routes:\n    - {owner: '*', github: {repo: a/b}}\n"
        "    - {owner: a, github: {repo: a/b}}\n",
        3,
        "'tickets.routes[1]' is never reached: a route before it takes the same; move it up",
    ),
    (
        "tickets:\n  routes:\n    - {owner: b, github: {repo: a/b}}\n"
        "    - {owner: a, github: {repo: a/b, labels: [c]}}\n",
        3,
        "'tickets.routes[1]' describes github:a/b otherwise than a route before it",
    ),
    ("notify: {slack: {}}\n", 2, "'notify.slack' has no webhook_env"),
    ("notify: {slack: {webhook_env: 'https://hooks.example/x'}}\n", 2, "is no name of a variable"),
    ("notify: {slack: {webhook_env: S, on: [old]}}\n", 2, "is none of new, unread, failed"),
    (
        "notify: {slack: {webhook_env: S, on: new}}\n",
        2,
        "'notify.slack.on' is a text; write a list",
    ),
    ("notify: {slack: {webhook_env: S, digest: Monday}}\n", 2, "is no day of the week"),
    ("notify: {metrics: 1}\n", 2, "is read by YAML as a number"),
    ("verify: {}\n", 2, "'verify' has no hosts; add hosts: globs of hosts that may be asked"),
    ("verify: {hosts: []}\n", 2, "'verify.hosts' is an empty list"),
    ("verify: {hosts: ['*']}\n", 2, "'verify.hosts[0]' takes every host; name the hosts"),
    ("verify: {hosts: ['*.*']}\n", 2, "'verify.hosts[0]' takes every host"),
    ("verify: {hosts: ['https://a.example']}\n", 2, "'verify.hosts[0]' is no host"),
    ("verify: {hosts: [a.example], on: all}\n", 2, "'verify.on' is not new; write new"),
    ("verify: {hosts: [a.example], per_second: 0}\n", 2, "is not above 0 and at most 50"),
    ("verify: {hosts: [a.example], per_second: .inf}\n", 2, "is not above 0 and at most 50"),
    ("verify: {hosts: [a.example], per_second: .nan}\n", 2, "is not above 0 and at most 50"),
    ("verify: {hosts: [a.example], per_second: yes}\n", 2, "is true or false; write a number"),
    ("collected: a.run\n", 2, "'collected' is a text; write a list"),
    ("collected: []\n", 2, "'collected' is an empty list"),
    ("waivers: []\n", 2, "'waivers' is a list; write a text"),
    ("publish: ' a'\n", 2, "'publish' is empty or has blanks around it"),
]


def config_of(text: str) -> Config:
    loaded = load_config(text.encode(), "c.yaml", TODAY)
    assert isinstance(loaded, Config), "\n".join(map(str, loaded))
    return loaded


def problems_of(text: str) -> tuple[Problem, ...]:
    loaded = load_config(text.encode(), "c.yaml", TODAY)
    assert not isinstance(loaded, Config)
    return loaded


def tickets_of(text: str) -> Tickets:
    tickets = config_of(V + text).tickets
    assert tickets is not None
    return tickets


def test_the_full_example_loads() -> None:
    config = config_of(FULL)
    assert (config.publish, config.waivers) == ("/srv/reports/cors", "waivers.yaml")
    assert [one.path for one in config.collected] == ["incoming/*.run", "more/b.run"]
    assert config.verify == Verify(("*.example.com",), Severity.CRITICAL, 0.5)
    assert config.notify == Notify(
        Slack("CORS_AUDIT_SLACK", (NoticeOn.NEW, NoticeOn.FAILED), 4),
        "HEARTBEAT",
        "/var/lib/node/cors.prom",
    )
    tickets = config.tickets
    assert tickets is not None
    assert (tickets.mode, tickets.min_severity) == (Mode.ON, Severity.LOW)
    assert (tickets.max_new_per_run, tickets.backlog_per_week) == (20, 5)
    jira = Server("https://example.atlassian.net", "audit@example.com", "JIRA_CORS")
    hub = Server("https://git.example.com/api/v3", token_file="/etc/cors-audit/github")
    hook = Server("https://siem.example.com/in?a=b", token_env="SIEM_SECRET")
    assert tickets.routes == (
        TicketRoute("team-a", Target(System.JIRA, "ACC", ("cors", "api"), "Bug", jira)),
        TicketRoute(
            "team-b*",
            Target(System.GITLAB, "group/sub/app", server=Server("https://gitlab.com")),
        ),
        TicketRoute("c", Target(System.WEBHOOK, "siem", server=hook)),
        TicketRoute(
            "d",
            Target(
                System.ROUNDUP,
                "tracker",
                server=Server("http://localhost:8917/tracker", "audit", "RP"),
            ),
        ),
        TicketRoute("*", Target(System.GITHUB, "example/cors-drift", ("cors",), server=hub)),
    )
    assert tickets.routes[3].target.name == "roundup:tracker"


def test_nothing_said_is_nothing_done() -> None:
    config = config_of(V)
    assert (config.tickets, config.verify, config.notify) == (None, None, Notify())
    assert (config.waivers, config.publish, config.collected) == (None, None, ())
    assert tickets_of("tickets: {}\n") == Tickets(Mode.DRY_RUN, Severity.MEDIUM, 15, 0, ())
    assert config_of(V + "verify: {hosts: [a.example]}\n").verify == Verify(("a.example",))


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("off", Mode.OFF),
        ("no", Mode.OFF),
        ("'off'", Mode.OFF),
        ("dry-run", Mode.DRY_RUN),
        ("on", Mode.ON),
        ("'on'", Mode.ON),
        ("true", Mode.ON),
    ],
)
def test_on_and_off_mean_what_they_say_with_and_without_quotes(word: str, mode: Mode) -> None:
    route = "routes: [{owner: '*', github: {repo: a/b}}]"
    assert tickets_of(f"tickets: {{mode: {word}, {route}}}\n").mode is mode


def test_the_vendors_own_services_need_no_address() -> None:
    tickets = tickets_of(ROUTE % "github: {repo: a/b}")
    assert tickets.routes[0].target.server == Server("https://api.github.com")
    tickets = tickets_of((ROUTE % "jira: {project: A_1}") + JIRA)
    assert tickets.routes[0].target.server == Server("https://j.example")


@pytest.mark.parametrize(("text", "line", "part"), WRONG)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int, part: str) -> None:
    found = [str(problem) for problem in problems_of(V + text)]
    assert len(found) == 1, found
    assert found[0].startswith(f"c.yaml:{line}: ")
    assert part in found[0], found


def test_every_fault_comes_at_once() -> None:
    text = (
        V + "waivers: 1\ntickets:\n  mode: maybe\n  servers: {jira: {}}\n"
        "  routes:\n    - {owner: a, github: {repo: x}}\n    - {jira: {project: acc}}\n"
        "notify: {slack: {}}\nverify: {hosts: ['*'], per_second: 99}\n"
    )
    where = [problem.where for problem in problems_of(text)]
    assert where == [f"c.yaml:{line}" for line in (2, 4, 5, 7, 8, 8, 9, 10, 10)]


def test_a_token_that_was_pasted_in_is_not_shown() -> None:
    for text in (
        SERVER % "github: {token_env: ghp_16C7e42F}",
        SERVER % "github: {token: ghp_16C7}",
    ):
        assert all("ghp_16" not in str(problem) for problem in problems_of(V + text))


def test_the_full_example_fits_the_schema_and_wrong_ones_are_red() -> None:
    validator = Draft7Validator(CONFIG.schema())

    def errors(text: str) -> int:
        (document,) = parse_yaml(text.encode(), "c.yaml").documents
        return len(list(validator.iter_errors(plain(document.root))))

    # Editors read YAML 1.2, to which `on` is a text.
    assert errors(FULL.replace(" on: ", ' "on": ').replace("{on: ", '{"on": ')) == 0
    for text in ("tickets: {mode: maybe}\n", "verify: {hosts: [a], per_second: 51}\n"):
        assert errors(V + text)


KEYS = st.sampled_from(
    [
        "mode",
        "servers",
        "routes",
        "owner",
        "jira",
        "github",
        "webhook",
        "url",
        "user",
        "repo",
        "project",
        "labels",
        "name",
        "secret_env",
        "token_env",
        "slack",
        "on",
        "digest",
        "hosts",
    ]
)
VALUES: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(
        ["", "1", "on", "'*'", "a/b", "ACC", "'https://a.example'", "X", ".nan", "!x y"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(KEYS, inner, max_size=4).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=10,
)


@settings(max_examples=300)
@given(st.sampled_from(["tickets", "notify", "verify"]), st.dictionaries(KEYS, VALUES, max_size=4))
def test_no_shape_raises(top: str, entries: dict[str, str]) -> None:
    text = f"{V}{top}:\n  x: 1\n" + "".join(f"  {key}: {value}\n" for key, value in entries.items())
    assert problems_of(text)
