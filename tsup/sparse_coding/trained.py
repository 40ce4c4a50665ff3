"""What a training of sparse autoencoders gives: a value with their weights, which codes and reconstructs. NumPy
only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from tsup import gate
from tsup.errors import InputError
from tsup.sparse_coding.kinds import Coder, Training


@dataclass(frozen=True, eq=False)
class Trained:
    """The autoencoders of one configuration, a seed each.

    weights: `encoder` (seed, hidden, latent), `bias` (seed, latent), `decoder` (seed, latent, hidden), of unit length,
        and `center` (seed, hidden); `threshold` (seed, latent) where a code must exceed one, and of Gated `gain` and
        `magnitude_bias` (seed, latent).
    loss: (seed,), what training made small, on fresh rows that are the same for all. seeds: their numbers. snapshots:
        the decoders at the steps that the training asked for, (time, seed, latent, hidden).
    """

    coder: Coder
    training: Training
    weights: Mapping[str, np.ndarray]
    loss: Float[np.ndarray, " seed"]
    seeds: tuple[int, ...]
    snapshots: Float[np.ndarray, "time seed latent hidden"]

    def __repr__(self) -> str:
        many = f"{len(self.seeds)} seed{'s' * (len(self.seeds) != 1)}"
        return f"Trained({self.coder.kind}: {self.coder.latents} latents, {many})"

    @property
    def encoder(self) -> Float[np.ndarray, "seed hidden latent"]:
        """What latents read from activations."""
        return self.weights["encoder"]

    @property
    def decoder(self) -> Float[np.ndarray, "seed latent hidden"]:
        """The directions that were found, of unit length."""
        return self.weights["decoder"]

    @gate.gated
    def codes(self, h: Any) -> Float[np.ndarray, "seed row latent"]:
        """The codes f of activations h (row, hidden) or (seed, row, hidden). Raises InputError for other shapes."""
        rows, w = self._rows(h), self.weights
        read = (rows - w["center"][:, None]) @ w["encoder"]
        scores = read + w["bias"][:, None]
        kind = self.coder.kind
        if kind == "Gated":
            size = read * np.exp(w["gain"])[:, None] + w["magnitude_bias"][:, None]
            return np.where(scores > 0, np.maximum(size, 0), 0)
        positive = np.maximum(scores, 0)
        if kind == "TopK":
            k = int(self.coder.sparsity)
            return np.where(positive >= -np.partition(-positive, k - 1)[..., k - 1 : k], positive, 0)
        if "threshold" not in w:
            return positive
        threshold = w["threshold"][:, None]
        # The batch's least code stays with BatchTopK; JumpReLU's must exceed its threshold.
        return np.where(positive > threshold if kind == "JumpReLU" else positive >= threshold, positive, 0)

    @gate.gated
    def reconstruct(self, h: Any) -> Float[np.ndarray, "seed row hidden"]:
        """The reconstruction ĥ of activations, as `codes` takes them."""
        return self.codes(h) @ self.decoder + self.weights["center"][:, None]

    def best(self) -> "Trained":
        """The seed of least loss alone."""
        own = [int(self.loss.argmin())]
        return replace(
            self,
            weights={name: weight[own] for name, weight in self.weights.items()},
            loss=self.loss[own],
            seeds=(self.seeds[own[0]],),
            snapshots=self.snapshots[:, own],
        )

    def _rows(self, h: Any) -> Float[np.ndarray, "*seed row hidden"]:
        found = np.asarray(gate.numbers("h", h), float)
        hidden = self.encoder.shape[1]
        fits = found.ndim in (2, 3) and found.shape[-1] == hidden and found.shape[-2]
        if not fits or (found.ndim == 3 and len(found) not in (1, len(self.loss))):
            raise InputError(
                f"h must have shape (row, {hidden}) or ({len(self.loss)}, row, {hidden}), got {found.shape}"
            )
        if not np.isfinite(found).all():
            raise InputError("h must be finite, got some that is not")
        return found
