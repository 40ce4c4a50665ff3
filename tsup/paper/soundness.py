"""How sound every row is, in one table: models by hand, dead outputs, twice the steps, thresholds, nulls."""

from collections.abc import Mapping
from html import escape
from operator import attrgetter
from typing import Any

from tsup import audit
from tsup.paper import doubling, rerun
from tsup.paper.claim import Claim
from tsup.paper.claims import CLAIMS
from tsup.paper.experiment import Experiment
from tsup.paper.findings import to_the_left
from tsup.paper.results import load
from tsup.paper.rows import REGISTRY, find

HEADS = {
    "row": "Row",
    "ratio": "Loss over the best by hand",
    "dead": "Dead outputs",
    "doubled": "Twice the steps",
    "rerun": "Trained once more",
    "thresholds": "Thresholds at half and twice",
    "null": "Without the effect",
}

UNTRAINED = {**dict.fromkeys(("ratio", "dead", "doubled", "rerun"), "not trained"), "losers": []}


class Table(tuple[dict[str, Any], ...]):
    """Summaries of rows; prints as plain text, and as an HTML table in a notebook."""

    __slots__ = ()

    def cells(self) -> list[tuple[str, ...]]:
        """The text of every cell, in the order of `HEADS`."""
        return [tuple(line[key] for key in HEADS) for line in self]

    def __str__(self) -> str:
        heads = list(HEADS.values())[1:]
        return "\n".join(
            "\n  ".join([f"{row} {line['title']}", *(f"{h}: {c}" for h, c in zip(heads, rest, strict=True))])
            for line, (row, *rest) in zip(self, self.cells(), strict=True)
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS.values())
        body = "".join(map(_html_row, self))
        return to_the_left(
            f'<table class="tsup-rows"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
        )


def _html_row(line: Mapping[str, Any]) -> str:
    """A row of the table; each cell names its head, for where there is no room for columns."""
    cells = "".join(
        f'<td data-head="{head}">{escape(line[key])}</td>' for key, head in HEADS.items() if key != "row"
    )
    title = f"<code>{escape(line['row'])}</code> <small>{escape(line['title'])}</small>"
    return f'<tr><th scope="row">{title}</th>{cells}</tr>'


def ratios() -> dict[str, list[float]]:
    """Row → its trainings' losses over those of the best models made by hand, at every density.

    Without rows that were not audited, trainings that may lose, and what no model can be made by hand for.
    """
    found = {}
    for experiment in filter(attrgetter("plans"), _ordered()):
        dataset = load(experiment.id)
        if "audit" in dataset.attrs:
            found[experiment.id] = _ratios(audit.of(dataset), experiment.plan(dataset.attrs["scale"]).exempt)
    return {row: known for row, known in found.items() if known}


def _ratios(found: audit.Found, exempt: Mapping[str, str]) -> list[float]:
    return [
        at["ratio"]
        for name, at_each in found.items()
        for at in at_each
        if at["ratio"] and not audit.may_lose(name, at["density"], exempt)
    ]


def table(*rows: str) -> Table:
    """The summaries of these rows, of all without names. Raises InputError as `summary` does."""
    return Table(summary(experiment) for experiment in ([find(row) for row in rows] or _ordered()))


def _ordered() -> list[Experiment]:
    """All rows: the paper's figures first, then its comments, its replications and its appendix."""
    return [REGISTRY[row] for row in sorted(REGISTRY, key=lambda row: ("FCRA".index(row[0]), int(row[1:])))]


def _rows(claim: Claim) -> tuple[str, ...]:
    """The trained rows that a claim is measured on; its own if it is computed on the spot."""
    return claim.sources or (claim.row,)


