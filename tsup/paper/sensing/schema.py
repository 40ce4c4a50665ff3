"""What the file of trained models beside recovery holds (F38)."""

from tsup.paper.assemble import DENSITY, FEATURE
from tsup.paper.schema import POSITIVE, SHARE, Variable, coordinate

AT = ("dimensions", "density")
SENSING = (
    Variable("norm", (*AT, "feature"), "length of every column of W of the best start", POSITIVE, "float32"),
    Variable("loss", AT, "loss of the best start, summed over features", POSITIVE),
    Variable("replica_loss", (*AT, "replica"), "loss of every start, summed over features", POSITIVE),
    Variable(
        "rate", ("decoder", "measured", "density"), "share of vectors that are found, random columns", SHARE
    ),
    Variable(
        "own_rate",
        ("columns", "decoder", *AT),
        "share of vectors found from as many columns as the model represents, NaN where it represents none",
        SHARE,
        missing=True,
    ),
    coordinate("dimensions", "hidden dimensions m of a trained model", POSITIVE, dtype="int64"),
    coordinate("measured", "dimensions m of random columns", POSITIVE, dtype="int64"),
    coordinate("decoder", "what looks for the vector", dtype="str"),
    coordinate("columns", "the trained model's represented columns, or as many random ones", dtype="str"),
    DENSITY,
    FEATURE,
)
