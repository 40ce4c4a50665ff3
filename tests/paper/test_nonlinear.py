"""Two numbers in one: the scheme against its closed forms, networks that start alone, figures, doctored results."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource
from verdicts import verdict

from tsup import InputError, Training
from tsup.paper.nonlinear import figures, network
from tsup.paper.nonlinear.scheme import (
    LINEAR,
    decode,
    encode,
    error,
    grid,
    linear_errors,
    ranked,
    scheme,
    steps,
)
from tsup.paper.verdict import Verdict

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


def test_the_floor_is_the_floor():
    u = np.array([0.0, 0.99, 1.0, 1.5, 2.999])
    assert steps(u, 3, 0.0).tolist() == [0, 0, 1, 1, 2]
    assert error(scheme(5, 0)) == pytest.approx(LINEAR / 25, abs=1e-6)


def test_ramps_rise_where_they_should_and_are_made_of_relus():
    u = np.array([0.95, 1.0, 1.05, 1.1, 1.5])
    assert steps(u, 3, 0.1) == pytest.approx([0, 0, 0.5, 1, 1])
    assert steps(u, 3, 0.1, before=True) == pytest.approx([0.5, 1, 1, 1, 1])
    assert steps(u, 3, 1e-6)[[0, 2, 4]] == pytest.approx([0, 1, 1])


def test_what_is_packed_is_unpacked_off_the_ramps():
    one, x, y = scheme(4, 0.1, gap=True), np.array([0.2, 0.4, 0.99]), np.array([0.0, 0.5, 0.999])
    back_x, back_y = decode(one, encode(one, x, y))
    assert back_x == pytest.approx([0.125, 0.375, 0.875])
    assert back_y == pytest.approx(y)


def test_errors_that_are_known():
    assert error(scheme(3, 0.1)) == pytest.approx(0.0211, abs=5e-5)
    assert error(scheme(3, 0.1, gap=True)) == pytest.approx(0.0102, abs=5e-5)
    assert list(linear_errors().values()) == pytest.approx([LINEAR, LINEAR], abs=1e-5)


def test_errors_agree_with_draws():
    rng, one = np.random.default_rng(0), scheme(3, 0.1)
    x, y = rng.random((2, 400_000))
    back_x, back_y = decode(one, encode(one, x, y))
    assert ((back_x - x) ** 2 + (back_y - y) ** 2).mean() / 2 == pytest.approx(error(one), rel=0.02)


def test_ranks_are_shares():
    assert ranked(np.array([[5.0, -1], [9, 7]])).tolist() == [[0.25, 0], [0.75, 0.5]]


@pytest.mark.parametrize(("levels", "width"), [(0, 0.1), (3, 1.0), (3, -0.1)])
def test_bad_schemes(levels, width):
    with pytest.raises(InputError, match="^(levels|width) must be"):
        scheme(levels, width)


def test_a_network_is_the_same_alone_and_among_others():
    short = {"steps": 20, "batch": 16, "lr": 0.01}
    alone, among = (network.train(4, Training(replicas=k, **short)) for k in (1, 3))
    for name in network.SIZES:
        assert among.weights[name][0] == pytest.approx(alone.weights[name][0], abs=1e-5)
    assert network.errors(among, 8).shape == (3, 64)


def test_a_network_with_the_weights_of_the_scheme_is_the_scheme():
    width, z = 0.1, 3
    at = np.array([1, 1 + width, 2, 2 + width])
    into, bias = np.zeros((2, 5)), np.r_[-at / width, 0]
    into[0, :4], into[1, 4] = z / width, 1
    code = np.array([1, -1, 1, -1, 1.0])[:, None] / z
    opened, opened_bias = np.r_[np.full(4, z / width), z][None], np.r_[-at / width, 0]
    level = np.array([1, -1, 1, -1, 0.0])
    out = np.stack([level / z, np.array([0, 0, 0, 0, 1.0]) - level], -1)
    made = network.Networks(
        dict(zip(network.SIZES, (into[None], code[None], opened[None], out[None]), strict=True)),
        {
            "in": bias[None, None],
            "code": np.zeros((1, 1, 1)),
            "open": opened_bias[None, None],
            "out": np.array([[[0.5 / z, 0.0]]]),
        },
    )
    x, y = grid(40)
    t, back = network.coded(made, 40)
    assert t[0] == pytest.approx(encode(scheme(z, width), x, y).ravel())
    assert back[0, :, 1] == pytest.approx(decode(scheme(z, width), encode(scheme(z, width), x, y))[1].ravel())
    assert network.errors(made, 40).mean() == pytest.approx(error(scheme(z, width), 40))


def sources(figure):
    return {source.name: source.data for source in figure.layout.select({"type": ColumnDataSource})}


def test_ramps_show_the_scheme_and_its_error():
    data = sources(figures.ramps(3, 0.1))
    assert data["ramps-here"]["y"] == pytest.approx([0.0211, 0.0102], abs=2e-4)
    assert data["ramps-high"]["y"][0] == pytest.approx(1 / 3)
    with pytest.raises(InputError, match="^width must be in"):
        figures.ramps(3, 0.5)


def test_codes_say_how_often_t_turns():
    x, y = grid(10)
    figure = figures.codes({"along": x, "tent": 1 - 2 * np.abs(x - 0.5)})
    assert figure.alt == (
        "along: t goes back never along x and never along y; tent: t goes back 1 time along x and never along y."
    )
    with pytest.raises(InputError, match=r"^maps\['a'\] must be in \[0, 1\]"):
        figures.codes({"a": 2 * x + y})
    with pytest.raises(InputError, match="^maps must hold"):
        figures.codes({})


def test_networks_are_sorted():
    figure = figures.networks([0.02, 0.01], {"linear": 0.04})
    assert sources(figure)["networks-each"]["y"] == pytest.approx([0.01, 0.02])
    assert figure.alt == "Errors from 0.0100 to 0.0200, in the middle 0.0150. linear: 0.0400."
    with pytest.raises(InputError, match="must be > 0"):
        figures.networks([0.0, 0.1], {"linear": 0.04})


def test_networks_that_find_little(loaded):
    data = loaded("A1")

    def with_errors(value):
        return data.assign(error=data.error.copy(data=np.full(data.sizes["start"], value)))

    assert verdict("A1.networks", A1=with_errors(0.015)) is DIFFERS
    assert verdict("A1.networks", A1=with_errors(0.03)) is FAILS
    assert verdict("A1.usual", A1=with_errors(0.03)) is FAILS
