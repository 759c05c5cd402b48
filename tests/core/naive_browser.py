"""What a browser makes of answers, the naive way: the second opinion's own reading of the standard."""

from collections.abc import Callable, Iterable

from tests.core.naive import CREDENTIALS, HEADERS, METHODS, ORIGIN, Answer


def reads(origin: str, one: Answer) -> set[str]:
    """`anon` and `cred`, as far as the Fetch standard's CORS check passes."""
    allowed = [value.strip(" \t\r\n") for name, value in one["lines"] if name == ORIGIN]
    creds = [value.strip(" \t\r\n") for name, value in one["lines"] if name == CREDENTIALS]
    found = set()
    if allowed in (["*"], [origin]):
        found.add("anon")
    if allowed == [origin] and creds == ["true"]:
        found.add("cred")
    return found


def sends(origin: str, method: str, names: tuple[str, ...], one: Answer) -> set[str]:
    """`anon` and `cred`, as far as the preflight for `method` and `names` passes."""
    methods, headers = listed(one, METHODS), listed(one, HEADERS)
    if not 200 <= one["status"] < 300 or methods is None or headers is None:
        return set()
    headers = {name.lower() for name in headers}
    found = set()
    for mode in reads(origin, one):
        star = mode == "anon"
        fits = method in {"GET", "HEAD", "POST"} | methods or (star and "*" in methods)
        for name in names:
            covered = star and "*" in headers and name != "authorization"
            fits = fits and (name in headers or covered)
        if fits:
            found.add(mode)
    return found


def listed(one: Answer, header: str) -> set[str] | None:
    token = set("!#$%&'*+-.^_`|~") | set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    )
    found = set()
    for name, value in one["lines"]:
        if name == header:
            members = {member.strip(" \t\r\n") for member in value.split(",")} - {""}
            if any(set(member) - token for member in members):
                return None
            found |= members
    return found


def bounds(
    worlds: Iterable[list[Answer]], judged: Callable[[Answer], set[str]]
) -> dict[str, set[str]]:
    """`meet`, `join`, `sure` and `best` of {anon, cred} over all worlds."""
    everything = {"anon", "cred"}
    meet, join, sure, best = set(everything), set(), set(everything), set()
    for found in worlds:
        possible = set().union(*(judged(one) for one in found))
        usual = [judged(one) for one in found if one["usual"]]
        always = set.intersection(*usual) if usual else set()
        meet, join = meet & possible, join | possible
        sure, best = sure & always, best | always
    return {"meet": meet, "join": join, "sure": sure, "best": best}
