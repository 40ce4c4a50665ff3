"""What learns: one equation, y' = f(Wᵤ g(V x + c) + b), and the kinds of model that are cases of it.

Every kind declares, as fields or as constants of its class:

    tied                one matrix W, with V = W and Wᵤ = Wᵀ; or two, V = W1 and Wᵤ = W2
    hidden_activation   g, and output_activation   f: names of `tsup.activations`
    bias                whether there is a b, and hidden_bias   whether there is a c
    target              y: "identity", the input x, or "absolute", |x|

All that trains, measures or draws a model reads these, by `equation`, and asks for no class.
"""

from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from tsup import gate
from tsup.activations import ACTIVATIONS, Name
from tsup.config.base import Config, at_least, configuration
from tsup.errors import InputError

Target = Literal["identity", "absolute"]


class Equation(NamedTuple):
    """What a model declares of y' = f(Wᵤ g(V x + c) + b); two models that declare the same compute the same."""

    tied: bool
    hidden_activation: str
    output_activation: str
    bias: bool
    hidden_bias: bool
    target: str

    @property
    def words(self) -> str:
        """The equation, as y' = ReLU(WᵀWx + b)."""
        inward, outward = ("W", "Wᵀ") if self.tied else ("W₁", "W₂")
        plain = self.hidden_activation == "linear" and not self.hidden_bias
        h = f"{inward}x" + " + c" * self.hidden_bias
        g = ACTIVATIONS[self.hidden_activation].formula.format(h)
        if self.hidden_activation == "linear" and not plain:
            g = f"({g})"
        o = f"{outward}{'' if plain else ' '}{g}" + " + b" * self.bias
        to = ", to output |x|" * (self.target == "absolute")
        return f"y' = {ACTIVATIONS[self.output_activation].formula.format(o)}{to}"


def equation(model: Any) -> Equation:
    """What a model declares. Raises InputError for one that declares none of this, or what is not known."""
    try:
        found = Equation(*(getattr(model, name) for name in Equation._fields))
    except AttributeError as error:
        raise InputError(f"model must declare its {error.name}, got {gate.shown(model)}") from None
    allowed: dict[str, tuple] = {
        **dict.fromkeys(("tied", "bias", "hidden_bias"), (True, False)),
        **dict.fromkeys(("hidden_activation", "output_activation"), tuple(ACTIVATIONS)),
        "target": ("identity", "absolute"),
    }
    for name, value in found._asdict().items():
        if not isinstance(value, type(allowed[name][0])) or value not in allowed[name]:
            raise InputError(
                f"{name} of a model must be one of {', '.join(map(str, allowed[name]))}, got {gate.shown(value)}"
            )
    return found


class _Preset(Config):
    """What most kinds declare, and what a caption calls them."""

    title: ClassVar[str]
    tied: ClassVar[bool] = True
    hidden_activation: ClassVar[Name] = "linear"
    bias: ClassVar[bool] = True
    target: ClassVar[Target] = "identity"

    @property
    def about(self) -> str:
        """The model in a few words."""
        return f"{self.title} with hidden bias" if equation(self).hidden_bias else self.title


@configuration
class Linear(_Preset):
    """The linear model x' = WᵀWx + b (F05), with `hidden` ≥ 1 dimensions."""

    title: ClassVar[str] = "Linear model"
    output_activation: ClassVar[Name] = "linear"
    hidden_bias: ClassVar[bool] = False
    hidden: Annotated[int, at_least("hidden", 1)]
    kind: Literal["linear"] = "linear"


@configuration
class ReluOutput(_Preset):
    """The ReLU-output model x' = ReLU(WᵀWx + b) (F05), with `hidden` ≥ 1 dimensions."""

    title: ClassVar[str] = "ReLU-output model"
    output_activation: ClassVar[Name] = "relu"
    hidden_bias: ClassVar[bool] = False
    hidden: Annotated[int, at_least("hidden", 1)]
    kind: Literal["relu-output"] = "relu-output"


@configuration
class Activated(_Preset):
    """The model x' = f(WᵀWx + b) with another activation f (C1), with `hidden` ≥ 1 dimensions.

    activation: "gelu" (x Φ(x)), "silu" (x / (1 + e⁻ˣ)) or "square" (x²).
    """

    title: ClassVar[str] = "Output model"
    hidden_bias: ClassVar[bool] = False
    hidden: Annotated[int, at_least("hidden", 1)]
    activation: Literal["gelu", "silu", "square"] = "gelu"
    kind: Literal["activated"] = "activated"

    @property
    def output_activation(self) -> Name:
        """The f."""
        return self.activation

    @property
    def about(self) -> str:
        """The model in a few words, and its equation."""
        return f"{self.title} {equation(self).words}"


@configuration
class ReluHidden(_Preset):
    """The ReLU-hidden model x' = ReLU(Wᵀ ReLU(Wx + c) + b) (F26), with `hidden` ≥ 1 neurons.

    hidden_bias: whether there is a hidden bias c (F29); the paper has none.
    """

    title: ClassVar[str] = "ReLU-hidden model"
    hidden_activation: ClassVar[Name] = "relu"
    output_activation: ClassVar[Name] = "relu"
    hidden: Annotated[int, at_least("hidden", 1)]
    hidden_bias: bool = False
    kind: Literal["relu-hidden"] = "relu-hidden"


@configuration
class AbsValue(_Preset):
    """The absolute-value model y' = ReLU(W₂ ReLU(W₁x + c) + b), to output |x| (F30); `hidden` ≥ 1 neurons.

    hidden_bias: whether there is a hidden bias c; the paper has none.
    """

    title: ClassVar[str] = "Absolute-value model"
    tied: ClassVar[bool] = False
    hidden_activation: ClassVar[Name] = "relu"
    output_activation: ClassVar[Name] = "relu"
    target: ClassVar[Target] = "absolute"
    hidden: Annotated[int, at_least("hidden", 1)]
    hidden_bias: bool = False
    kind: Literal["absolute-value"] = "absolute-value"


@configuration
class TwoLayer(Config):
    """The general model y' = f(Wᵤ g(V x + c) + b), with `hidden` ≥ 1 dimensions or neurons; the others are cases of it.

    tied: one matrix W, with V = W and Wᵤ = Wᵀ; or two, V = W1 and Wᵤ = W2.
    hidden_activation, output_activation: g and f, "linear", "relu", "gelu", "silu", "square", "tanh", "sigmoid",
        "softplus" or "abs".
    bias, hidden_bias: whether there is a b, and whether there is a c.
    target: y, "identity" for the input x or "absolute" for |x|.
    """

    title: ClassVar[str] = "Two-layer model"
    hidden: Annotated[int, at_least("hidden", 1)]
    tied: bool = True
    hidden_activation: Name = "linear"
    output_activation: Name = "relu"
    bias: bool = True
    hidden_bias: bool = False
    target: Target = "identity"
    kind: Literal["two-layer"] = "two-layer"

    @property
    def about(self) -> str:
        """The model in a few words, and its equation."""
        return f"{self.title} {equation(self).words}"


Model = Linear | ReluOutput | Activated | ReluHidden | AbsValue | TwoLayer
