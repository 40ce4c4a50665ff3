"""Claims on results that were trained once more."""

import pytest

from tsup import InputError, results
from tsup.paper import claims, rerun, soundness
from tsup.paper.results import load
from tsup.paper.rows import find, trained


@pytest.fixture
def place(tmp_path, loaded):
    """Results of two rows: F06 as it is on record, and F22 with its starts frozen at the first snapshot."""
    results.write(loaded("F06"), tmp_path)
    other = loaded("F22")
    other.dimensionality.values[:] = 0.25
    results.write(other, tmp_path)
    return tmp_path


def test_what_is_the_same_again_turns_nothing_and_what_is_not_is_named(place):
    found = rerun.compare(place)
    assert set(found["rows"]) == {"F06", "F22"}
    assert {id.partition(".")[0] for id in found["claims"]} == {"F06", "F07", "F22"}
    assert found["losers"] == {}
    turned = rerun.turned(found)
    assert "F22.levels" in turned
    assert not [id for id in turned if id.startswith("F06")]
    first, second = found["claims"]["F06.gram"]["numbers"]
    assert first == second


def test_a_comparison_is_kept_but_for_what_rests_on_a_row_that_has_changed(place, monkeypatch, tmp_path):
    monkeypatch.setattr(rerun, "file", lambda: tmp_path / "rerun.json")
    assert rerun.read() is None
    found = rerun.compare(place)
    rerun.write(found)
    assert rerun.read() == found
    rerun.write({**found, "rows": {**found["rows"], "F06": "another"}, "losers": {"F06": ["somewhere"]}})
    left = rerun.read()
    assert set(left["rows"]) == {"F22"}
    assert left["losers"] == {}
    assert {id.partition(".")[0] for id in left["claims"]} == {"F22"}
    rerun.write({**found, "rows": dict.fromkeys(found["rows"], "another")})
    assert rerun.read() is None


def test_rows_that_were_not_trained_again_keep_what_is_said_of_them(place, monkeypatch, tmp_path):
    monkeypatch.setattr(rerun, "file", lambda: tmp_path / "rerun.json")
    found = rerun.compare(place)
    assert rerun.merged(found) == found
    of_f06 = {id: claim for id, claim in found["claims"].items() if "F06" in claims.CLAIMS[id].sources}
    both = {"F06": ["somewhere"], "F22": ["elsewhere"]}
    rerun.write({**found, "processor": "haswell", "losers": both})
    row = {"F22": found["rows"]["F22"]}
    other = {id: claim for id, claim in found["claims"].items() if id not in of_f06}
    again = rerun.merged({"processor": "rocketlake", "rows": row, "losers": {}, "claims": other})
    assert again["processor"] == "haswell, rocketlake"
    assert again["losers"] == {"F06": ["somewhere"]}
    assert again["rows"] == found["rows"]
    assert again["claims"] == found["claims"]


def test_the_processor_is_the_one_that_kernels_are_compiled_for(place, monkeypatch):
    from numba import config

    monkeypatch.setattr(config, "CPU_NAME", "haswell")
    assert rerun.compare(place)["processor"] == "haswell"


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(InputError, match="^rerun must be a folder with results of rows, got .* without any$"):
        rerun.compare(tmp_path)


def test_what_the_comparison_has_on_record_is_on_record():
    found = rerun.read()
    assert found is not None, "compare again with: python -m tsup audit --again FOLDER"
    assert set(found["rows"]) <= {row.id for row in trained()}
    on_record = {id: claim["verdicts"][0] for id, claim in found["claims"].items()}
    assert on_record == {id: str(claims.CLAIMS[id].expected) for id in on_record}
    resting = {claim.id for claim in claims.CLAIMS.values() if set(claim.sources) & set(found["rows"])}
    assert set(on_record) <= resting


def test_the_table_names_what_turned(monkeypatch):
    found = rerun.read()
    (row, *_) = found["rows"]
    resting = [id for id in found["claims"] if row in claims.CLAIMS[id].sources]
    turned = {**found["claims"][resting[-1]], "verdicts": ["holds", "does not hold"]}
    monkeypatch.setattr(rerun, "read", lambda: {**found, "claims": {**found["claims"], resting[-1]: turned}})
    assert resting[-1] in soundness.summary(find(row))["rerun"]
    monkeypatch.setattr(rerun, "read", lambda: None)
    assert soundness.summary(find(row))["rerun"] == "not compared"
    assert load(row).attrs["hash"] == found["rows"][row]
