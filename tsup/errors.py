"""The errors that tsup raises on purpose."""


class InputError(ValueError):
    """A request that cannot be met as asked: one line naming the argument, the value and what is allowed."""


class TrainingError(RuntimeError):
    """A training that went wrong: one line naming the model's index and the step."""
