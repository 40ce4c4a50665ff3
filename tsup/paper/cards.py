"""What stands on an exercise's card: how hard it is, from 1 to 5, and about how many minutes it takes."""

from typing import NamedTuple

from tsup.errors import InputError

HARDEST = 5


class Card(NamedTuple):
    """An exercise's difficulty, 1 (read and put in) to 5 (a small project), and its minutes."""

    difficulty: int
    minutes: int

    @property
    def words(self) -> str:
        """What it says, in words."""
        return f"difficulty {self.difficulty} of {HARDEST}, about {self.minutes} minutes"


CARDS: dict[str, Card] = {
    name: Card(difficulty, minutes)
    for difficulty, timed in {
        1: {
            "spread": 3,
            "how-many-at-once": 4,
            "price": 4,
            "two-in-one": 4,
            "best-reading": 5,
            "left-out-loss": 5,
            "digon-reach": 4,
            "given-up": 5,
            "how-many-empty": 4,
            "dead-output": 4,
            "floor-levels": 4,
            "left-out": 5,
            "unequal-densities": 5,
            "spare-latents": 5,
            "penalty-enough": 5,
            "bipyramid": 5,
        },
        2: {
            "generate-batch": 8,
            "forward-pass": 10,
            "weighted-loss": 6,
            "initialise": 6,
            "attack-direction": 6,
            "waking-budget": 5,
            "few-yet-shared": 6,
            "abs-by-hand": 8,
            "inhibition": 6,
            "beyond-pairs": 7,
            "renamed-neurons": 6,
            "not-aligned": 6,
            "pentagon": 6,
            "alone": 7,
            "collapsed-norm": 6,
            "octahedron-share": 6,
            "bound": 5,
            "by-hand": 6,
            "narrow": 5,
            "ramp-share": 5,
            "encoder-units": 6,
            "principal-component": 6,
            "first-collapse": 7,
            "where-sharing-begins": 6,
            "harmless-turns": 6,
            "both-kinds": 8,
            "room-for-sets": 6,
            "bound-features": 5,
            "near-enough": 5,
            "fewest-features": 5,
            "shrunk-code": 5,
            "later-layers": 7,
            "two-thirds": 7,
            "empty-share": 6,
            "correlated-batch": 7,
            "relu-hidden": 6,
            "absolute-value": 6,
            "energy-levels": 7,
            "border-of-sharing": 8,
            "cheapest-of-three": 8,
        },
        3: {
            "adam-move": 10,
            "own-pentagon": 15,
            "interference-of": 8,
            "dimensionality-of": 8,
            "anticorrelated-batch": 8,
            "l2-attack": 8,
            "top-k": 8,
            "sae-step": 10,
            "gaps": 8,
            "bias-by-number": 8,
            "four-in-a-plane": 9,
            "loose-frame": 6,
            "triangle": 8,
            "first-bit": 8,
            "free-of-charge": 7,
            "last-norm": 8,
            "three-anticorrelated": 8,
            "confused-or-antipodal": 9,
            "tie-breaker": 8,
        },
        4: {"beat-them-all": 10, "across-the-edge": 12, "linear-tie": 8, "silence": 9},
    }.items()
    for name, minutes in timed.items()
}


def card(name: str) -> Card:
    """The card of an exercise. Raises InputError for one that has none."""
    if name not in CARDS:
        raise InputError(f"exercise must be one with a card, got {name!r}")
    return CARDS[name]
