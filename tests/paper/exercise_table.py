"""How many right answers each exercise takes, and wrong ones it refuses: `python tests/paper/exercise_table.py`."""

from collections.abc import Iterable

from answers import ANSWERS

from tsup.paper import exercises


def table(names: Iterable[str] = ANSWERS) -> dict[str, tuple[int, int, int, int]]:
    """Of every exercise: right answers taken, of how many, and wrong ones refused, of how many."""
    return {
        name: (
            sum(bool(exercises.check(name, answer)) for answer in ANSWERS[name].right),
            len(ANSWERS[name].right),
            sum(not exercises.check(name, answer) for answer, _ in ANSWERS[name].wrong),
            len(ANSWERS[name].wrong),
        )
        for name in names
    }


if __name__ == "__main__":
    counts = table()
    for name, (taken, right, refused, wrong) in counts.items():
        print(f"{name:22} right taken {taken:2} of {right:2}   wrong refused {refused:2} of {wrong:2}")
    taken, right, refused, wrong = (sum(column) for column in zip(*counts.values(), strict=True))
    print(
        f"{len(counts)} exercises: {taken} of {right} right forms taken, {refused} of {wrong} wrong ones refused"
    )
