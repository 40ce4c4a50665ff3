"""What learns: the five kinds of model."""

from typing import Annotated, ClassVar, Literal

from tsup.config.base import Config, at_least, configuration


@configuration
class Linear(Config):
    """The linear model x' = WᵀWx + b (F05), with `hidden` dimensions, 1 ≤ hidden ≤ n."""

    title: ClassVar[str] = "Linear model"
    hidden: Annotated[int, at_least("hidden", 1)]
    kind: Literal["linear"] = "linear"


@configuration
class ReluOutput(Config):
    """The ReLU-output model x' = ReLU(WᵀWx + b) (F05), with `hidden` dimensions, 1 ≤ hidden ≤ n."""

    title: ClassVar[str] = "ReLU-output model"
    hidden: Annotated[int, at_least("hidden", 1)]
    kind: Literal["relu-output"] = "relu-output"


@configuration
class Activated(Config):
    """The model x' = f(WᵀWx + b) with another activation f (C1), with `hidden` dimensions, 1 ≤ hidden ≤ n.

    activation: "gelu" (x Φ(x)), "silu" (x / (1 + e⁻ˣ)) or "square" (x²).
    """

    title: ClassVar[str] = "Output model"
    hidden: Annotated[int, at_least("hidden", 1)]
    activation: Literal["gelu", "silu", "square"] = "gelu"
    kind: Literal["activated"] = "activated"


@configuration
class ReluHidden(Config):
    """The ReLU-hidden model x' = ReLU(Wᵀ ReLU(Wx + c) + b) (F26), with `hidden` neurons, 1 ≤ hidden ≤ n.

    hidden_bias: whether there is a hidden bias c (F29); the paper has none.
    """

    title: ClassVar[str] = "ReLU-hidden model"
    hidden: Annotated[int, at_least("hidden", 1)]
    hidden_bias: bool = False
    kind: Literal["relu-hidden"] = "relu-hidden"


@configuration
class AbsValue(Config):
    """The absolute-value model y' = ReLU(W₂ ReLU(W₁x + c) + b), to output |x| (F30); `hidden` ≥ 1 neurons.

    hidden_bias: whether there is a hidden bias c; the paper has none.
    """

    title: ClassVar[str] = "Absolute-value model"
    hidden: Annotated[int, at_least("hidden", 1)]
    hidden_bias: bool = False
    kind: Literal["absolute-value"] = "absolute-value"


Model = Linear | ReluOutput | Activated | ReluHidden | AbsValue
