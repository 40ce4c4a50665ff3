"""The claims of the paper, executed: every one is a function with a tolerance that returns what it measured.

    from tsup.paper import claims
    claims.check("F08")

A verdict is *holds*, *holds differently* or *does not hold*; the one on record stands beside the statement, and
`python -m tsup claims` fails when a verdict is no longer that one.
"""

from collections.abc import Mapping

import xarray as xr

from tsup import gate
from tsup.errors import InputError
from tsup.paper.adversarial import claims as adversarial
from tsup.paper.adversarial import hardening
from tsup.paper.claim import Claim
from tsup.paper.computation import claims as computation
from tsup.paper.definitions import claims as definitions
from tsup.paper.demonstrating import claims as demonstrating
from tsup.paper.dynamics import claims as dynamics
from tsup.paper.findings import Findings
from tsup.paper.introduction import claims as introduction
from tsup.paper.nonlinear import claims as nonlinear
from tsup.paper.nonuniform import claims as nonuniform
from tsup.paper.phase import claims as phase
from tsup.paper.privileged import claims as privileged
from tsup.paper.replication import claims as replication
from tsup.paper.sensing import claims as sensing
from tsup.paper.sparse import claims as sparse
from tsup.paper.strategic import claims as strategic
from tsup.paper.uniform import claims as uniform
from tsup.paper.uniform import pressure
from tsup.paper.why import claims as why

SECTIONS = (
    introduction,
    definitions,
    demonstrating,
    phase,
    nonlinear,
    nonuniform,
    dynamics,
    adversarial,
    hardening,
    computation,
    privileged,
    replication,
    strategic,
    sensing,
    sparse,
    why,
    uniform,
    pressure,
)
CLAIMS: dict[str, Claim] = {one.id: one for section in SECTIONS for one in section.CLAIMS}


def select(*names: str) -> tuple[Claim, ...]:
    """The claims of these rows or with these ids; all without names. Raises InputError for an unknown name."""
    rows = sorted({claim.row for claim in CLAIMS.values()})
    for name in names:
        if name not in rows and name not in CLAIMS:
            known = [id for id in CLAIMS if id.startswith(f"{name.partition('.')[0]}.")]
            raise InputError(f"claim must be one of {', '.join(known or rows)}, got {name!r}")
    chosen = (c for c in CLAIMS.values() if not names or c.row in names or c.id in names)
    return tuple(sorted(chosen, key=lambda c: c.row))


def check(*names: str, data: Mapping[str, xr.Dataset] | None = None) -> Findings:
    """Test the claims of rows such as "F08", or single ones such as "F08.linear-five"; all without names.

    data: datasets by row to measure instead of the result files. Raises InputError for an unknown name, and for a
    result file that is absent, truncated or stale.
    """
    return Findings(claim.check(data or {}) for claim in select(*names))


gate.close(globals(), ["select", "check"])
