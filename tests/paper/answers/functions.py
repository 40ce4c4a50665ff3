"""Answers to the exercises that ask for a function which stands beside a hidden one."""

import numpy as np
import torch

from answers.made import Answers, OfAnotherFramework, parameter, run
from tsup import measure
from tsup.bench import by_hand
from tsup.paper.build.exercises import P


def returning(function):
    """A function whose result comes in every form."""
    return [
        function,
        lambda *given: np.asarray(function(*given)).tolist(),
        lambda *given: OfAnotherFramework(function(*given)),
        lambda *given: parameter(function(*given)),
    ]


def asked(name, right, *wrong):
    """Answers to an exercise that asks for a function of this name."""
    unusable = [
        (3, f"the function {name} itself"),
        (lambda *given: 1 / 0, "ZeroDivisionError"),
        (lambda *given: ..., "replace the dots"),
        (lambda *given: None, "must be"),
        (lambda: 1, "TypeError"),
    ]
    return Answers([*right], [*wrong, *unusable])


def as_tensors(function):
    """A function of PyTorch, which keeps gradients, of what NumPy may hold."""
    return lambda *given: function(*(torch.as_tensor(one) if np.ndim(one) else one for one in given))


def einsums(W, b, x):
    return np.maximum(np.einsum("mhf,mhg,rmg->rmf", W, W, x) + b, 0)


def one_model_at_a_time(W, b, x):
    return np.stack([np.maximum(x[:, k] @ W[k].T @ W[k] + b[k], 0) for k in range(len(W))], axis=1)


def in_numpy(rows, density):
    shape = (rows, *density.shape)
    random = np.random.default_rng()
    return random.uniform(size=shape) * (random.uniform(size=shape) < density)


def by_one_draw(rows, density):
    u = np.random.default_rng().uniform(size=(rows, *density.shape)) / density
    return np.where(u < 1, u, 0)


def batch(values=None, on=None):
    """A batch with something wrong in it: what is drawn, given a generator, a shape and a density."""

    def generate(rows, density):
        random, shape = np.random.default_rng(), (rows, *density.shape)
        size = random.uniform(size=shape) if values is None else values(random, shape)
        return size * (random.uniform(size=shape) < density if on is None else on(random, shape, density))

    return generate


def drawn(models, hidden, features):
    return np.random.default_rng().normal(0, (2 / (hidden + features)) ** 0.5, (models, hidden, features))


def uniform_start(models, hidden, features):
    most = (6 / (hidden + features)) ** 0.5
    return np.random.default_rng().uniform(-most, most, (models, hidden, features))


def adam(slope, first, second, t, rate):
    first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
    return -rate * (first / (1 - 0.9**t)) / ((second / (1 - 0.999**t)) ** 0.5 + 1e-8)


