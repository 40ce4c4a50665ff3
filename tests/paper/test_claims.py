"""The claims: what they say of doctored results. Their verdicts on the shipped ones are those of the built pages."""

import json
import re

import numpy as np
import pytest
from verdicts import verdict

from tsup import InputError
from tsup.paper import claims
from tsup.paper.definitions import claims as definitions
from tsup.paper.demonstrating.claims import data as features
from tsup.paper.findings import Findings
from tsup.paper.rows import REGISTRY, find
from tsup.paper.verdict import Finding, Verdict, judge

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


def polygon(k, features=5):
    angles = 2 * np.pi * np.arange(k) / k
    return np.pad([np.cos(angles), np.sin(angles)], ((0, 0), (0, features - k)))


def test_every_claim_can_fail():
    assert {c.row for c in claims.CLAIMS.values()} == set(REGISTRY)
    for claim in claims.CLAIMS.values():
        assert claim.statement
        assert claim.tolerance
        assert all(find(source).plans for source in claim.sources)


def test_dense_opening(loaded):
    data = loaded("F01")
    data.W[0] = polygon(4)
    assert verdict("F01.dense", F01=data) is FAILS
    data.W[0] = np.array([[1, 0.5, 0, 0, 0], [0, 0.9, 0, 0, 0]])
    assert verdict("F01.dense", F01=data) is DIFFERS


def test_digons(loaded):
    data = loaded("F01")
    data.W[:] = polygon(5)
    assert verdict("F01.digons", F01=data) is FAILS
    assert verdict("F01.growing", F01=data) is DIFFERS
    data.W[3] = polygon(4)
    assert verdict("F01.digons", F01=data) is HOLDS
    assert verdict("F01.growing", F01=data) is FAILS


def test_pentagons(loaded):
    data = loaded("F01")
    data.equal_W[-1] = polygon(5)
    data.start_W[:] = polygon(5)
    assert verdict("F01.pentagon", F01=data) is HOLDS
    assert verdict("F01.pentagon-equal", F01=data) is HOLDS
    bent = polygon(5)
    bent[:, 0] = [np.cos(0.1), np.sin(0.1)]
    data.equal_W[-1] = bent
    data.start_W[0] = bent
    assert verdict("F01.pentagon", F01=data) is FAILS
    assert verdict("F01.pentagon-equal", F01=data) is FAILS
    data.start_W[:] = polygon(4)
    assert verdict("F01.pentagon", F01=data) is FAILS


def test_rotation_by_what_is_not_a_rotation(monkeypatch):
    monkeypatch.setattr(definitions, "_rotation", lambda m, random: 1.001 * np.eye(m))
    assert verdict("F02.rotation") is FAILS
    monkeypatch.setattr(definitions, "_rotation", lambda m, random: np.eye(m))
    assert verdict("F02.relu") is FAILS


def test_levels_confused(monkeypatch):
    monkeypatch.setattr(definitions, "level", lambda W: "linear")
    assert verdict("F04.levels") is FAILS


def test_growth_that_is_not_exponential(monkeypatch):
    monkeypatch.setattr(definitions, "at_least", lambda m, degrees: m**2.0)
    assert verdict("F03.growth") is FAILS


def test_data_that_are_not_sparse_enough():
    def always(p):
        return np.random.default_rng(0).uniform(size=(9999, 5))

    assert features.data_moments(always)[1] is FAILS
    assert features.best_bias(always)[1] is FAILS


def test_a_model_that_is_not_linear(loaded):
    data = loaded("F06")
    data.W[0, 0, 7] += 1.0
    assert verdict("F06.gram", F06=data) is FAILS
    assert verdict("F07.dense", F06=data) is FAILS
    data.b[0] += 0.1
    assert verdict("F06.bias", F06=data) is FAILS


def test_sparse_features_that_do_not_share(loaded):
    data = loaded("F08")
    data.W[:] = np.eye(5, 20)
    assert verdict("F07.sparse", F08=data) is FAILS


@pytest.mark.parametrize(("row", "hidden"), [("F08", 5), ("F09", 20)])
def test_basic_results_doctored(loaded, row, hidden):
    data = loaded(row)
    data.W[:, :, :, hidden : hidden + 2] = 1.0
    data.W[1, -1] = 0
    for name in ("linear-count", "linear-top", "relu-dense", "relu-growing"):
        assert verdict(f"{row}.{name}", **{row: data}) is FAILS, name
    data.W[1] = np.eye(*data.W.shape[2:])
    assert verdict(f"{row}.least-first", **{row: data}) is FAILS
    data.W[1, 2, :, -1] = -data.W[1, 2, :, 0]
    assert verdict(f"{row}.least-first", **{row: data}) is FAILS
    data.W[1, -1, :, -1] = 1.0
    assert verdict(f"{row}.relu-growing", **{row: data}) is DIFFERS


def test_rescaled(loaded):
    small, large = loaded("F08"), loaded("F09")
    small.W[1], large.W[1] = np.eye(5, 20), np.eye(20, 80)
    assert verdict("F09.rescaled", F08=small, F09=large) is HOLDS
    large.W[1, 3] = 1.0
    assert verdict("F09.rescaled", F08=small, F09=large) is FAILS