def summary(experiment: Experiment) -> dict[str, Any]:
    """A row of the table of all rows, as plain JSON with text to print.

    Its loss over that of the best model by hand, dead outputs, what twice the steps move, what turns when it is
    trained once more, thresholds at half and twice, nulls; and `losers`, where it loses. A row whose claims are
    computed on the spot is said not to be trained, one whose claims all rest on other rows names these, and a result
    from before there were audits is said not to be audited. Raises InputError for a trained row without a result.
    """
    resting = [claim for claim in CLAIMS.values() if experiment.id in _rows(claim)]
    named = {"row": experiment.id, "title": experiment.title}
    if not resting:
        others = {row for claim in CLAIMS.values() if claim.row == experiment.id for row in claim.sources}
        return dict.fromkeys(HEADS, f"see {', '.join(sorted(others))}") | named | {"losers": []}
    return {
        **named,
        **(_training_in_words(experiment, resting) if experiment.plans else UNTRAINED),
        "thresholds": _thresholds_in_words(resting),
        "null": _nulls_in_words(resting),
    }


def _training_in_words(experiment: Experiment, resting: list[Claim]) -> dict[str, Any]:
    """What a summary says of the row's trainings."""
    dataset = load(experiment.id)
    audited = "audit" in dataset.attrs
    found, exempt = audit.of(dataset) if audited else {}, experiment.plan(dataset.attrs["scale"]).exempt
    return {
        "ratio": _ratio_in_words(found, exempt) if audited else "not audited",
        "dead": _dead_in_words(found) if audited else "not audited",
        "doubled": "; ".join(doubling.said(experiment.id, exempt)),
        "rerun": _rerun_in_words(experiment.id, resting),
        "losers": audit.losers(dataset, exempt) if audited else [],
    }


def _ratio_in_words(found: audit.Found, exempt: Mapping[str, str]) -> str:
    known = _ratios(found, exempt)
    why: dict[str, list[str]] = {}
    for name, reason in exempt.items():
        why.setdefault(reason, []).append(name)
    rest = "".join(f"; without {', '.join(names)}: {reason}" for reason, names in why.items())
    ends = dict.fromkeys(f"{end(known):.3f}" for end in (min, max)) if known else ["none by hand"]
    return " to ".join(ends) + rest


def _dead_in_words(found: audit.Found) -> str:
    dead = [one for each in found.values() for one in each if one["dead"]]
    if not dead:
        return "none"
    ends = [p for one in dead for p in one["density"]]
    return f"up to {max(one['dead'] for one in dead)}, at {audit.words([min(ends), max(ends)])}"


def _rerun_in_words(row: str, claims: list[Claim]) -> str:
    """Which verdicts were others when the row was trained once more."""
    found = rerun.read()
    if found is None or row not in found["rows"]:
        return "not compared"
    tried = [claim.id for claim in claims if claim.id in found["claims"]]
    return _tried(len(tried), [id for id in tried if id in rerun.turned(found)], "turn")


def _thresholds_in_words(claims: list[Claim]) -> str:
    """Which verdicts turn from those on record, which the built pages are held to; and what the others have."""
    tried = [claim for claim in claims if claim.thresholds]
    turning = [
        claim.id
        for claim in tried
        if any(other != claim.expected for other in claim.sensitivity({}).values())
    ]
    others = [bool(claim.bars) for claim in claims if not claim.thresholds]
    return "; ".join(
        [_tried(len(tried), turning, "turn")] * bool(tried)
        + [f"{sum(others)} with bars alone"] * any(others)
        + [f"{others.count(False)} with neither"] * (False in others)
    )


def _nulls_in_words(claims: list[Claim]) -> str:
    """Which claims do as well where there is nothing to find, and how many are no statistics."""
    tried = [claim for claim in claims if claim.null]
    blind = [claim.id for claim in tried if claim.is_blind({})]
    rest = sum(claim.kind == "identity" for claim in claims)
    return "; ".join(
        [_tried(len(tried), blind, "hold")] * bool(tried) + [f"{rest} a theorem or by hand"] * bool(rest)
    )


def _tried(count: int, found: list[str], does: str) -> str:
    """Of so many claims, which ones do it."""
    return f"{len(found) or 'none'} of {count} {does}{': ' if found else ''}{', '.join(found)}"
