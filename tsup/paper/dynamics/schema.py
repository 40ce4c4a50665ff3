"""What the files of the learning dynamics hold (F22, F23)."""

from tsup.paper.assemble import DENSITY
from tsup.paper.schema import POSITIVE, SHARE, Variable, coordinate

STEP = coordinate("step", "steps done at the snapshot", POSITIVE, ("time",), dtype="int64", unit="step")
SHOWN, WINDOWS = ("density", "start", "time", "feature"), ("density", "trained", "window")
SWEPT = ("scale", "density")


def _common_loss(*axes: str) -> Variable:
    return Variable("loss", axes, "loss on rows that all share", POSITIVE, "float32")


ENERGY = (
    Variable(
        "dimensionality",
        SHOWN,
        "dimensionality of the feature, 0 if it is never represented",
        SHARE,
        "float16",
    ),
    Variable(
        "norm", SHOWN, "norm of the feature's weights, 0 if it is never represented", POSITIVE, "float16"
    ),
    _common_loss("density", "start", "time"),
    Variable("moved", WINDOWS, "Σ|ΔD_i| over the window", POSITIVE),
    Variable("fallen", WINDOWS, "fall of the logarithm of the loss over the window"),
    STEP,
    coordinate("end", "the window's last step", POSITIVE, ("window",), dtype="int64", unit="step"),
    DENSITY,
)
TRANSFORMATIONS = (
    Variable("W", ("start", "time", "hidden", "feature"), "weights over training", dtype="float32"),
    _common_loss("start", "time"),
    Variable(
        "end_W", (*SWEPT, "replica", "hidden", "feature"), "last weights of every start", dtype="float32"
    ),
    Variable("octahedra", SWEPT, "share of the starts that end in an octahedron", SHARE),
    STEP,
    coordinate("scale", "scale of the starting weights", POSITIVE),
    DENSITY,
)
