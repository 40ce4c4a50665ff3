"""Claims under other thresholds, other bars and without their effect; rows trained for twice as long."""

import inspect
import json
from dataclasses import replace

import pytest

from tsup import InputError, audit, results
from tsup.paper import claims, doubling, soundness
from tsup.paper.claim import FACTORS, KINDS, Claim
from tsup.paper.results import load
from tsup.paper.rows import REGISTRY, find, trained
from tsup.paper.verdict import Verdict, judge

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


def counted(data=None, threshold=0.5, least=3):
    """Three of four values are above a half."""
    values = [0.2, 0.9, 0.9, 0.9] if data is None else data
    count = sum(value > threshold for value in values)
    return {"count": count}, judge(count >= least), f"{count} are."


def example(**about):
    return Claim("F02.example", "s", "t", HOLDS, (), counted, **about)


def test_thresholds_are_tried_at_half_and_twice():
    assert example(thresholds=("threshold",)).sensitivity({}) == {
        "threshold = 0.25": HOLDS,
        "threshold = 1": FAILS,
    }
    assert FACTORS == (0.5, 2.0)
    assert example().sensitivity({}) == {}


def test_a_bar_that_is_near_makes_a_verdict_narrow():
    near = example(bars=("least",)).check({})
    assert near.narrow
    assert near.verdict_in_words == "holds (narrowly)"
    assert not example().check({}).narrow


def test_a_null_is_measured_by_the_same_function():
    assert example(null=lambda: {"data": [0.1, 0.1]}).on_null({}) is FAILS
    assert example(null=lambda: ([0.9] * 4,)).on_null({}) is HOLDS
    assert example().on_null({}) is None


def test_a_null_must_do_worse_than_the_verdict_on_record_or_fail():
    def on_record(verdict, *data):
        claim = Claim("F02.example", "s", "t", verdict, (), lambda found: ({}, found, ""))
        return replace(claim, null=lambda: data).is_blind({})

    assert [on_record(HOLDS, found) for found in Verdict] == [True, False, False]
    assert [on_record(DIFFERS, found) for found in Verdict] == [True, True, False]
    assert [on_record(FAILS, found) for found in Verdict] == [True, True, False]
    assert not example().is_blind({})


def test_every_claim_that_could_come_out_otherwise_has_a_null():
    """A theorem or a model made by hand is no statistic; the nulls themselves are tried on the page *How sure*."""
    assert {claim.id for claim in claims.CLAIMS.values() if not claim.null} == {
        claim.id for claim in claims.CLAIMS.values() if claim.kind == "identity"
    }


def test_claims_on_one_density_say_at_which():
    for experiment in trained():
        worlds = [setup.features.densities() for setup in experiment.plan("paper").setups.values()]
        found = {float(p) for world in worlds for p in world.ravel()}
        for claim in claims.CLAIMS.values() if len(found) == 1 else ():
            if experiment.id in claim.sources:
                assert f"at density {min(found):g}" in claim.tolerance, claim.id


def test_a_row_that_is_not_trained_is_in_the_table():
    line = soundness.summary(find("C2"))
    assert {line[key] for key in ("ratio", "dead", "doubled", "rerun")} == {"not trained"}
    assert line["thresholds"] == "none of 2 turn"
    assert line["null"] == "none of 2 hold"
    assert soundness.summary(find("F11"))["null"] == "2 a theorem or by hand"
    assert soundness.summary(find("F11"))["thresholds"] == "2 with neither"


def test_a_row_whose_claims_rest_on_another_names_it():
    line = soundness.summary(find("F15"))
    assert {line[key] for key in soundness.HEADS if key != "row"} == {"see F14"}
    assert line["title"] == find("F15").title


def test_the_table_has_every_row_and_no_cell_of_it_is_empty(monkeypatch):
    monkeypatch.setattr(Claim, "sensitivity", lambda claim, data: {})
    monkeypatch.setattr(Claim, "on_null", lambda claim, data: FAILS)
    table = soundness.table()
    assert {line["row"] for line in table} == set(REGISTRY)
    assert all(map(all, table.cells()))


