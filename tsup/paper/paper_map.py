"""Every row of the paper: its figures (F), comments (C), appendices (A) and replications (R), with what each says.

A row that no claim can test says why in `prose`. Whether the others have claims is read off the claims themselves.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A row of the paper: its id, what it shows or says in one line, and, where nothing of it can be run, why not."""

    id: str
    says: str
    prose: str = ""


ROWS = (
    Row("F01", "Five features in two dimensions, from dense to sparse"),
    Row("F02", "Some hidden spaces have a basis of their own, and others can be turned freely"),
    Row("F03", "A space has exponentially many almost orthogonal directions"),
    Row("F04", "Decomposable, linear and basis-aligned representations are nested"),
    Row("F05", "What sparse features are, and what it costs to ignore one"),
    Row("F06", "On dense features the ReLU model behaves as a linear one"),
    Row("F07", "How much the others interfere with each feature"),
    Row("F08", "The sparser the features, the more of them are represented"),
    Row("F09", "The same with four times as many features"),
    Row("F10", "A linear model weighs benefit against interference, and never superposes"),
    Row("F11", "The loss by how many features are active at a time"),
    Row("F12", "Two features and one dimension: a phase diagram"),
    Row("F13", "Three features and two dimensions: a phase diagram"),
    Row("F14", "Equal features: the dimensions per feature stay at 1 and at ½"),
    Row("F15", "The share of a dimension that each feature has"),
    Row("F16", "Those shares belong to solutions of the Thomson problem"),
    Row("F17", "Arrangements of features are positive matrices of low rank"),
    Row("F18", "One feature unlike the others stretches the pentagon until it snaps"),
    Row("F19", "Where correlated and anticorrelated features go"),
    Row("F20", "Correlated features have a nearly orthogonal basis of their own"),
    Row("F21", "Correlated pairs collapse to what they have in common"),
    Row("F22", "Features jump between energy levels as a model learns"),
    Row("F23", "Learning is a sequence of geometric transformations"),
    Row("F24", "Superposition makes a model easy to attack"),
    Row("F25", "Training against attacks reduces superposition"),
    Row("F26", "A ReLU on the hidden layer lines features up with neurons"),
    Row("F27", "Stacks of weights show which neurons have several features"),
    Row("F28", "From neurons with one feature to neurons with several"),
    Row("F29", "The model escapes its hidden ReLU where it can"),
    Row("F30", "Absolute values, computed by two neurons a feature"),
    Row("F31", "Training finds these neurons where nothing is scarce"),
    Row("F32", "More absolute values are computed than there are neurons for"),
    Row("F33", "Pure and polysemantic neurons side by side"),
    Row("F34", "Asymmetric storage with inhibition"),
    Row("F35", "A penalty on activations removes superposition, at a price"),
    Row("F36", "What superposition is worth for every activation"),
    Row(
        "F37",
        "What real networks should show, and what is left open",
        "These are predictions about large networks and questions to the reader, which no toy model can decide.",
    ),
    Row("F38", "Compressed sensing bounds how many features fit"),
    Row("F39", "Sparse coding takes superposition apart again"),
    Row("C1", "Redwood Research: the phases depend on the activation function"),
    Row("C2", "McGrath: the exact loss of two features, with a confused minimum"),
    Row(
        "C3",
        "Other readers replicated parts of the paper",
        "What they replicated are rows of the paper, and each is tested as such.",
    ),
    Row("C4", "Jermyn and others: a start with negative biases gives neurons with one feature"),
    Row("C5", "More features and longer training make cleaner polytopes"),
    Row("C6", "Sharkey and others: a sparse autoencoder recovers the features and their number"),
    Row(
        "C7",
        "Nanda: what looked nonlinear in a network that plays Othello is linear",
        "It is a result about one trained network, and no model of this book plays Othello.",
    ),
    Row("C8", "Zhang: a feature's dimensionality is at most its leverage score"),
    Row("A1", "Numbers compressed by a nonlinear code"),
    Row("A2", "Toy models as algorithms of compressed sensing"),
    Row("R1", "A reader's replication of the basic results"),
    Row("R2", "Features as what a trained model represents better than a random one"),
    Row(
        "R3",
        "Arithmetic with words: king − man + woman is about queen",
        "The demonstration is built from made-up words, so that it shows the idea and tests nothing.",
    ),
)
