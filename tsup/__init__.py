"""Toy models of superposition: train thousands of them at once, measure them, draw them.

The public names load on first use, so that `import tsup` pulls in neither torch nor bokeh.
"""

from importlib import import_module

_HOME = {
    "AbsValue": "tsup.config",
    "Activated": "tsup.config",
    "Attack": "tsup.config",
    "Constant": "tsup.config.magnitude",
    "Exponential": "tsup.config.magnitude",
    "Features": "tsup.config",
    "Linear": "tsup.config",
    "Normal": "tsup.config.magnitude",
    "Pareto": "tsup.config.magnitude",
    "ReluHidden": "tsup.config",
    "ReluOutput": "tsup.config",
    "Setup": "tsup.config",
    "Training": "tsup.config",
    "TwoLayer": "tsup.config",
    "Uniform": "tsup.config.magnitude",
    "InputError": "tsup.errors",
    "TrainingError": "tsup.errors",
    "Run": "tsup.run",
    "load": "tsup.paper.results",
    "train": "tsup.training",
}
_MODULES = (
    *(
        "attack",
        "audit",
        "bench",
        "config",
        "data",
        "directions",
        "errors",
        "exact",
        "geometry",
        "handmade",
        "links",
        "measure",
        "models",
        "paper",
        "plots",
        "results",
        "samplers",
        "sparse_coding",
        "training",
        "widgets",
    ),
)
__all__ = [*_HOME, *_MODULES]


def __getattr__(name: str):
    """Import a public name on first use."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _MODULES:
        return import_module(f"tsup.{name}")
    raise AttributeError(f"module 'tsup' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
