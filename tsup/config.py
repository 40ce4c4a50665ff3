"""What the world is, what learns it, and how: frozen, validated, hashable configurations.

Every configuration takes plain numbers, sequences or arrays, keeps them as tuples, refuses unknown keys, compares by
value, and survives a round trip through JSON. Bad input raises `InputError` with one line.
"""

import hashlib
import json
import math
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, TypeVar, dataclass_transform

import numpy as np
from jaxtyping import Float
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.fields import FieldInfo

from tsup.errors import InputError

T = TypeVar("T")
C = TypeVar("C", bound="Config")


def _one_line(error: ValidationError) -> str:
    """The first complaint of pydantic in one line: argument, what is allowed, value."""
    first = error.errors()[0]
    *path, name = [error.title, *map(str, first["loc"])]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"{name} is not a key of {path[-1]}, got {first['input']!r}"
    if first["type"] in ("missing", "missing_argument"):
        return f"{name} is missing in {path[-1]}"
    return f"{name}: {first['msg'][0].lower()}{first['msg'][1:]}, got {first['input']!r}"


def _checked(init: Callable[..., None]) -> Callable[..., None]:
    def __init__(self, *args, **kwargs):
        try:
            init(self, *args, **kwargs)
        except ValidationError as error:
            raise InputError(_one_line(error)) from None

    __init__.__wrapped__ = init  # type: ignore[attr-defined]
    return __init__


@dataclass_transform(frozen_default=True, field_specifiers=(Field, FieldInfo))
def configuration(cls: type[T]) -> type[T]:
    """Make a class a frozen, validated dataclass whose constructor answers bad input with `InputError`."""
    made = pydantic_dataclass(frozen=True, config=ConfigDict(extra="forbid"))(cls)
    made.__init__ = _checked(made.__init__)  # type: ignore[misc, assignment]
    return made  # type: ignore[return-value]


