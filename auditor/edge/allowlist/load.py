"""Allowlist files to one `Allowlist`: read each, look every name up, say all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from auditor.core.allowlist import Allowlist
from auditor.core.reading import Where
from auditor.edge.allowlist.assembly import assemble
from auditor.edge.allowlist.model import TeamFile
from auditor.edge.allowlist.schema import ALLOWLIST
from auditor.edge.config.ledger import in_order
from auditor.edge.config.load import read_record
from auditor.edge.config.shape import CONFIG
from auditor.text.problems import printable
from auditor.text.tree import Mapping as MappingNode
from auditor.text.tree import Problem
from auditor.text.yaml import parse_yaml

Files = Iterable[tuple[str, bytes]]


def load_allowlist(files: Files) -> Allowlist | tuple[Problem, ...]:
    """Read the files of an allowlist, one for each team, given as names and contents.

    A route finds groups and origins in its own file first, then in the others. Returns every
    problem of every file at once, or the allowlist; its digest is of the contents, whatever the
    files are called. Never raises on content.
    """
    given = sorted(files)
    teams, problems = read_team_files(given)
    if not given:
        do = "name an allowlist.yaml, or a folder with one file a team"
        return (Problem("allowlist", "there is no allowlist file", do),)
    found = assemble(teams)
    if problems or found.problems:
        return in_order((*problems, *found.problems))
    return Allowlist(found.routes, found.origins, _digest(content for _, content in given))


def read_team_files(files: Files) -> tuple[tuple[TeamFile, ...], tuple[Problem, ...]]:
    """Read each file by itself: what could be read of each, and the problems of all."""
    teams: list[TeamFile] = []
    problems: list[Problem] = []
    for name, data in sorted(files):
        found = read_record(data, name, ALLOWLIST)
        team, faults = found
        problems += faults
        if team is not None:
            teams.append(replace(team, name=printable(name)))
    return tuple(teams), tuple(problems)


def review_intervals(teams: Iterable[TeamFile]) -> Mapping[Where, int]:
    """Return how many days a review holds (`review_every`), by the place of the origin entry."""
    return {
        line.where: days
        for team in teams
        for line in team.origins
        if (days := line.review_every or team.defaults.review_every) is not None
    }


def uncompared(teams: Iterable[TeamFile]) -> Iterator[Problem]:
    """Yield a line for each setting that is read but that this release compares with nothing."""
    for team in teams:
        for line in team.routes:
            if line.max_age is not None:
                what = f"max_age of {line.match} is not compared by this release"
                yield Problem(str(line.where), what, "it may stay; nothing is judged by it")


def is_allowlist(data: bytes, name: str) -> bool:
    """Return whether a file is meant as an allowlist: its keys tell, not whether it is right.

    A file whose keys belong to neither of the user's files counts as an allowlist.
    """
    documents = parse_yaml(data, name).documents
    root = documents[0].root if documents else None
    keys = {key.text for key, _ in root.entries} if isinstance(root, MappingNode) else set()
    own = {field.key for field in ALLOWLIST.fields}
    others = {field.key for field in CONFIG.fields} | set(CONFIG.later)
    return bool(keys & (own - others)) or not keys & (others - own)


def _digest(contents: Iterable[bytes]) -> str:
    return sha256(
        "".join(sorted(sha256(data).hexdigest() for data in contents)).encode()
    ).hexdigest()
