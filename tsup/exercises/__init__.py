"""The book's exercises: check an answer, and hear what probably went wrong.

    from tsup import exercises
    exercises.check("spread", 400)

One module for each chapter holds its exercises, one small function each.
"""

from importlib import import_module
from pkgutil import iter_modules

from tsup.exercises.registry import EXERCISES, Exercise, Reply, check, exercise

for _chapter in iter_modules(__path__):  # importing a chapter registers its exercises
    import_module(f"{__name__}.{_chapter.name}")

__all__ = ["EXERCISES", "Exercise", "Reply", "check", "exercise"]