def test_every_claim_has_a_kind_and_names_parameters_that_exist():
    for claim in claims.CLAIMS.values():
        assert claim.kind in KINDS
        assert {*claim.thresholds, *claim.bars} <= {*inspect.signature(claim.measure).parameters}


def test_what_can_only_hold_holds():
    """A theorem or a hand-made example that comes out otherwise is a statement that was tried after all."""
    assert not [c.id for c in claims.CLAIMS.values() if c.kind == "identity" and c.expected is not HOLDS]


def test_a_row_beside_itself_after_twice_the_steps(monkeypatch, tmp_path):
    experiment = find("F06")
    (short,) = experiment.plan("quick").setups.values()
    (long,) = experiment.plan("quick").doubled().setups.values()
    assert long.training.steps == 2 * short.training.steps
    assert long.features == short.features
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    monkeypatch.setitem(experiment.plans, "paper", experiment.plans["quick"])
    results.write(experiment.run("quick"), tmp_path)
    found = doubling.compare("F06")
    ((low, high, factor),) = found["losses"]["relu"]
    assert low == high == 1
    assert factor == pytest.approx(1, abs=0.01)
    assert set(found["claims"]) == {c.id for c in claims.CLAIMS.values() if "F06" in c.sources}
    doubling.write(found)
    assert doubling.read("F06") == json.loads(json.dumps(found))
    line = soundness.summary(experiment)
    assert line["ratio"].startswith("1.0")
    assert line["losers"] == []
    (tmp_path / "doubled" / "F06.json").write_text(json.dumps({**found, "hash": "older"}))
    assert doubling.read("F06") is None


def test_some_densities_of_a_plan_are_the_same_models_alone():
    plan = find("F32").plan("paper")
    part = plan.at([0.01, 0.001])
    assert set(part.setups) == {"sparse", "ordinary"}
    assert part.main == "sparse"
    whole, some = plan.setups["ordinary"], part.setups["ordinary"]
    kept = [k for k, p in enumerate(whole.features.densities()[:, 0]) if p in (0.01, 0.001)]
    assert some.features.densities()[:, 0].tolist() == [0.01, 0.001]
    assert some.seeds == tuple(whole.seeds[k] for k in kept)
    sparse = plan.setups["sparse"]
    assert part.setups["sparse"].training.lr == tuple(sparse.training.lr[k] for k in (1, 3))
    penalised = find("F35").plan("paper")
    own, every = (one.setups["linear hidden"] for one in (penalised.at([0.1]), penalised))
    assert own.training.l1 == every.training.l1[26:39] == tuple(dict.fromkeys(every.training.l1))
    assert own.features.settings == 13
    with pytest.raises(InputError, match=r"^densities must be some that the row is trained at, got \[0.5\]$"):
        plan.at([0.5])
    with pytest.raises(InputError, match="the only thing that varies"):
        find("F13").plan("paper").at([0.5])
    for row, lacking in {
        "F19": "whose result has an axis of them",
        "F22": "without snapshots at each density",
    }.items():
        with pytest.raises(InputError, match=f"^densities must be of a row {lacking}, got {row}$"):
            doubling.compare(row, [0.1])


def test_a_row_is_compared_at_one_density_and_stays_what_it_is_at_the_others(monkeypatch, tmp_path):
    experiment = find("F14")
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    monkeypatch.setitem(experiment.plans, "paper", experiment.plans["quick"])
    results.write(experiment.run("quick"), tmp_path)
    before, seen = load("F14"), []
    monkeypatch.setattr(doubling, "_claim", lambda claim, row, after: seen.append(after) or {})
    found = doubling.compare("F14", [0.1])
    assert [low for low, *_ in found["losses"]["uniform"]] == [0.1]
    assert found["at"] == [0.1]
    after = seen[0]
    same = (after.loss == before.loss).all("replica")
    assert dict(zip(before.density.values, same.values, strict=True)) == {
        p: p != 0.1 for p in before.density.values
    }


