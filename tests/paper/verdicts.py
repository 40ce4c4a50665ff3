"""The verdict of one claim on datasets by row, shared by the tests of claims."""

import xarray as xr

from tsup.paper import claims
from tsup.paper.verdict import Verdict


def verdict(name: str, **data: xr.Dataset) -> Verdict:
    """What the claim of this id says of these datasets, and of the shipped ones for rows that are not given."""
    (finding,) = claims.check(name, data=data)
    return finding.verdict
