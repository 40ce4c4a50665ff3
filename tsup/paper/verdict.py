"""What a claim returns: a verdict, and the finding that says what it rests on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The three things that a measurement can say of a claim."""

    HOLDS = "holds"
    DIFFERS = "holds differently"
    FAILS = "does not hold"


MARKS = {Verdict.HOLDS: "✓", Verdict.DIFFERS: "≈", Verdict.FAILS: "✗"}
MEANINGS = {
    Verdict.HOLDS: "the measurement is within the tolerance",
    Verdict.DIFFERS: "the measurement misses the tolerance and passes a wider test",
    Verdict.FAILS: "the measurement misses the tolerance, and any wider test named with it",
}
NARROWLY = "the verdict turns when a bar of the tolerance moves by a tenth"
KINDS = {
    "paper": "a statement of the paper, its comments or its replications",
    "identity": "a theorem or a hand-made example",
    "ours": "the book's own statement",
}


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
    sentence: the numbers that decide, told by the claim. differently: the wider test, where the tolerance does not name
    it. setups: how every row it was measured on was trained.
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
    sentence: str = ""
    differently: str = ""
    setups: Mapping[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether the verdict is no longer the one on record."""
        return self.verdict != self.expected

    @property
    def verdict_in_words(self) -> str:
        """The verdict, with "(narrowly)" where a bar that moves by a tenth would turn it, and another on record."""
        narrowly = " (narrowly)" if self.narrow else ""
        return f"{self.verdict}{narrowly}{f' (recorded: {self.expected})' if self.changed else ''}"

    @property
    def meaning(self) -> str:
        """What the verdict means, in a sentence."""
        return f"{self.verdict}: {MEANINGS[self.verdict]}{f'; narrowly: {NARROWLY}' if self.narrow else ''}."

    @property
    def wider(self) -> str:
        """The test that a claim passes which holds differently; empty for other verdicts."""
        named = self.tolerance.partition("differently: ")[2].partition(" (")[0].rstrip(")")
        return (self.differently or named) if self.verdict is Verdict.DIFFERS else ""

    @property
    def numbers(self) -> str:
        """What was measured, in one line of plain text."""
        return "; ".join(f"{name}: {plain(value)}" for name, value in self.measured.items())

    @property
    def code(self) -> str:
        """The line that measures it again."""
        return f'claims.check("{self.id}")'

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return {**asdict(self), "measured": dict(self.measured), "changed": self.changed}


def plain(value: Any) -> str:
    """A measured value as text: numbers to four digits, lists with spaces between."""
    if isinstance(value, (list, tuple)):
        return " ".join(map(plain, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