def adam_of_torch(slope, first, second, t, rate):
    """What PyTorch's own optimiser moves by."""
    weight = torch.zeros(len(slope), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([weight], lr=rate)
    optimiser.state[weight] = {
        "step": torch.tensor(float(t - 1)),
        "exp_avg": torch.tensor(first),
        "exp_avg_sq": torch.tensor(second),
    }
    weight.grad = torch.tensor(slope)
    optimiser.step()
    return weight


def pentagon(first=1.125, turn=0.0, b=-0.25):
    angles = np.deg2rad(72 * np.arange(5) + turn)
    W = 1.125 * np.array([np.cos(angles), np.sin(angles)])
    W[:, 0] *= first / 1.125
    return W, np.full(5, b)


def interference(W):
    return measure.interference(W)


def with_loops(W):
    found = []
    for i in range(W.shape[1]):
        length = np.linalg.norm(W[:, i])
        shares = [(W[:, i] @ W[:, j] / length) ** 2 for j in range(W.shape[1]) if j != i and length > 0]
        found.append(sum(shares))
    return found


def interference_in_torch(W):
    gram = W.T @ W
    squares = gram.diagonal()
    others = (gram**2).sum(1) - squares**2
    return torch.where(squares > 0, others / squares.clamp(min=1e-12), 0)


def cheapest(p, r):
    left_out = p / 3 - p**2 / 4
    return int(np.argmin([r * left_out, left_out, (1 + r) * p * p / 6]))


def by_the_border(p, r):
    if p < min(4 * r / (2 + 5 * r), 4 / (5 + 2 * r)):
        return 2
    return 0 if r < 1 else 1


def border(r):
    return np.minimum(4 * r / (2 + 5 * r), 4 / (5 + 2 * r))


def dimensionality_in_torch(W):
    gram = W.T @ W
    return gram.diagonal() ** 2 / (gram**2).sum(1).clamp(min=1e-12)


def tied_set(rows, density, size):
    random = np.random.default_rng()
    return random.uniform(size=(rows, size)) * (random.uniform(size=(rows, 1)) < density)


def one_at_a_time(rows, density, size):
    random = np.random.default_rng()
    chosen = random.integers(size, size=(rows, 1)) == np.arange(size)
    return random.uniform(size=(rows, size)) * chosen * (random.uniform(size=(rows, 1)) < density)


def independent(rows, density, size):
    random = np.random.default_rng()
    return random.uniform(size=(rows, size)) * (random.uniform(size=(rows, size)) < density)


def tied_in_torch(rows, density, size):
    return torch.rand(rows, size) * (torch.rand(rows, 1) < density)


def one_at_a_time_in_torch(rows, density, size):
    chosen = torch.nn.functional.one_hot(torch.randint(size, (rows,)), size)
    return torch.rand(rows, size) * chosen * (torch.rand(rows, 1) < density)


def resting(W, level):
    return (np.abs(measure.dimensionality(W) - level) < 0.05).sum(-1)


def attack(W, feature, budget):
    row = W.T @ W[:, feature]
    return budget * row / (row**2).sum() ** 0.5


def attack_by_ascent(W, feature, budget):
    x = torch.zeros(W.shape[1], dtype=torch.float64, requires_grad=True)
    W = torch.as_tensor(W)
    (W[:, feature] @ (W @ x)).backward()
    return budget * x.grad / x.grad.norm()


def relu(x):
    return x * (x > 0)


def kept(h, k):
    return np.where(h >= -np.sort(-h, axis=1)[:, k - 1 : k], h, 0)


def kept_in_torch(h, k):
    found = torch.topk(h, k, dim=1)
    return torch.zeros_like(h).scatter(1, found.indices, found.values)


W, B = pentagon()

FUNCTIONS = {
    "generate-batch": asked(
        "generate_batch",
        [
            by_hand.generate_batch,
            by_one_draw,
            lambda rows, density: torch.nn.Parameter(by_hand.generate_batch(rows, torch.as_tensor(density))),
            *returning(in_numpy)[:3:2],
        ],
        (batch(on=lambda g, s, p: g.uniform(size=s) > p), "chance to be off"),
        (batch(values=lambda g, s: np.ones(s)), "not 1"),
        (batch(values=lambda g, s: g.uniform(0, 2, s)), "between 0 and 1"),
        (batch(values=lambda g, s: g.normal(0, 1, s)), "between 0 and 1"),
        (batch(on=lambda g, s, p: g.uniform(size=(*s[:-1], 1)) < p), "independently"),
        (batch(on=lambda g, s, p: g.uniform(size=(s[0], 1, s[2])) < p), "independently"),
        (batch(on=lambda g, s, p: g.uniform(size=s) < p / 2), "is on in"),
        (batch(values=lambda g, s: g.uniform(size=s) ** 3), "uniform"),
        (lambda rows, density: in_numpy(rows, density).swapaxes(0, 1), "shape (20000, 2, 3)"),
        (lambda rows, density: in_numpy(rows, density[0]), "shape (20000, 2, 3)"),
        (lambda rows, density: np.full((rows, *density.shape), 0.5), "same numbers"),
    ),
    "forward-pass": asked(
        "forward",
        [*returning(einsums), one_model_at_a_time, as_tensors(by_hand.forward)],
        (lambda W, b, x: np.einsum("mhf,mhg,rmg->rmf", W, W, x) + b, "ReLU is missing"),
        (lambda W, b, x: einsums(W, 0 * b, x), "bias is missing"),
        (lambda W, b, x: einsums(W, 0 * b, x) + b, "before the ReLU cuts"),
        (lambda W, b, x: einsums(W, -b, x), "plus sign"),
        (lambda W, b, x: np.einsum("mhf,rmf->rmh", W, x), "shape (5, 3, 4)"),
        (lambda W, b, x: einsums(W, b, x).swapaxes(0, 1), "shape (5, 3, 4)"),
        (lambda W, b, x: 2 * einsums(W, b, x), "should be"),
    ),
    "weighted-loss": asked(
        "loss",
        [
            *returning(lambda x, y, i: (i * (x - y) ** 2).mean(0).sum(-1)),
            as_tensors(by_hand.loss),
            lambda x, y, i: np.einsum("rmf,mf->m", (x - y) ** 2, i) / len(x),
        ],
        (lambda x, y, i: (i * (x - y) ** 2).mean((0, 2)), "sum over features"),
        (lambda x, y, i: (i * (x - y) ** 2).sum((0, 2)), "not their sum"),
        (lambda x, y, i: ((x - y) ** 2).sum(-1).mean(0), "importance is missing"),
        (lambda x, y, i: ((i * (x - y)) ** 2).sum(-1).mean(0), "not squared itself"),
        (lambda x, y, i: (i * abs(x - y)).sum(-1).mean(0), "square the errors"),
        (lambda x, y, i: (i * (x - y) ** 2).sum(-1).mean(), "keep the axis of models"),
        (lambda x, y, i: (i * (x - y) ** 2).sum(-1), "shape (3,)"),
    ),
    "initialise": asked(
        "initialise",
        [*returning(drawn), by_hand.initialise, uniform_start],
        (lambda m, h, n: np.random.default_rng().normal(size=(m, h, n)), "spread by"),
        (lambda m, h, n: np.random.default_rng().normal(0, 2 / (h + n), (m, h, n)), "take the root"),
        (lambda m, h, n: abs(drawn(m, h, n)) * 1.66, "as often negative"),
        (lambda m, h, n: np.repeat(drawn(1, h, n), m, 0), "all models start alike"),
        (lambda m, h, n: np.zeros((m, h, n)), "same numbers"),
        (lambda m, h, n: drawn(m, n, h), "shape (400, 3, 9)"),
        (lambda m, h, n: drawn(1, h, n)[0], "shape (400, 3, 9)"),
    ),
    "adam-move": asked(
        "move",
        [*returning(adam), adam_of_torch],
        (lambda *given: -adam(*given), "sign"),
        (lambda s, f, v, t, rate: -rate * s, "plain gradient descent"),
        (
            lambda s, f, v, t, rate: -rate * (0.9 * f + 0.1 * s) / ((0.999 * v + 0.001 * s**2) ** 0.5 + 1e-8),
            "seen so far",
        ),
        (
            lambda s, f, v, t, rate: -rate * f / (1 - 0.9**t) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8),
            "before you use them",
        ),
        (lambda s, f, v, t, rate: adam(s, f, v, t + 1, rate), "should be"),
    ),
    "own-pentagon": Answers(
        [
            (W, B),
            (W.tolist(), B.tolist()),
            (parameter(W), parameter(B)),
            (OfAnotherFramework(W), OfAnotherFramework(B)),
            (W, -0.25),
            (np.stack([0.1 * W, W]), np.stack([B, B])),
            (torch.stack([parameter(W), parameter(0.3 * W)]), torch.tensor(np.stack([B, B]))),
            {"W": pentagon(turn=20)[0], "b": B},
            *(lambda: (W, B), run(W, P, B), run(W, P, B).best().to_torch()),
        ],
        [
            (pentagon(first=0.0), "keeps 4 of the five"),
            ((np.eye(2, 5), B), "keeps 2 of the five"),
            ((W * [[1.0], [1.35]], B), "apart"),
            ((W, 0 * B), "is possible"),
            ((0.8 * W, B), "is possible"),
            ((W.T, B), "transpose"),
            ((np.stack([W, W]), B), "shape (2, 5)"),
            (W, "yours"),
            (lambda: W, "must have shape"),
            (lambda: 1 / 0, "ZeroDivisionError"),
            (None, "give a tuple"),
        ],
    ),
    "interference-of": asked(
        "interference",
        [*returning(interference), with_loops, as_tensors(interference_in_torch)],
        (lambda W: interference(W) + measure.norms(W) ** 2, "leave the feature itself out"),
        (lambda W: measure.dimensionality(W), "entry [0]"),
        (lambda W: interference(W) * measure.norms(W) ** 2, "scaled to length 1"),
        (lambda W: (measure.cosines(W) ** 2).sum(1) - (measure.norms(W) > 0), "keep their lengths"),
        (lambda W: interference(W.T), "columns"),
        (lambda W: interference(W) ** 0.5, "should be"),
        (lambda W: interference(W).sum(), "shape (3,)"),
        (lambda W: (W.T @ W) ** 2, "shape (3,)"),
        (lambda W: ((W / np.linalg.norm(W, axis=0)).T @ W).sum(1), "NaN"),
    ),
    "cheapest-of-three": asked(
        "cheapest",
        [*returning(cheapest), by_the_border],
        (lambda p, r: 2, "should be"),
        (lambda p, r: 0 if r < 1 else 1, "should be 2"),
        (lambda p, r: cheapest(1 - p, r), "not the sparsity"),
        (lambda p, r: int(np.argmin([r * p / 3, p / 3, (1 + r) * p * p / 6])), "saves p²/4"),
        (
            lambda p, r: int(np.argmin([r * (p / 3 - p * p / 4), p / 3 - p * p / 4, p * p / 6])),
            "both outputs of the pair err",
        ),
        (lambda p, r: (1, 0, 2)[cheapest(p, r)], "swapped"),
        (lambda p, r: "pair", "must be"),
        (lambda p, r: cheapest(p, r) + 1, "should be"),
    ),
    "border-of-sharing": asked(
        "border",
        [
            *returning(border),
            as_tensors(lambda r: torch.minimum(4 * r / (2 + 5 * r), 4 / (5 + 2 * r))),
            lambda r: [4 * x / (2 + 5 * x) if x <= 1 else 4 / (5 + 2 * x) for x in r],
        ],
        (lambda r: 4 * r / (2 + 5 * r), "holds for r ≤ 1"),
        (lambda r: 4 / (5 + 2 * r), "holds for r ≥ 1"),
        (lambda r: 1 - border(r), "sparsity"),
        (lambda r: np.maximum(4 * r / (2 + 5 * r), 4 / (5 + 2 * r)), "lower of the two"),
        (lambda r: np.minimum(2 * r / (1 + r), 2 / (1 + r)), "p²/4"),
        (lambda r: 4 / 7, "shape (8,)"),
        (lambda r: 0 * r + 4 / 7, "entry [0]"),
    ),
    "dimensionality-of": asked(
        "D",
        [*returning(measure.dimensionality), as_tensors(dimensionality_in_torch)],
        (
            lambda W: np.where(measure.norms(W) > 0, measure.norms(W) ** 2 / (interference(W) + 1e-12), 0),
            "itself included",
        ),
        (lambda W: 1 / np.maximum(measure.dimensionality(W), 1e-9) * (measure.norms(W) > 0), "inverse"),
        (lambda W: measure.dimensionality(W) / np.maximum(measure.norms(W), 1e-9), "squared length"),
        (
            lambda W: (measure.norms(W) > 0) / np.maximum((measure.cosines(W) ** 2).sum(1), 1e-9),
            "keep their lengths",
        ),
        (lambda W: measure.dimensionality(W).sum(), "shape (3,)"),
        (lambda W: measure.dimensionality(W.T), "shape (3,)"),
        (lambda W: (W**2).sum(0) / (((W / np.linalg.norm(W, axis=0)).T @ W) ** 2).sum(1), "NaN"),
    ),
    "correlated-batch": asked(
        "correlated",
        [*returning(tied_set), tied_in_torch],
        (independent, "together or not at all"),
        (one_at_a_time, "together or not at all"),
        (lambda n, p, k: np.repeat(tied_set(n, p, 1), k, 1), "a size of its own"),
        (lambda n, p, k: tied_set(n, 1 - p, k), "should be on in a share 0.2"),
        (lambda n, p, k: tied_set(n, p**k, k), "should be on in a share 0.2"),
        (lambda n, p, k: np.ceil(tied_set(n, p, k)), "uniform"),
        (lambda n, p, k: tied_set(n, p, k).T, "shape (20000, 3)"),
        (lambda n, p, k: 2 * tied_set(n, p, k), "between 0 and 1"),
    ),
    "anticorrelated-batch": asked(
        "anticorrelated",
        [*returning(one_at_a_time), one_at_a_time_in_torch],
        (independent, "two members are on together"),
        (tied_set, "two members are on together"),
        (lambda n, p, k: one_at_a_time(n, k * p, k), "the set as a whole"),
        (lambda n, p, k: one_at_a_time(n, p / k, k), "should be on in a share 0.2"),
        (lambda n, p, k: tied_set(n, p, k) * np.eye(k)[0], "its turn equally often"),
        (lambda n, p, k: np.ceil(one_at_a_time(n, p, k)), "uniform"),
        (lambda n, p, k: one_at_a_time(n, p, k)[:, :1], "shape (20000, 3)"),
    ),
    "energy-levels": asked(
        "resting",
        [
            *returning(resting),
            lambda W, level: [sum(abs(d - level) <= 0.05 for d in measure.dimensionality(one)) for one in W],
        ],
        (lambda W, level: resting(W, level) / W.shape[-1], "not a share"),
        (lambda W, level: resting(W, level).sum(), "keep the snapshots apart"),
        (lambda W, level: (np.abs(measure.norms(W) - level) <= 0.05).sum(-1), "not of the norm"),
        (lambda W, level: (measure.dimensionality(W) >= level - 0.05).sum(-1), "not above it"),
        (lambda W, level: resting(W, level)[-1:], "shape (3,)"),
        (lambda W, level: (np.abs(measure.dimensionality(W) - level) < 1e-9).sum(-1), "exactly"),
    ),
    "l2-attack": asked(
        "attack_on",
        [*returning(attack), attack_by_ascent],
        (lambda *given: -attack(*given), "wrong sign"),
        (lambda W, i, e: measure.gram(W)[i], "length should be the budget"),
        (lambda W, i, e: attack(W, i, 1), "length is 1"),
        (lambda W, i, e: e * measure.gram(W)[i], "only after the row has length 1"),
        (lambda W, i, e: e * np.eye(W.shape[1])[i], "the whole row"),
        (lambda W, i, e: e * np.sign(measure.gram(W)[i]), "length of the whole vector"),
        (lambda W, i, e: e * W[:, i] / np.linalg.norm(W[:, i]), "hidden vector"),
        (lambda W, i, e: attack(W, 0, e), "should be"),
    ),
    "relu-hidden": asked(
        "forward",
        [
            *returning(lambda W, b, x: relu(relu(x @ W.T) @ W + b)),
            as_tensors(lambda W, b, x: torch.relu(torch.relu(x @ W.T) @ W + b)),
        ],
        (lambda W, b, x: relu(x @ W.T @ W + b), "no ReLU yet"),
        (lambda W, b, x: relu(x @ W.T) @ W + b, "output has a ReLU"),
        (lambda W, b, x: relu(relu(x @ W.T) @ W), "bias is missing"),
        (lambda W, b, x: relu(relu(x @ W.T) @ W) + b, "inside the last ReLU"),
        (lambda W, b, x: relu(x @ W.T), "outputs are asked for"),
        (lambda W, b, x: relu(relu(x @ W.T) @ W + b).T, "transpose"),
    ),
    "absolute-value": asked(
        "forward",
        [
            *returning(lambda W1, W2, b, x: relu(relu(x @ W1.T) @ W2.T + b)),
            as_tensors(lambda W1, W2, b, x: torch.relu(torch.relu(x @ W1.T) @ W2.T + b)),
        ],
        (lambda W1, W2, b, x: relu(x @ W1.T @ W2.T + b), "hidden layer has a ReLU"),
        (lambda W1, W2, b, x: relu(x @ W1.T) @ W2.T + b, "output has a ReLU"),
        (lambda W1, W2, b, x: relu(relu(x @ W1.T) @ W2.T), "bias is missing"),
        (lambda W1, W2, b, x: abs(x), "asked for"),
        (lambda W1, W2, b, x: relu(relu(x @ W1.T) @ W1 + b), "use W2"),
        (lambda W1, W2, b, x: relu(x @ W1.T), "shape (5, 4)"),
    ),
    "top-k": asked(
        "top_k",
        [*returning(kept), as_tensors(kept_in_torch)],
        (lambda h, k: np.where(kept(abs(h), k) > 0, h, 0), "negative entry is small"),
        (lambda h, k: h * (h >= -np.sort(-h.ravel())[k * len(h) - 1]), "BatchTopK"),
        (lambda h, k: kept(h.T, k).T, "not k a column"),
        (lambda h, k: -np.sort(-h, axis=1)[:, :k], "in their places"),
        (lambda h, k: -kept(-h, k), "smallest"),
        (lambda h, k: 1.0 * (kept(h, k) != 0), "keep their values"),
        (lambda h, k: relu(h), "should be"),
    ),
}