def test_replication_doctored(loaded):
    data = loaded("R1")
    data.W[:, 0] = 1.0
    data.opening_W[:] = polygon(3)
    for claim in claims.select("R1"):
        assert verdict(claim.id, R1=data) is FAILS, claim.id


def test_accuracy_doctored(loaded):
    data = loaded("R2")
    data.explained[:] = 1.0
    data.within[:] = 1.0
    assert verdict("R2.explained", R2=data) is FAILS
    assert verdict("R2.within", R2=data) is FAILS
    data.error[:] = (data.norm < 0.5).astype(float)
    assert verdict("R2.error", R2=data) is HOLDS


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("F99", "claim must be one of A"),
        ("F08.nonsense", "claim must be one of F08.linear-count, F08.linear-top"),
    ],
)
def test_unknown_claims(name, says):
    with pytest.raises(InputError) as caught:
        claims.check(name)
    assert str(caught.value).startswith(says)
    assert str(caught.value).endswith(f"got {name!r}")


def test_selection():
    assert [c.id for c in claims.select("F08.linear-count")] == ["F08.linear-count"]
    assert {c.row for c in claims.select("F02", "F03")} == {"F02", "F03"}
    assert [c.row for c in claims.select()] == sorted(c.row for c in claims.select())


def test_judging():
    assert [judge(True), judge(False, True), judge(False)] == [HOLDS, DIFFERS, FAILS]


def findings(verdict=HOLDS, **about):
    measured = {"angle": 71.98765432, "counts": [5, 7], "name": "a < b"}
    tolerance = "± 1°; differently: ± 2° (wide)"
    sentence = "The angle is 72° & < 73°."
    return Findings(
        [
            Finding(
                "F01.x", "F01", "x < y & z", measured, tolerance, verdict, HOLDS, sentence=sentence, **about
            )
        ]
    )


def test_findings_as_text():
    text = str(findings())
    assert text == repr(findings()) == "✓ holds: F01.x  x < y & z. The angle is 72° & < 73°."
    assert str(findings(FAILS)).startswith("✗ does not hold (recorded: holds): F01.x")
    assert str(findings(narrow=True)).startswith("✓ holds (narrowly): F01.x")
    assert str(claims.check("F02")) == str(claims.check("F02"))


def test_findings_in_full():
    text = findings(DIFFERS, narrow=True, turns="It turns at 1.", setups={"F01": "n = 5"}).full()
    for told in (
        "misses the tolerance and passes a wider test; narrowly: the verdict turns when a bar",
        "tolerance  ± 1°",
        "measured   angle: 71.99\n",
        " counts: 5 7\n",
        "threshold  It turns at 1.",
        "trained    F01: n = 5",
    ):
        assert told in text


def test_what_holds_differently_says_by_which_test():
    assert "<small>Differently: ± 2°.</small>" in findings(DIFFERS)._repr_html_()
    assert "Differently: wide." in findings(DIFFERS, differently="wide")._repr_html_()
    assert "<small>" not in findings(HOLDS, differently="wide")._repr_html_()


def test_every_claim_that_holds_differently_says_by_which_test():
    on_record = [claim for claim in claims.CLAIMS.values() if claim.expected is DIFFERS]
    assert on_record
    assert not [c.id for c in on_record if bool(c.differently) == ("differently: " in c.tolerance)]


@pytest.mark.parametrize(("verdict", "style"), [(HOLDS, "holds"), (DIFFERS, "differs"), (FAILS, "fails")])
def test_findings_as_html(verdict, style):
    html = findings(verdict, setups={"F01": "<b>"})._repr_html_()
    assert html.startswith('<div class="tsup-claims"><details><summary>')
    assert f'class="verdict-{style}"' in html
    assert "x &lt; y &amp; z." in html
    assert "<em>The angle is 72° &amp; &lt; 73°.</em>" in html
    assert "name: a &lt; b" in html.partition("</summary>")[2]
    assert "F01: &lt;b&gt;" in html
    assert "claims.check(&quot;F01.x&quot;)" in html


def test_findings_as_json():
    (values,) = [finding.to_dict() for finding in findings(FAILS)]
    assert json.loads(json.dumps(values))["changed"] is True
    for finding in claims.check("F03"):
        json.dumps(finding.to_dict())


def test_a_finding_says_how_its_rows_were_trained(loaded):
    (finding,) = claims.check("F07.sparse")
    assert finding.setups == {"F08": f"{loaded('F08').about}; 2 trainings: linear, relu"}


def sentence(inputs, claim):
    return claim.measure(**inputs)[2] if isinstance(inputs, dict) else claim.measure(*inputs)[2]


@pytest.mark.parametrize("claim", [c for c in claims.CLAIMS.values() if c.null], ids=lambda c: c.id)
def test_a_sentence_is_about_the_data(claim):
    given = claim.inputs({})
    assert sentence(claim.null(*given), claim) != sentence(given, claim)


def test_indices_and_powers_of_a_claim_are_set_as_such_on_a_page_and_stay_readable_in_a_terminal():
    found = claims.check("F24.identity")
    assert "‖W<sub>i</sub>‖² / √D<sub>i</sub>" in found._repr_html_()
    assert "_i" not in re.sub("<code>.*?</code>", "", found._repr_html_())
    assert "‖W_i‖² / √D_i" in str(found)
