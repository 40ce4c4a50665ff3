"""The claims on results that were trained once more, beside the verdicts on record.

A training is a long chain of roundings. On a processor with other vector instructions the last bits differ, models
part, and the same configuration gives another run: what a claim says of both is worth more.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from tsup import audit, results
from tsup.errors import InputError
from tsup.paper.claims import CLAIMS
from tsup.paper.results import load
from tsup.paper.rows import find, trained


def file() -> Path:
    """Where the comparison lies."""
    return results.folder() / "rerun.json"


def compare(place: Path) -> dict[str, Any]:
    """The claims on the results in a folder, and on those on record.

    processor: what LLVM calls the one that kernels are compiled for, which should be the one that trained. rows: the
    hash of every result in the folder. losers: rows that lose to a model made by hand, and where (see
    `tsup.audit.losers`). claims: for every claim that rests on one, verdict and numbers on record and again. Raises
    InputError for a folder without results, and for a result that is not today's.
    """
    data = {row.id: load(row.id, place) for row in trained() if (place / f"{row.id}.nc").exists()}
    if not data:
        raise InputError(f"rerun must be a folder with results of rows, got {place} without any")
    resting = [claim for claim in CLAIMS.values() if set(claim.sources) & set(data)]
    pairs = {claim.id: (claim.check({}), claim.check(data)) for claim in resting}
    return {
        "processor": _processor(),
        "rows": {row: dataset.attrs["hash"] for row, dataset in data.items()},
        "losers": {row: lost for row, lost in _losers(data).items() if lost},
        "claims": {
            id: {
                "verdicts": [str(finding.verdict) for finding in both],
                "numbers": [finding.numbers for finding in both],
            }
            for id, both in pairs.items()
        },
    }


def _losers(data: Mapping[str, xr.Dataset]) -> dict[str, list[str]]:
    return {row: audit.losers(dataset, find(row).plan("paper").exempt) for row, dataset in data.items()}


def _processor() -> str:
    from llvmlite import binding
    from numba import config

    return str(vars(config)["CPU_NAME"] or binding.get_host_cpu_name())


def merged(found: Mapping[str, Any]) -> dict[str, Any]:
    """A comparison, and of the one on record what it says of other rows; `processor` names those of both."""
    before = read()
    if before is None:
        return dict(found)
    processors = dict.fromkeys([*before["processor"].split(", "), found["processor"]])
    kept = _without(before["losers"], found["rows"])
    return {
        "processor": ", ".join(processors),
        "rows": {**before["rows"], **found["rows"]},
        "losers": {**kept, **found["losers"]},
        "claims": {**before["claims"], **found["claims"]},
    }


def turned(found: Mapping[str, Any]) -> list[str]:
    """The claims whose verdict was another one the second time."""
    return [id for id, claim in found["claims"].items() if len(set(claim["verdicts"])) > 1]


def write(found: Mapping[str, Any]) -> Path:
    """Keep a comparison as JSON; returns its path."""
    file().write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return file()


def read() -> dict[str, Any] | None:
    """The comparison without what rests on rows that have changed since; None where nothing is left of it."""
    found = json.loads(file().read_text()) if file().is_file() else {"rows": {}}
    changed = {row for row, hash in found["rows"].items() if hash != find(row).digest("paper")}
    if not set(found["rows"]) - changed:
        return None
    of_rows = {name: _without(found[name], changed) for name in ("rows", "losers")}
    resting = {id for id in found["claims"] if changed & set(CLAIMS[id].sources)}
    return {**found, **of_rows, "claims": _without(found["claims"], resting)}


def _without(found: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}