class Config:
    """What all configurations share: JSON, and a digest that is the same on every machine."""

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return TypeAdapter(type(self)).dump_python(self, mode="json")

    def to_json(self) -> str:
        """The fields as canonical JSON: sorted keys, no spaces."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls: type[C], values: Any) -> C:
        """The configuration with these fields. Raises InputError for an unknown key or a bad value."""
        try:
            return TypeAdapter(cls).validate_python(values)
        except ValidationError as error:
            raise InputError(_one_line(error)) from None

    @classmethod
    def from_json(cls: type[C], text: str) -> C:
        """The inverse of `to_json`. Raises InputError for text that is not JSON, as for any bad field."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise InputError(f"{cls.__name__} must be JSON, got an error at {error}") from None
        return cls.from_dict(values)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits of the fields, floats to 12 digits: the last bits of a power differ by machine."""
        values = json.dumps(_rounded(self.to_dict()), sort_keys=True)
        return hashlib.sha256(f"{type(self).__name__}{values}".encode()).hexdigest()[:16]


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _array(name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}") from None
    if array.ndim > 2 or array.size == 0:
        raise ValueError(f"{name} must be a number or a filled 1-D or 2-D array, got shape {array.shape}")
    return array


def _tuples(values: Any) -> Any:
    return tuple(map(_tuples, values)) if isinstance(values, list) else values


def _density(value: Any) -> Any:
    array = _array("density", value)
    bad = array[~((array > 0) & (array <= 1))]
    if bad.size:
        raise ValueError(f"density must be in (0, 1], got {bad.flat[0]:g}")
    return _tuples(array.tolist())


def _importance(value: Any) -> Any:
    array = _array("importance", value)
    bad = array[~((array >= 0) & np.isfinite(array))]
    if bad.size:
        raise ValueError(f"importance must be finite and ≥ 0, got {bad.flat[0]:g}")
    return _tuples(array.tolist())


def _at_least(name: str, least: int) -> BeforeValidator:
    def check(value: Any) -> int:
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < least:
            raise ValueError(f"{name} must be a whole number ≥ {least}, got {value!r}")
        return int(value)

    return BeforeValidator(check)


def _finite(name: str, allowed: str, test: Callable[[float], bool]) -> BeforeValidator:
    def check(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not (math.isfinite(number) and test(number)):
            raise ValueError(f"{name} must be {allowed}, got {value!r}")
        return number

    return BeforeValidator(check)


def _sets(value: Any) -> Any:
    if value is None:
        return ()
    try:
        return tuple(tuple(int(i) for i in members) for members in value)
    except (TypeError, ValueError):
        raise ValueError(
            f"correlated and anticorrelated must be lists of lists of feature indices, got {value!r}"
        ) from None


Sets = Annotated[Any, BeforeValidator(_sets)]


@configuration
class Features(Config):
    """A world of sparse features (F05): x_i is 0 with probability 1 − density, else uniform on [low, high].

    n: number of features, ≥ 1.
    density: P(x_i ≠ 0) = 1 − S in (0, 1]; a number, an array (model,) or (model, n). For a member of an
        anticorrelated set it is the probability that its set is on.
    importance: weight of each feature in the loss, ≥ 0; a number, an array (n,) or (model, n).
    correlated: sets of features that are on or off together, with independent magnitudes.
    anticorrelated: sets of features of which, when the set is on, exactly one is.
    low, high: bounds of the magnitude of an active feature.

    Raises InputError for values out of range, shapes that disagree, or a feature in two sets.
    """

    n: Annotated[int, _at_least("n", 1)]
    density: Annotated[Any, BeforeValidator(_density)]
    importance: Annotated[Any, BeforeValidator(_importance)] = 1.0
    correlated: Sets = ()
    anticorrelated: Sets = ()
    low: Annotated[float, _finite("low", "a finite number", lambda _: True)] = 0.0
    high: Annotated[float, _finite("high", "a finite number", lambda _: True)] = 1.0

    @model_validator(mode="after")
    def _check(self) -> "Features":
        self._check_shapes()
        self._check_sets()
        if self.low >= self.high:
            raise ValueError(f"low must be below high, got low {self.low:g} and high {self.high:g}")
        return self

    def _check_shapes(self) -> None:
        density, importance = np.shape(self.density), np.shape(self.importance)
        if len(density) == 2 and density[1] != self.n:
            raise ValueError(f"density must have shape (), (model,) or (model, {self.n}), got {density}")
        if importance and importance[-1] != self.n:
            raise ValueError(
                f"importance must have shape (), ({self.n},) or (model, {self.n}), got {importance}"
            )
        if density and len(importance) == 2 and density[0] != importance[0]:
            raise ValueError(
                f"importance must have as many models as density, {density[0]}, got {importance[0]}"
            )

    def _check_sets(self) -> None:
        seen: set[int] = set()
        for members in (*self.correlated, *self.anticorrelated):
            if len(members) < 2:
                raise ValueError(f"a correlated or anticorrelated set must have ≥ 2 features, got {members}")
            for i in members:
                if not 0 <= i < self.n:
                    raise ValueError(f"a set's features must be in 0 … {self.n - 1}, got {i}")
                if i in seen:
                    raise ValueError(f"a feature may be in one set only, got feature {i} twice")
                seen.add(i)
            if np.ptp(self.densities()[:, members], axis=1).any():
                raise ValueError(f"density must be equal within a set, got unequal values for {members}")

    @property
    def settings(self) -> int:
        """How many models the arrays describe: 1 if neither has a model axis."""
        shapes = np.shape(self.density)[:1], np.shape(self.importance)[:-1]
        return next((shape[0] for shape in shapes if shape), 1)

    def densities(self) -> Float[np.ndarray, "setting feature"]:
        """The density of every feature in every setting."""
        density = np.asarray(self.density)
        column = density[:, None] if density.ndim == 1 else density
        return np.broadcast_to(column, (self.settings, self.n)).copy()

    def importances(self) -> Float[np.ndarray, "setting feature"]:
        """The importance of every feature in every setting."""
        return np.broadcast_to(np.asarray(self.importance), (self.settings, self.n)).copy()


@configuration
class Linear(Config):
    """The linear model x' = WᵀWx + b (F05), with `hidden` dimensions, 1 ≤ hidden ≤ n."""

    title: ClassVar[str] = "Linear model"
    hidden: Annotated[int, _at_least("hidden", 1)]
    kind: Literal["linear"] = "linear"


@configuration
class ReluOutput(Config):
    """The ReLU-output model x' = ReLU(WᵀWx + b) (F05), with `hidden` dimensions, 1 ≤ hidden ≤ n."""

    title: ClassVar[str] = "ReLU-output model"
    hidden: Annotated[int, _at_least("hidden", 1)]
    kind: Literal["relu-output"] = "relu-output"


Model = Linear | ReluOutput


def _seed(value: Any) -> Any:
    array = np.asarray(value)
    if array.ndim > 1 or array.dtype.kind not in "iu" or array.size == 0 or (array < 0).any():
        raise ValueError(f"seed must be a whole number ≥ 0, or one per setting, got {value!r}")
    return tuple(int(s) for s in array) if array.ndim else int(array)


