"""What a claim returns: findings, and how they print."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from html import escape
from typing import Any


class Verdict(StrEnum):
    """The three things that a measurement can say of a claim."""

    HOLDS = "holds"
    DIFFERS = "holds differently"
    FAILS = "does not hold"


def judge(holds: bool, differently: bool = False) -> Verdict:
    """The verdict of two tests: the claim's own tolerance, and a wider one named beside it."""
    return Verdict.HOLDS if holds else Verdict.DIFFERS if differently else Verdict.FAILS


@dataclass(frozen=True)
class Finding:
    """What was measured for one claim, against what tolerance, with what verdict.

    expected: the verdict on record. When it is not "holds", the record is that the paper's claim did not come out
    as stated, which is a finding too.
    kind: "paper", "identity" or "ours" (see `Claim`). narrow: whether the verdict turns when a bar of the tolerance
    moves by a tenth. turns: how the verdict depends on a threshold, in a sentence; empty where it does not.
    """

    id: str
    row: str
    statement: str
    measured: Mapping[str, Any]
    tolerance: str
    verdict: Verdict
    expected: Verdict
    kind: str = "paper"
    narrow: bool = False
    turns: str = ""

    @property
    def changed(self) -> bool:
        """Whether the verdict is no longer the one on record."""
        return self.verdict != self.expected

    @property
    def verdict_in_words(self) -> str:
        """The verdict, with "(narrowly)" where a bar that moves by a tenth would turn it."""
        return f"{self.verdict} (narrowly)" if self.narrow else str(self.verdict)

    @property
    def numbers(self) -> str:
        """What was measured, in one line of plain text."""
        return "; ".join(f"{name}: {plain(value)}" for name, value in self.measured.items())

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return {**asdict(self), "measured": dict(self.measured), "changed": self.changed}


def plain(value: Any) -> str:
    """A measured value as text: numbers to four digits, lists with spaces between."""
    if isinstance(value, (list, tuple)):
        return " ".join(map(plain, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class Findings(tuple[Finding, ...]):
    """Findings in a row; print as a plain table, and as a small HTML table in a notebook."""

    __slots__ = ()

    @property
    def changed(self) -> "Findings":
        """Those whose verdict is no longer the one on record."""
        return Findings(finding for finding in self if finding.changed)

    def tally(self) -> str:
        """How many of the paper's claims have which verdict, and how many of the others, in one line."""
        kinds = {"paper": "of the paper", **_KINDS}
        parts = []
        for kind, name in kinds.items():
            count = Counter(str(finding.verdict) for finding in self if finding.kind == kind)
            numbers = ", ".join(
                f"{count[str(verdict)]} {verdict}" for verdict in Verdict if count[str(verdict)]
            )
            parts += [f"{name}: {numbers}"] if numbers else []
        return "; ".join(parts)

    def __str__(self) -> str:
        return "\n".join(
            f"{f.id}: {f.verdict_in_words}{f' (recorded: {f.expected})' if f.changed else ''}\n"
            f"  claim      {f.statement}\n  measured   {f.numbers}\n  tolerance  {f.tolerance}"
            + (f"\n  threshold  {f.turns}" if f.turns else "")
            for f in self
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{name}</th>' for name in ("Claim", "Measured", "Verdict"))
        rows = "".join(map(_html_row, self))
        return to_the_left(
            f'<table class="tsup-claims"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        )


def to_the_left(table: str) -> str:
    """An HTML table whose texts stand at the left, also in Jupyter, which would take the right."""
    return re.sub(r"<(t[dh]\b[^>]*)>", r'<\1 style="text-align: left">', table)


_CLASSES = {
    Verdict.HOLDS: "verdict-holds",
    Verdict.DIFFERS: "verdict-differs",
    Verdict.FAILS: "verdict-fails",
}


_KINDS = {"identity": "a theorem or a hand-made example", "ours": "the book's own statement"}


def _html_row(finding: Finding) -> str:
    recorded = f" (recorded: {finding.expected})" if finding.changed else ""
    turns = f"<br><small>threshold: {escape(finding.turns)}</small>" if finding.turns else ""
    kind = f'<br><small class="tsup-kind">{_KINDS[finding.kind]}</small>' if finding.kind in _KINDS else ""
    return (
        f'<tr><th scope="row"><code>{finding.id}</code> {escape(finding.statement)}{kind}</th>'
        f"<td>{escape(finding.numbers)}<br><small>tolerance: {escape(finding.tolerance)}</small>{turns}</td>"
        f'<td class="{_CLASSES[finding.verdict]}">{finding.verdict_in_words}{recorded}</td></tr>'
    )
