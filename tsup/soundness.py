"""How sound every trained row is, in one table: models by hand, dead outputs, twice the steps, thresholds, nulls."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from tsup import audit, doubling
from tsup.claims import CLAIMS, Claim
from tsup.experiments import Experiment, find, trained
from tsup.results import load

HEADS = {
    "row": "Row",
    "ratio": "Loss over the best by hand",
    "dead": "Dead outputs",
    "doubled": "Twice the steps",
    "thresholds": "Thresholds at half and twice",
    "null": "Without the effect",
}


class Table(tuple[dict[str, Any], ...]):
    """Summaries of rows; prints as plain text, and as an HTML table in a notebook."""

    __slots__ = ()

    def cells(self) -> list[tuple[str, ...]]:
        """The text of every cell, in the order of `HEADS`."""
        return [tuple(line[key] for key in HEADS) for line in self]

    def __str__(self) -> str:
        return "\n".join(
            f"{row}\n"
            + "\n".join(
                f"  {head}: {cell}" for head, cell in zip(list(HEADS.values())[1:], rest, strict=True)
            )
            for row, *rest in self.cells()
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS.values())
        body = "".join(
            f'<tr><th scope="row">{escape(row)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
            + "</tr>"
            for row, *rest in self.cells()
        )
        return f'<table class="tsup-claims"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def table(*rows: str) -> Table:
    """The summaries of these rows, of all that are trained without names. Raises InputError as `summary` does."""
    return Table(summary(experiment) for experiment in ([find(row) for row in rows] or list(trained())))


def summary(experiment: Experiment) -> dict[str, Any]:
    """A row of the table of all rows, as plain JSON with text to print.

    Its loss over that of the best model by hand, dead outputs, what twice the steps move, thresholds at half and
    twice, nulls; and `losers`, where it loses. A result from before there were audits is said not to be audited. Raises
    InputError for a row without a result.
    """
    dataset = load(experiment.id)
    audited = "audit" in dataset.attrs
    found, exempt = audit.of(dataset) if audited else {}, experiment.plan(dataset.attrs["scale"]).exempt
    resting = [claim for claim in CLAIMS.values() if experiment.id in claim.sources]
    doubled = doubling.read(experiment.id)
    return {
        "row": experiment.id,
        "ratio": _ratio_in_words(found, exempt) if audited else "not audited",
        "dead": _dead_in_words(found) if audited else "not audited",
        "doubled": "not compared"
        if doubled is None
        else "; ".join(doubling.moved(doubled)) or "nothing moves",
        "thresholds": _thresholds_in_words(resting),
        "null": _nulls_in_words(resting),
        "losers": audit.losers(dataset, exempt) if audited else [],
    }


def _ratio_in_words(found: audit.Found, exempt: Mapping[str, str]) -> str:
    known = [
        at["ratio"] for name, at_each in found.items() if name not in exempt for at in at_each if at["ratio"]
    ]
    rest = "".join(f"; {name}: {why}" for name, why in exempt.items())
    return (f"{min(known):.3f} … {max(known):.3f}" if known else "none by hand") + rest


def _dead_in_words(found: audit.Found) -> str:
    at = [
        f"{one['dead']} at {audit.words(one['density'])}"
        for each in found.values()
        for one in each
        if one["dead"]
    ]
    return "; ".join(dict.fromkeys(at)) or "none"


def _thresholds_in_words(claims: Iterable[Claim]) -> str:
    tried, turning = [claim for claim in claims if claim.thresholds], []
    for claim in tried:
        verdict = claim.check({}).verdict
        if any(other != verdict for other in claim.sensitivity({}).values()):
            turning.append(claim.id)
    return f"{len(tried)} claims, {', '.join(turning) or 'none'} turning" if tried else "none"


def _nulls_in_words(claims: Iterable[Claim]) -> str:
    tried = {claim.id: claim.on_null({}) for claim in claims if claim.null}
    passing = [id for id, verdict in tried.items() if verdict == "holds"]
    return f"{len(tried)} claims, {', '.join(passing) or 'none'} holding on it" if tried else "none"
