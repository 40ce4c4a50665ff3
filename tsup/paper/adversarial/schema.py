"""What the files of attacks and of adversarial training hold (F24, F25)."""

from tsup.paper.assemble import DENSITY
from tsup.paper.schema import POSITIVE, SHARE, Variable, along, coordinate

MEAN, OWN = "mean", "own"
READINGS = {  # of the attack, and whose norm its budget is a share of: the mean, or the input's own
    "each, mean norm": MEAN,
    "each one way, mean norm": MEAN,
    "shared, mean norm": MEAN,
    "each, own norm": OWN,
    "shared, own norm": OWN,
    "gradient, mean norm": MEAN,
    "gradient without restarts, mean norm": MEAN,
}
START = ("density", "start")
CROWD = Variable("features_per_dimension", START, "features per dimension, ‖W‖²_F/m", POSITIVE)
ATTACKED = (
    Variable("clean", START, "loss without an attack, summed over features", POSITIVE),
    Variable("attacked", (*START, "reading"), "loss under the attack", POSITIVE),
    Variable("masked", START, "share of rows on which every output is off", SHARE),
    Variable("budget", ("density",), "ε, a tenth of the mean norm of the input", POSITIVE),
    CROWD,
    DENSITY,
    coordinate("reading", "of the attack: what it moves, and by which norm", dtype="str"),
)
VULNERABILITY = along(coordinate("world", "features and importances", dtype="str"), ATTACKED)
CROWDING = (
    CROWD,
    Variable("loss", START, "loss without an attack, summed over features", POSITIVE),
    Variable("represented", (*START, "norm"), "features whose norm is above that", POSITIVE, "int64"),
    Variable("largest_cosine", (*START, "norm"), "largest |cos| of two of those", SHARE),
    DENSITY,
    coordinate("norm", "above which a feature is represented", POSITIVE),
)
ATTACKS = coordinate("share", "length of the attack in training over the input's norm", POSITIVE)
BUDGET = coordinate("kind", "the budget is of the mean norm, or of the row's own", dtype="str")
HARDENING = along(BUDGET, along(ATTACKS, CROWDING))
