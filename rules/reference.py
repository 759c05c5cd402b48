"""What frameworks and standards ask for: as the practice cites it, and as the named edition has it.

Neither corrected in silence nor repeated: where the two differ, both are shown.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Confidence(StrEnum):
    """How the id in the named edition is known."""

    READ = "read in the source"
    SECOND_HAND = "read in a secondary source"
    UNCHECKED = "from memory, unchecked"


@dataclass(frozen=True, slots=True)
class Reference:
    """One id. `cited`: as the practice cites it, empty where it does not; `edition`: the id in the
    named edition."""

    cited: str
    edition: str
    confidence: Confidence


def _read(edition: str) -> Reference:
    return Reference("", edition, Confidence.READ)


def _unchecked(edition: str) -> Reference:
    return Reference("", edition, Confidence.UNCHECKED)


ACCESS_POLICY: Final = Reference(
    "NIST CSF 2.0 PR.AC-4",
    "NIST CSF 2.0 PR.AA-05 (PR.AC-4 is its id in CSF 1.1)",
    Confidence.SECOND_HAND,
)
ZERO_TRUST: Final = Reference(
    "NIST SP 800-207 PA-2",
    "NIST SP 800-207, 2.1, tenets 3, 4 and 6 (an id PA-2 was not found there)",
    Confidence.SECOND_HAND,
)
NON_HUMAN: Final = Reference(
    "OWASP Non-Human Identity Top 10 NHI-03",
    "NHI2:2025 Secret Leakage and NHI5:2025 Overprivileged NHI "
    "(NHI3:2025 is Vulnerable Third-Party NHI)",
    Confidence.SECOND_HAND,
)
ASVS_ALLOWLIST: Final = _read("OWASP ASVS 5.0.0, 3.4.2")
ASVS_PREFLIGHT: Final = _read("OWASP ASVS 5.0.0, 3.5.1 and 3.5.2")
ASVS_NULL: Final = _read("OWASP ASVS 4.0.3, 14.5.3 (names null; 5.0.0 no longer does)")
WSTG_CORS: Final = _read("OWASP WSTG-CLNT-07")
API_MISCONFIGURATION: Final = _read("OWASP API Security Top 10 2023, API8")
API_INVENTORY: Final = _read("OWASP API Security Top 10 2023, API9")
PERMISSIVE_POLICY: Final = Reference(
    "",
    "CWE-942 Permissive Cross-domain Security Policy with Untrusted Domains",
    Confidence.SECOND_HAND,
)
ORIGIN_VALIDATION: Final = _read("CWE-346 Origin Validation Error")
CLEARTEXT: Final = _unchecked("CWE-319 Cleartext Transmission of Sensitive Information")
INTERPRETATION_CONFLICT: Final = _unchecked("CWE-436 Interpretation Conflict")
CONFIGURATION_OWNED: Final = Reference(
    "", "ISO/IEC 27001:2022 A.8.9 configuration management", Confidence.SECOND_HAND
)
