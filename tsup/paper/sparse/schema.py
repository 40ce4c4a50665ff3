"""What the files of the sparse autoencoders hold: on the pentagon (F39), and on fifty features in twenty dimensions
(C6)."""

from tsup.paper.assemble import FEATURE
from tsup.paper.schema import POSITIVE, Variable, coordinate

SIGNED = (-1.0, 1.0)
KIND = coordinate("kind", "kind of sparse autoencoder", dtype="str")
TRIED = (
    Variable("sparsity", ("kind", "tried"), "penalty λ or k of every configuration that was tried", POSITIVE),
    Variable("tried_active", ("kind", "tried"), "latents that are on in a row, in the mean", POSITIVE),
    Variable("chosen", ("kind",), "place of the configuration that was chosen", POSITIVE, dtype="int64"),
)
TOY = (
    Variable("W", ("hidden", "feature"), "weights of the toy model"),
    Variable("truth_loss", ("kind",), "loss of a training that starts at the true directions", POSITIVE),
    FEATURE,
    KIND,
)
PENTAGON = (
    *TOY,
    *TRIED,
    Variable("h", ("row", "hidden"), "hidden activations that are not 0", dtype="float32"),
    Variable("cosine", ("kind", "run", "start"), "mean over features of the largest cosine", SIGNED),
    Variable("loss", ("kind", "run", "start"), "what training made small, on fresh rows", POSITIVE),
    Variable(
        "path",
        ("kind", "step", "latent", "hidden"),
        "directions of the best run while it was trained",
        SIGNED,
        "float32",
    ),
    Variable(
        "tried_decoder",
        ("kind", "tried", "latent", "hidden"),
        "directions of the best start of every configuration",
        SIGNED,
        "float32",
    ),
    coordinate("step", "updates that were done", POSITIVE, dtype="int64"),
)
EACH = ("kind", "seed")
SIZES = ("sized", "size", "seed_of_size")
FIFTY = (
    *TOY,
    *TRIED,
    Variable("tried_unexplained", ("kind", "tried"), "squared error over the variance", POSITIVE),
    Variable("tried_scale", ("kind", "tried"), "factor by which reconstructions are too long", POSITIVE),
    Variable("tried_cosine", ("kind", "tried"), "mean over features of the largest cosine", SIGNED),
    Variable("cosine", (*EACH, "feature"), "largest cosine of a feature with a latent", SIGNED),
    Variable("correlation", EACH, "mean correlation of matched codes and features", SIGNED),
    Variable("active", EACH, "latents that are on in a row, in the mean", POSITIVE),
    Variable("unexplained", EACH, "squared error over the variance", POSITIVE),
    Variable("scale", EACH, "factor by which reconstructions are too long", POSITIVE),
    Variable("alive", EACH, "latents that are on in more than a thousandth of the rows", POSITIVE, "int64"),
    Variable("loss", EACH, "what training made small, on fresh rows", POSITIVE),
    Variable("decoder", ("kind", "latent", "hidden"), "directions of the best seed", SIGNED, "float32"),
    Variable("null_cosine", ("kind", "null_seed", "feature"), "cosine, trained on a Gaussian", SIGNED),
    Variable("null_unexplained", ("kind", "null_seed"), "error over variance, on a Gaussian", POSITIVE),
    Variable("size_error", SIZES, "squared error over the variance", POSITIVE),
    Variable("size_alive", SIZES, "latents that are alive", POSITIVE, "int64"),
    Variable("size_common", SIZES, "directions in common with the next larger size", POSITIVE, "int64"),
    Variable("null_size_error", SIZES, "squared error over the variance, on a Gaussian", POSITIVE),
    Variable("null_size_alive", SIZES, "latents that are alive, on a Gaussian", POSITIVE, "int64"),
    Variable("null_size_common", SIZES, "directions in common, on a Gaussian", POSITIVE, "int64"),
    Variable(
        "silent_with",
        ("world", "kind", "pair_seed"),
        "how often a parent's latent is off though parent and child are on",
        (0.0, 1.0),
    ),
    Variable(
        "silent_without",
        ("world", "kind", "pair_seed"),
        "how often it is off though the parent is on, without the child",
        (0.0, 1.0),
    ),
    Variable("pair_active", ("world", "kind"), "latents that are on in a row, in the mean", POSITIVE),
    coordinate("sized", "kind of autoencoder of which many sizes are trained", dtype="str"),
    coordinate("size", "latents", POSITIVE, dtype="int64"),
    coordinate("world", "whether children need their parents", dtype="str"),
)
