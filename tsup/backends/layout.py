"""Where the compiled kernels keep a model's parameters: one after the other in a row of numbers, with padding."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tsup.backends.stage import Stage, Start, State
from tsup.config import Setup
from tsup.draws import generators, initial

Parameters = Float[np.ndarray, "model parameter"]


def padded(size: int, multiple: int) -> int:
    """Size rounded up to a whole multiple."""
    return -(-size // multiple) * multiple


@dataclass(frozen=True)
class Layout:
    """The parameters of a setup's models: V and, of models with two matrices, W, both (hidden, feature); b; c.

    features, hidden: the sides of a matrix with their padding; c takes `hidden` numbers, whether the model has one or
    not. bias: numbers that b takes. multiple: of which the size of the whole row is one.
    """

    setup: Setup
    features: int
    hidden: int
    bias: int
    multiple: int = 1

    @property
    def untied(self) -> bool:
        """Whether there are two matrices."""
        return not self.setup.model.tied

    @property
    def matrices(self) -> int:
        """Numbers of the matrices, padding included."""
        return (1 + self.untied) * self.hidden * self.features

    @property
    def size(self) -> int:
        """Numbers of one model, padding included."""
        return padded(self.matrices + self.bias + self.hidden, self.multiple)

    def views(self, P: Parameters) -> dict[str, Float[np.ndarray, "model ..."]]:
        """The parameters by name, without padding, as views of P."""
        n, m = self.setup.features.n, self.setup.model.hidden
        shape = len(P), 1 + self.untied, self.hidden, self.features
        both, biases = P[:, : self.matrices].reshape(shape)[..., :m, :n], P[:, self.matrices :]
        found = {"W1": both[:, 0], "W2": both[:, 1].swapaxes(1, 2)} if self.untied else {"W": both[:, 0]}
        found["b"] = biases[:, :n]
        return found | ({"b_hidden": biases[:, self.bias :][:, :m]} if self.setup.model.hidden_bias else {})

    def unpacked(self, P: Parameters) -> dict[str, Float[np.ndarray, "model ..."]]:
        """The parameters by name, without padding."""
        return {name: view.copy() for name, view in self.views(P).items()}

    def packed(self, values: Mapping[str, Float[np.ndarray, "model ..."]]) -> Parameters:
        """Parameters by name as the kernels keep them; those that are absent are 0."""
        P = np.zeros((self.setup.models, self.size), np.float32)
        known = self.views(P)
        for name, value in values.items():
            known[name][:] = value
        return P

    def initial(self, start: Start) -> tuple[Parameters, Parameters, Parameters]:
        """Parameters and Adam's two moments at a start: what it does not give is drawn as the reference draws it."""
        drawn = {name: weight.numpy() for name, weight in initial(self.setup, generators(self.setup)).items()}
        state = start.state
        return self.packed({**drawn, **start.weights}), self.packed(state.first), self.packed(state.second)

    def stage(
        self, step: int, P: Parameters, M: Parameters, V: Parameters, losses: Float[np.ndarray, " model"]
    ) -> Stage:
        """A copy of what there is after `step` updates: parameters, Adam's moments, losses."""
        return Stage(step, self.unpacked(P), losses.copy(), State(self.unpacked(M), self.unpacked(V)))