@pytest.mark.parametrize("row", ["F22", "F23"])
def test_twice_the_steps_are_seen_by_what_is_measured_on_snapshots(row):
    plan = find(row).plan("paper")
    short, long = plan.setups[plan.main].training, plan.doubled().setups[plan.main].training
    assert long.snapshots == (*short.snapshots, long.steps)
    assert long.steps == 2 * short.snapshots[-1]


def test_what_moves_is_said():
    claim = {"verdicts": ["holds", "does not hold"], "numbers": ["", ""]}
    relu = [[0.01, 0.01, 0.9], [0.1, 0.1, 0.97], [0.3, 0.3, 0.95], [1.0, 1.0, 0.995]]
    losses = {"relu": relu, "short": [[0.1, 0.1, 0.97]], "done": [[0.1, 0.1, 1.0]]}
    found = {"losses": losses, "claims": {"F06.gram": claim}}
    turned = "F06.gram: holds → does not hold"
    many, one = "relu at density 0.01 to 0.3: loss × 0.9 to 0.97", "short at density 0.1: loss × 0.97"
    assert doubling.moved(found) == [many, one, turned]
    assert doubling.moved(found, exempt={"short"}) == [many, turned]


def test_findings_are_counted_by_kind():
    found = claims.check("F02", "F05")
    assert found.tally() == "of the paper: 2 holds; a theorem or a hand-made example: 2 holds"


every_row = pytest.mark.parametrize("row", [experiment.id for experiment in trained()])


@every_row
def test_no_shipped_row_loses_to_a_model_made_by_hand(shipped, row):
    data = shipped(row)
    assert audit.losers(data, find(row).plan(data.attrs["scale"]).exempt) == []


@every_row
def test_no_output_of_a_dense_shipped_row_is_dead(shipped, row):
    data = shipped(row)
    exempt = find(row).plan(data.attrs["scale"]).exempt
    found = {name: each for name, each in audit.of(data).items() if name not in exempt}
    assert not [
        (name, at) for name, each in found.items() for at in each if at["dead"] and at["density"][0] >= 0.5
    ]


def test_the_table_says_the_same_in_text_and_in_html():
    table = soundness.table("F06")
    text, html = str(table), table._repr_html_()
    for cell in table.cells()[0]:
        assert cell in text
        assert cell in html
    assert html.count('scope="col"') == len(soundness.HEADS)
    for head in list(soundness.HEADS.values())[1:]:
        assert f'<td data-head="{head}" style="text-align: left">' in html
    assert table[0]["title"] in text
    assert table[0]["title"] in html


def test_rows_stand_in_the_order_of_the_paper():
    rows = list(soundness.ratios())
    assert rows.index("F06") < rows.index("F14") < rows.index("F18") < rows.index("C1") < rows.index("R1")


def test_ratios_leave_out_what_may_lose(shipped):
    kept, exempt = soundness.ratios()["C5"], find("C5").plan("paper").exempt
    found = audit.of(shipped("C5"))
    assert exempt
    assert len(kept) == sum(
        at["ratio"] is not None for name in found for at in found[name] if name not in exempt
    )
    assert max(kept) <= audit.ALLOWED < max(at["ratio"] for name in exempt for at in found[name])


def test_dead_outputs_are_told_with_their_densities():
    at = [
        {"dead": 2, "density": [0.1, 0.1]},
        {"dead": 0, "density": [1, 1]},
        {"dead": 5, "density": [0.01, 0.2]},
    ]
    assert soundness._dead_in_words({"relu": at}) == "up to 5, at 0.01 to 0.2"
    assert soundness._dead_in_words({"relu": at[1:2]}) == "none"
