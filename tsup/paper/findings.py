"""How findings print: a line each, and on request all that they rest on; in a notebook that is behind a click."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape

from tsup.paper.verdict import KINDS, MARKS, Finding, Verdict, plain

CLASSES = {
    Verdict.HOLDS: "verdict-holds",
    Verdict.DIFFERS: "verdict-differs",
    Verdict.FAILS: "verdict-fails",
}


class Findings(tuple[Finding, ...]):
    """Findings in a row; print a line each, and in a notebook as a list whose entries open."""

    __slots__ = ()

    @property
    def changed(self) -> "Findings":
        """Those whose verdict is no longer the one on record."""
        return Findings(finding for finding in self if finding.changed)

    def tally(self) -> str:
        """How many of the paper's claims have which verdict, and how many of the others, in one line."""
        parts = []
        for kind, name in {**KINDS, "paper": "of the paper"}.items():
            count = Counter(str(finding.verdict) for finding in self if finding.kind == kind)
            numbers = ", ".join(
                f"{count[str(verdict)]} {verdict}" for verdict in Verdict if count[str(verdict)]
            )
            parts += [f"{name}: {numbers}"] if numbers else []
        return "; ".join(parts)

    def __str__(self) -> str:
        return "\n".join(f"{MARKS[f.verdict]} {f.verdict_in_words}: {line(f)}" for f in self)

    __repr__ = __str__

    def full(self) -> str:
        """Every finding with its tolerance, all numbers, thresholds and trainings, as plain text."""
        return "\n".join("\n".join(_full(finding)) for finding in self)

    def _repr_html_(self) -> str:
        return f'<div class="tsup-claims">{"".join(map(_html, self))}</div>'


def line(finding: Finding) -> str:
    """A finding in one line, without its verdict: the claim and what was measured."""
    return f"{finding.id}  {finding.statement}. {finding.sentence}"


def rests_on(finding: Finding) -> Iterator[tuple[str, list[str]]]:
    """What a finding rests on, as heads with lines under them."""
    yield "Verdict", [finding.meaning]
    yield "Tolerance", [finding.tolerance]
    yield "Measured", [f"{name}: {plain(value)}" for name, value in finding.measured.items()]
    if finding.turns:
        yield "Threshold", [finding.turns]
    yield "Kind", [KINDS[finding.kind]]
    if finding.setups:
        yield "Trained", [f"{row}: {setup}" for row, setup in finding.setups.items()]


def _full(finding: Finding) -> Iterator[str]:
    yield f"{MARKS[finding.verdict]} {finding.verdict_in_words}: {line(finding)}"
    for head, lines in rests_on(finding):
        for head_once, text in zip([head.lower(), *[""] * len(lines)], lines, strict=False):
            yield f"    {head_once:<10} {text}"


def _html(finding: Finding) -> str:
    """An entry that opens: the verdict, the claim and its sentence; under them what it rests on, and the code."""
    wider = f" <small>Differently: {escape(finding.wider)}.</small>" if finding.wider else ""
    summary = (
        f'<strong class="{CLASSES[finding.verdict]}">{MARKS[finding.verdict]} {finding.verdict_in_words}</strong> '
        f"<code>{finding.id}</code> <span>{typeset(finding.statement)}.</span> "
        f"<em>{typeset(finding.sentence)}</em>{wider}"
    )
    rests = "".join(
        f"<dt>{head}</dt>{''.join(f'<dd>{typeset(text)}</dd>' for text in lines)}"
        for head, lines in rests_on(finding)
    )
    again = f"<dt>Again</dt><dd><code>{escape(finding.code)}</code></dd>"
    return f"<details><summary>{summary}</summary><dl>{rests}{again}</dl></details>"


def typeset(text: str) -> str:
    """Text as HTML, with its indices and exponents set as such: W_i, D_i², e^0.5."""
    html = re.sub(r"(?<=[A-Za-z)])_([a-z0-9])\b", r"<sub>\1</sub>", escape(text))
    return re.sub(r"(?<=[\w)])\^(-?\w+(?:\.\d+)?)", r"<sup>\1</sup>", html)


def to_the_left(table: str) -> str:
    """An HTML table whose texts stand at the left, also in Jupyter, which would take the right."""
    return re.sub(r"<(t[dh]\b[^>]*)>", r'<\1 style="text-align: left">', table)
