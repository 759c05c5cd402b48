"""Every rule, the most telling first, and the one way to run them on a judged path."""

from rules.cache_mixes_origins import RULE as CACHE_MIXES_ORIGINS
from rules.doubled_header import RULE as DOUBLED_HEADER
from rules.expired_waiver import RULE as EXPIRED_WAIVER
from rules.inner_policy_leaks import RULE as INNER_POLICY_LEAKS
from rules.layers_disagree import RULE as LAYERS_DISAGREE
from rules.narrowed_origin import RULE as NARROWED_ORIGIN
from rules.null_origin import RULE as NULL_ORIGIN
from rules.outgrown_waiver import RULE as OUTGROWN_WAIVER
from rules.plaintext_origin import RULE as PLAINTEXT_ORIGIN
from rules.precedence import run_rules, settle_routes
from rules.reflected_origin import RULE as REFLECTED_ORIGIN
from rules.rule import Rule
from rules.unread_hop import RULE as UNREAD_HOP
from rules.unused_waiver import RULE as UNUSED_WAIVER
from rules.widened_origin import RULE as WIDENED_ORIGIN
from rules.wildcard_credentials import RULE as WILDCARD_CREDENTIALS

__all__ = ("RULES", "run_rules", "settle_routes")

RULES: tuple[Rule, ...] = (
    DOUBLED_HEADER,
    INNER_POLICY_LEAKS,
    WILDCARD_CREDENTIALS,
    REFLECTED_ORIGIN,
    NULL_ORIGIN,
    PLAINTEXT_ORIGIN,
    WIDENED_ORIGIN,
    CACHE_MIXES_ORIGINS,
    NARROWED_ORIGIN,
    LAYERS_DISAGREE,
    UNREAD_HOP,
    OUTGROWN_WAIVER,
    EXPIRED_WAIVER,
    UNUSED_WAIVER,
)
