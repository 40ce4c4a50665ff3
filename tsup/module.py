"""A trained stack as a module of PyTorch."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from tsup import gate
from tsup.config import Model
from tsup.errors import InputError
from tsup.models import forward, shapes


class Stack(nn.Module):
    """A stack of models: x (row, feature) or (model, row, feature) → (model, row, feature), as `tsup.models.forward`.

    The parameters have the weights' names and shapes (model, …); training it changes no run. Raises InputError for
    weights that are not the model's.
    """

    @gate.gated
    def __init__(self, config: Model, weights: Mapping[str, np.ndarray]):
        super().__init__()
        self.config, known = config, shapes(config, 1)
        if set(weights) != set(known):
            raise InputError(f"weights must be {', '.join(known)}, got {', '.join(map(str, weights))}")
        for name in known:
            self.register_parameter(name, nn.Parameter(torch.from_numpy(np.array(weights[name], np.float32))))

    def forward(self, x: Tensor) -> Tensor:
        """What every model outputs for x."""
        return forward(self.config, dict(self.named_parameters()), x)

    def extra_repr(self) -> str:
        """The models' configuration, in the module's `repr`."""
        return repr(self.config)
