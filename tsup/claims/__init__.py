"""The claims of the paper, executed: every one is a function with a tolerance that returns what it measured.

    from tsup import claims
    claims.check("F08")

A verdict is *holds*, *holds differently* or *does not hold*; the one on record stands beside the statement, and
`python -m tsup claims` fails when a verdict is no longer that one.
"""

from tsup.claims import (
    adversarial,
    computation,
    definitions,
    demonstrating,
    dynamics,
    hardening,
    introduction,
    nonuniform,
    phase,
    pressure,
    privileged,
    replication,
    theory,
    uniform,
)
from tsup.claims.registry import CLAIMS, Claim, check, select
from tsup.claims.verdict import Finding, Findings, Verdict

_SECTIONS = (
    introduction,
    definitions,
    demonstrating,
    phase,
    nonuniform,
    dynamics,
    adversarial,
    hardening,
    computation,
    privileged,
    replication,
    theory,
    uniform,
    pressure,
)  # importing them registers their claims

__all__ = ["CLAIMS", "Claim", "Finding", "Findings", "Verdict", "check", "select"]
