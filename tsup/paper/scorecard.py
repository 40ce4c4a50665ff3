"""The scorecard: every row of the paper, with the verdicts of its claims, as they come out where it is printed."""

from collections.abc import Iterator, Sequence
from html import escape

from tsup import gate, links
from tsup.paper import claims, sources
from tsup.paper.claim import Claim
from tsup.paper.findings import CLASSES, Findings, line, typeset
from tsup.paper.paper_map import ROWS, Row
from tsup.paper.rows import REGISTRY
from tsup.paper.standing import MISSING, in_prose, summary
from tsup.paper.verdict import KINDS, MARKS, Finding

HEADS = ("Verdict", "Claim and what was measured", "Tolerance")
NAMES = dict(zip(KINDS, ("paper", "theorem or by hand", "ours"), strict=True))
IN_PROSE, ABSENT = "told in prose", "not yet in the book"
NOWHERE = "Without a chapter of its own"


class Card(Findings):
    """The findings of every claim; prints a row of the paper after the other, and as a table on a page."""

    __slots__ = ()

    def of(self, row: Row) -> Sequence[Finding]:
        """The findings of a row."""
        return [finding for finding in self if finding.row == row.id]

    def __str__(self) -> str:
        return "\n".join(text for row in ROWS for text in _text(row, self.of(row)))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
        body = "".join(_html(row, self.of(row)) for row in ROWS)
        told = "".join(f"<p>{escape(_capital(text))}.</p>" for text in (summary(), self.tally()))
        return (
            f'<div class="tsup-scorecard">{told}<div class="tsup-filter-place"></div>'
            f"<table><thead><tr>{heads}</tr></thead>{body}</table></div>"
        )


def card() -> Card:
    """Check every claim; print it in a notebook, and it is the scorecard. Raises InputError as `claims.check` does."""
    return Card(claims.check())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(row: Row, findings: Sequence[Finding]) -> Iterator[str]:
    yield f"{row.id}  {row.says}"
    for finding in findings:
        yield f"  {MARKS[finding.verdict]} {finding.verdict_in_words}: {line(finding)}"
    if not findings:
        yield f"  {_unrun(row)[1]}"


def _unrun(row: Row) -> tuple[str, str]:
    """What stands in place of the verdict of a row without claims, and why."""
    return (IN_PROSE, in_prose()[row.id]) if row.id in in_prose() else (ABSENT, MISSING)


def _html(row: Row, findings: Sequence[Finding]) -> str:
    """The rows of the table for a row of the paper: its head, and below it its claims, or why there are none."""
    section = REGISTRY[row.id].section if row.id in REGISTRY else NOWHERE
    head = (
        f'<a data-claim="{row.id}" href="{_published(row.id)}"><code>{row.id}</code></a> {typeset(row.says)}'
    )
    below = "".join(map(_claim, findings)) if findings else _reason(row)
    return (
        f'<tbody id="row-{row.id}" data-section="{escape(section)}">'
        f'<tr><th colspan="{len(HEADS)}" scope="rowgroup">{head}</th></tr>{below}</tbody>'
    )


def _published(name: str) -> str:
    """Where a row stands on the published scorecard, which leads on; the site's own one leads there at once."""
    return f"{links.site()}book/scorecard.html#row-{name.partition('.')[0]}"


def _reason(row: Row) -> str:
    verdict, reason = _unrun(row)
    return (
        f'<tr data-verdict="{verdict}" data-kind=""><td><strong>{verdict}</strong></td>'
        f'<td colspan="{len(HEADS) - 1}">{escape(reason)}</td></tr>'
    )


def _claim(finding: Finding) -> str:
    verdict = f"{MARKS[finding.verdict]} {finding.verdict_in_words}"
    apart = finding.wider and "differently: " not in finding.tolerance
    wider = f" <small>Differently: {typeset(finding.wider)}.</small>" if apart else ""
    where = f'<a data-claim="{finding.id}" href="{_published(finding.id)}">{finding.id}</a>'
    cells = (
        f'<strong class="{CLASSES[finding.verdict]}">{verdict}</strong> <small>{NAMES[finding.kind]}</small>',
        f"{typeset(finding.statement)}. <em>{typeset(finding.sentence)}</em>"
        f"<small>{where} · {_code(claims.CLAIMS[finding.id])}</small>",
        f"{typeset(finding.tolerance)}{wider}",
    )
    told = "".join(f'<td data-head="{head}">{cell}</td>' for head, cell in zip(HEADS, cells, strict=True))
    return f'<tr data-verdict="{finding.verdict}" data-kind="{NAMES[finding.kind]}">{told}</tr>'


def _code(claim: Claim) -> str:
    """Links to the function of a claim, and to the configurations that its rows were trained by."""
    config = [
        f'<a href="{sources.config(row)}" aria-label="training {row}, for {claim.id}">training {row}</a>'
        for row in claim.sources
    ]
    code = f'<a href="{sources.code(claim)}" aria-label="code of {claim.id}">code</a>'
    return " · ".join([code, *(config or ["not trained"])])


gate.close(globals())
