"""Right and wrong answers to every exercise."""

from answers.functions import FUNCTIONS
from answers.made import Answers
from answers.objects import OBJECTS
from answers.values import VALUES

ANSWERS: dict[str, Answers] = {**VALUES, **OBJECTS, **FUNCTIONS}
