"""The estate of a plan, without judging it."""

from auditor.core.link.estate import Estate
from auditor.core.link.route import EnvironmentOf
from auditor.core.link.walk import Way, ways
from auditor.run.declared import declared
from auditor.run.plan import Plan
from auditor.run.readings import readings
from collectors.collector import Collected

UNASSIGNED = "unassigned"
"""The environment of what no rule of the configuration assigns."""


def estate_of(plan: Plan, collected: Collected) -> Estate:
    """Everything that was read, linked by name."""
    said = readings(collected, plan.assume, plan.config.links)
    return Estate(said, [declared(hop) for hop in plan.config.hops])


def environment_for(plan: Plan, estate: Estate, host: str, path: str) -> str:
    """The environment that `host` belongs to, by the configuration's rules."""
    return environment_of(plan)(host, ways(estate, host, path, "GET"))


def environment_of(plan: Plan) -> EnvironmentOf:
    """The look-up of environments: by host, and by the labels of every hop on the way."""
    environments = plan.config.environments

    def look_up(host: str, found: tuple[Way, ...]) -> str:
        facts: dict[str, set[str]] = {}
        for key, text in {pair for way in found for one in way.hops for pair in one.hop.labels}:
            facts.setdefault(key, set()).add(text)
        return environments.name(host, facts) or UNASSIGNED

    return look_up
