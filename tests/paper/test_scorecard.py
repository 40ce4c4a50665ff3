"""The scorecard: no row of the paper is missing, no verdict is typed, and what lands appears by itself."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tsup.paper import claims, paper_map, replications, scorecard, sources, standing
from tsup.paper.findings import Findings
from tsup.paper.paper_map import ROWS
from tsup.paper.rows import REGISTRY
from tsup.paper.verdict import MARKS, Finding, Verdict

ROOT = Path(__file__).parents[2]
IDS = [row.id for row in ROWS]
COUNTS = {"F": 39, "C": 8, "A": 2, "R": 3}  # figures, comments, appendices and replications


def finding(**about):
    known = {"id": "F02.rotation", "row": "F02", "statement": "x < y", "measured": {}, "tolerance": "± 1"}
    return Finding(
        **{**known, "verdict": Verdict.HOLDS, "expected": Verdict.HOLDS, "sentence": "It is 3.", **about}
    )


def test_the_map_has_every_row_of_the_paper_once_in_order():
    expected = [
        f"{kind}{k:0{2 if kind == 'F' else 1}}" for kind, n in COUNTS.items() for k in range(1, n + 1)
    ]
    assert expected == IDS
    assert set(REGISTRY) | {claim.row for claim in claims.CLAIMS.values()} <= set(IDS)
    assert all(row.says for row in ROWS)


def test_a_row_is_run_or_says_why_not_or_is_missing():
    run, prose, absent = standing.executed(), standing.in_prose(), standing.missing()
    assert sorted([*run, *prose, *absent]) == sorted(IDS)
    assert not [row.id for row in ROWS if row.prose and row.id in run], "a row that is run needs no excuse"
    for row in absent:
        assert row in standing.summary()


def test_a_row_that_lands_is_no_longer_missing(monkeypatch):
    assert "F03" not in standing.missing()
    for id in [id for id in claims.CLAIMS if id.startswith("F03.")]:
        monkeypatch.delitem(claims.CLAIMS, id)
    assert "F03" in standing.missing()
    assert "F03" in standing.summary().partition("missing: ")[2]


def test_no_verdict_is_typed():
    typed = [ROOT / "book" / "scorecard.md", Path(paper_map.__file__), Path(standing.__file__)]
    for text in (path.read_text() for path in typed):
        assert not re.search("|".join([*Verdict, *MARKS.values()]), text)


def test_every_row_stands_on_the_card_with_its_claims_or_the_reason():
    card = scorecard.Card([finding(), finding(id="F03.growth", row="F03", verdict=Verdict.FAILS)])
    html, text = card._repr_html_(), str(card)
    assert re.findall(r'<tbody id="row-(\w+)"', html) == IDS
    assert html.count("<tr data-verdict=") == len(ROWS)
    assert 'class="verdict-holds">✓ holds</strong>' in html
    assert "✗ does not hold (recorded: holds)" in html
    assert "x &lt; y. <em>It is 3.</em>" in html
    assert html.count(f'<td colspan="2">{standing.MISSING}</td>') == len(ROWS) - 2 - len(standing.in_prose())
    assert all(reason in text for reason in standing.in_prose().values())


def test_what_holds_differently_says_by_which_test_and_only_once():
    told = {"tolerance": "± 1; differently: ± 2", "verdict": Verdict.DIFFERS}
    assert "<small>Differently" not in scorecard.Card([finding(**told)])._repr_html_()
    assert (
        "Differently: wide."
        in scorecard.Card([finding(verdict=Verdict.DIFFERS, differently="wide")])._repr_html_()
    )


@pytest.mark.parametrize("claim", claims.CLAIMS.values(), ids=lambda claim: claim.id)
def test_code_and_configuration_are_where_the_links_lead(claim):
    def line(address):
        path, number = re.search(r"/blob/\w+/(\S+)#L(\d+)$", address).groups()
        return (ROOT / path).read_text().splitlines()[int(number) - 1]

    assert re.match(r"\s*(@|def )", line(sources.code(claim)))
    for row in claim.sources:
        assert f'"{row}"' in line(sources.config(row))


def test_the_card_checks_every_claim(monkeypatch):
    some = {id: replace(claim) for id, claim in claims.CLAIMS.items() if claim.row in ("F02", "F04")}
    monkeypatch.setattr(claims, "CLAIMS", some)
    assert [one.id for one in scorecard.card()] == list(some)


def test_every_comment_and_replication_is_someones_and_what_came_out_is_told(monkeypatch):
    rows = {row for one in replications.REPLICATIONS for row in one.rows}
    assert rows <= set(IDS)
    assert {id for id in IDS if id[0] in "CR"} - rows == {"C3"}
    found = Findings([finding(id="C5.features", row="C5"), finding(id="C5.longer", row="C5")])
    monkeypatch.setattr(claims, "check", lambda *names: found)
    table = replications.table()
    told = {who: found for who, _, found in table}
    assert told["Tom Henighan and Chris Olah"] == "2 holds"
    assert told["Neel Nanda"] == standing.in_prose()["C7"]
    assert table._repr_html_().count("<tr>") == len(replications.REPLICATIONS) + 1
    assert "Fred Zhang: C8: " in str(table)
