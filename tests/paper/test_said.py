"""Sentences of the pages take their numbers from the runs, and the few that are typed are named here."""

import re
from pathlib import Path

import pytest

from tsup import InputError
from tsup.paper import said

BOOK = Path(__file__).parents[2] / "book"
PAGES = [page for page in sorted(BOOK.glob("*.md")) if "{code-cell}" in page.read_text()]
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\d|°)(?: ?%)?")
# What a sentence may type: settings of a figure that trains on its page, what others report, definitions, and the
# densities by which it names what a claim beside it has measured.
TYPED = {
    "adversarial-robustness": {"0.05"},
    "computation-in-superposition": {"0.3", "40", "0.003", "0.001"},
    "figure-elsewhere": {"4.0"},
    "how-fast": {"16"},
    "how-sure": {"1.01"},
    "how-to-read": {"200", "3.11", "20", "4.0"},
    "learning-dynamics": {"0.1", "0.4"},
    "non-uniform-superposition": {"0.03"},
    "privileged-basis": {"0.02", "64", "512", "1024"},
    "robustness": {"0.001", "20,000", "256", "0.15", "0.45", "30", "1,600"},
    "strategic-picture": {"0.82"},
}


def prose(page: str) -> str:
    """A page's sentences up to its exercises, without code, mathematics, questions, derivations and substitutions."""
    text = page.split("## Exercises")[0].split("\n---\n", 1)[-1]
    text = re.sub(r"(`{3,})\{[\w-]+\}.*?\1", "", text, flags=re.S)
    text = re.sub(r":::\{(predict|dropdown)\}.*?:::", "", text, flags=re.S)
    text = re.sub(r"^\*\*Time:.*$", "", text, flags=re.M)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", text, flags=re.S)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|\{\{.*?\}\}", "", text)


def typed(page: str) -> set[str]:
    """Numbers in a page's sentences that its own code does not hold: decimals, percentages, and two digits or more."""
    code = "\n".join(cell[1] for cell in re.findall(r"(`{3,})\{code-cell\}[^\n]*\n(.*?)\1", page, flags=re.S))
    found = [number.rstrip(",").replace("\u202f", " ") for number in NUMBER.findall(prose(page))]
    known = set(re.findall(r"\d+(?:\.\d+)?", code.replace("_", "")))
    return {one for one in found if len(one) > 1 and one.rstrip(" %").replace(",", "") not in known}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_sentences_type_no_number_but_those_named_here(page):
    assert typed(page.read_text()) == TYPED.get(page.stem, set())


def test_a_typed_result_is_found():
    page = "---\na\n---\nIt keeps 37 % of 12 features.\n```{code-cell} ipython3\nn = 12\n```\n"
    assert typed(page) == {"37 %"}
    assert typed(page.replace("37 %", "{{ F14.features }}")) == set()


def test_every_number_is_on_a_page_and_stands_there_in_words():
    pages = "".join(page.read_text() for page in PAGES)
    for row, numbers in said.MEASURED.items():
        for name in numbers:
            assert f"{{{{ {row}.{name} }}}}" in pages
    filled = said.filled(pages)
    assert "{{" not in filled
    assert f"We train {said.said()['F14']['features']} equal features" in filled


def test_a_number_that_no_run_has_is_refused():
    with pytest.raises(InputError, match=r"must be one of tsup.paper.said, got {{ F14.none }}"):
        said.filled("{{ F14.none }}")
