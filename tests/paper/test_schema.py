"""Result files against what their rows declare, and datasets that are not what is declared."""

import re
from dataclasses import replace

import numpy as np
import pytest

import tsup
from tsup import InputError, results
from tsup.paper import schema
from tsup.paper.rows import find, trained
from tsup.paper.schema import POSITIVE, SHARE, Variable, along, coordinate, prefixed

SMALL = (
    Variable("share", ("density", "start"), "a share", SHARE),
    Variable("count", ("density",), "a count", POSITIVE, "int64", missing=True),
    coordinate("density", "a density", SHARE),
    coordinate("kind", "a name", axes=("start",), dtype="str"),
)
VALUES = {"share": [[0.5, 1.0]], "count": [3], "density": [0.1], "kind": ["a", "b"]}


@pytest.fixture
def small():
    return schema.dataset(SMALL, VALUES)


@pytest.mark.parametrize("row", [experiment.id for experiment in trained()])
def test_a_shipped_file_holds_what_its_row_declares_and_nothing_else(row, monkeypatch):
    monkeypatch.delenv("TSUP_RESULTS", raising=False)
    shipped, declared = results.read(results.folder() / f"{row}.nc"), find(row).schema
    assert {str(name) for name in shipped.variables} == {one.name for one in declared}
    schema.check(row, declared, shipped)


def test_every_variable_is_declared_once_and_explained():
    for experiment in trained():
        names = [one.name for one in experiment.schema]
        assert len(set(names)) == len(names)
        assert all(one.meaning and one.unit for one in experiment.schema)


def test_a_dataset_has_the_declared_axes_types_and_coordinates(small):
    assert small.share.dims == ("density", "start")
    assert small["count"].dtype == np.int64
    assert set(small.coords) == {"density", "kind"}
    schema.check("X1", SMALL, small)


def test_what_a_variable_is_stands_beside_it(shipped):
    assert shipped("F23").step.attrs == {"long_name": "steps done at the snapshot", "units": "step"}
    assert "units" not in shipped("F08").model.attrs


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.drop_vars("share"), "share of X1 must be float64 (density, start) 0 to 1, got none"),
        (lambda d: d.assign(share=d.share.T), "got float64 (start, density) 0.5 to 1"),
        (lambda d: d.assign(share=d.share.astype("float32")), "got float32 (density, start)"),
        (lambda d: d.assign(share=d.share + 1), "got float64 (density, start) 1.5 to 2"),
        (lambda d: d.assign(share=d.share * np.nan), "got float64 (density, start) or NaN"),
        (lambda d: d.assign(share=d.share.where(d.share < 1)), "0.5 to 0.5 or NaN"),
        (lambda d: d.reset_coords("kind"), "kind of X1 must be coordinate str (start), got str (start)"),
        (lambda d: d.assign(extra=1), "X1 must hold share, count, density, kind, got extra besides"),
    ],
)
def test_other_than_what_is_declared_is_refused_in_a_line(small, change, says):
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        schema.check("X1", SMALL, change(small))
    assert "\n" not in str(caught.value)


def test_rounding_passes_a_bound_and_a_declared_gap_passes(small):
    schema.check("X1", SMALL, small.assign(share=small.share + 1e-4))
    gaps = (SMALL[0], replace(SMALL[1], dtype="float64"), *SMALL[2:])
    schema.check("X1", gaps, small.assign(count=small["count"] * np.nan))


def test_prefixes_and_further_axes():
    longer = along(coordinate("model", "which", dtype="str"), SMALL)
    assert [one.axes for one in longer] == [
        *(("model", "density", "start"), ("model", "density"), ("density",), ("start",), ("model",)),
    ]
    assert [(one.name, one.axes) for one in prefixed("a", SMALL[2:])] == [
        *(("a_density", ("a_density",)), ("a_kind", ("a_start",))),
    ]


def test_a_result_is_held_to_its_row_when_it_is_made_and_when_it_is_loaded(tmp_path):
    row, short = find("F06"), {"training": {"steps": 2, "batch": 4, "replicas": 1}}
    other = replace(row, schema=(replace(row.schema[0], dtype="float16"), *row.schema[1:]))
    with pytest.raises(InputError, match="W of F06 must be float16"):
        other.run("quick", short, device="cpu")
    results.write(tsup.load("F06").drop_vars("b"), tmp_path)
    with pytest.raises(InputError, match="b of F06 must be float32"):
        tsup.load("F06", tmp_path)