@configuration
class Training(Config):
    """How a stack of models is trained.

    steps: updates, ≥ 1, each on a fresh batch of `batch` rows.
    lr: learning rate > 0, falling to 0 over the run by `schedule`: "constant" (it stays), "linear" or "cosine".
    weight_decay: decoupled, ≥ 0; Adam without it, AdamW with it.
    replicas: models trained for each setting, ≥ 1, differing in start and data.
    seed: one whole number, spawned into a seed a setting; or a seed for each setting.
    snapshots: steps, from 0 (the start) to `steps`, at which the weights are kept.
    """

    steps: Annotated[int, _at_least("steps", 1)] = 10_000
    batch: Annotated[int, _at_least("batch", 1)] = 1024
    lr: Annotated[float, _finite("lr", "finite and > 0", lambda lr: lr > 0)] = 1e-3
    schedule: Literal["constant", "linear", "cosine"] = "cosine"
    weight_decay: Annotated[float, _finite("weight_decay", "finite and ≥ 0", lambda w: w >= 0)] = 0.0
    replicas: Annotated[int, _at_least("replicas", 1)] = 1
    seed: Annotated[Any, BeforeValidator(_seed)] = 0
    snapshots: tuple[Annotated[int, _at_least("snapshots", 0)], ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "Training":
        beyond = [step for step in self.snapshots if step > self.steps]
        if beyond:
            raise ValueError(f"snapshots must be steps from 0 to {self.steps}, got {beyond[0]}")
        return self

    def learning_rate(self, step: int) -> float:
        """The learning rate of update `step`, counted from 0."""
        done = step / self.steps
        factor = {"constant": 1.0, "linear": 1 - done, "cosine": (1 + math.cos(math.pi * done)) / 2}
        return self.lr * factor[self.schedule]


@configuration
class Setup(Config):
    """A whole experiment: the world, what learns it, and how. Checks what the three must agree on."""

    features: Features
    model: Annotated[Model, Field(discriminator="kind")]
    training: Training

    @model_validator(mode="after")
    def _check(self) -> "Setup":
        if self.model.hidden > self.features.n:
            raise ValueError(f"hidden must be in 1 … n = {self.features.n}, got {self.model.hidden}")
        seed, settings = self.training.seed, self.features.settings
        if isinstance(seed, tuple) and len(seed) != settings:
            raise ValueError(f"seed must be one number or one per setting, {settings}, got {len(seed)}")
        return self

    @property
    def models(self) -> int:
        """Size of the stack: settings × replicas, replicas fastest."""
        return self.features.settings * self.training.replicas

    @property
    def seeds(self) -> tuple[int, ...]:
        """One seed a setting; a single seed is spawned so that settings are independent."""
        return spawn_seeds(self.training.seed, self.features.settings)


def spawn_seeds(seed: int | tuple[int, ...], settings: int) -> tuple[int, ...]:
    """One seed a setting. A tuple is passed through; a number is spawned, the same for any count of settings."""
    if isinstance(seed, tuple):
        return seed
    states = (np.random.SeedSequence((seed, k)).generate_state(1, np.uint64)[0] for k in range(settings))
    return tuple(int(state >> np.uint64(1)) for state in states)


def _describe_importance(features: Features) -> str:
    importance = features.importances()
    if np.ptp(importance) == 0:
        return f"importance {importance[0, 0]:g}"
    rows = importance[0] if (importance == importance[0]).all() and importance[0].all() else None
    if rows is not None and np.allclose(rows[1:] / rows[:-1], rows[1] / rows[0]):
        return f"importance {rows[1] / rows[0]:.4g}^i"
    return f"importance from {importance.min():g} to {importance.max():g}"


def _describe_density(features: Features) -> str:
    density = features.densities()
    if np.ptp(density) == 0:
        return f"density {density[0, 0]:g}"
    if (density == density[:, :1]).all():
        return f"{features.settings} densities from {density.max():g} to {density.min():g}"
    return f"densities from {density.max():g} to {density.min():g}"


def describe(features: Features, model: Model, training: Training) -> str:
    """The experiment in one phrase for a caption, every number taken from the configuration."""
    parts = [f"{model.title}, n = {features.n}, m = {model.hidden}"]
    parts += [_describe_importance(features), _describe_density(features)]
    parts += [f"correlated sets {features.correlated}"] if features.correlated else []
    parts += [f"anticorrelated sets {features.anticorrelated}"] if features.anticorrelated else []
    decay = f" with weight decay {training.weight_decay:g}" if training.weight_decay else ""
    parts += [f"{training.steps:,} steps of {'AdamW' if decay else 'Adam'}{decay} on {training.batch:,} rows"]
    parts += [f"learning rate {training.lr:g} ({training.schedule})"]
    parts += [f"{training.replicas} starts each"] if training.replicas > 1 else []
    return ", ".join(parts)
