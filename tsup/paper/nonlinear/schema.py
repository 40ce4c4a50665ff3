"""What the file of networks that compress two numbers into one holds (A1)."""

from tsup.paper.schema import POSITIVE, Variable, coordinate

CELL = ("y", "x")
COMPRESSED = (
    Variable("error", ("start",), "mean squared error of every network, of x and y in the mean", POSITIVE),
    Variable("code", CELL, "t of the best network, scaled to [0, 1]", (0.0, 1.0), "float32"),
    Variable("back", ("number", *CELL), "what the best network returns", dtype="float32"),
    Variable(
        "linear_error", ("start",), "mean squared error of every trained linear model, in the mean", POSITIVE
    ),
    coordinate("x", "the first number", (0.0, 1.0)),
    coordinate("y", "the second number", (0.0, 1.0)),
    coordinate("number", "which of the two", dtype="str"),
)
