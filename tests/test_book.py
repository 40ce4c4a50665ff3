"""The pages' sources: each chapter has the parts a reader counts on, and shows little code at a time."""

import re
import statistics
from pathlib import Path

import jupytext
import pytest
import yaml

from tsup.paper import predictions

ROOT = Path(__file__).parents[1]
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text())
PAGES = [ROOT / f"{CONTENTS['root']}.md"] + [
    ROOT / f"{one['file']}.md"
    for part in CONTENTS["parts"]
    for chapter in part["chapters"]
    for one in (chapter, *chapter.get("sections", []))
]
CHAPTERS = [
    ROOT / f"{chapter['file']}.md"
    for part in CONTENTS["parts"]
    if part.get("numbered")
    for chapter in part["chapters"]
]
ON_THE_PAPER = [
    ROOT / f"{chapter['file']}.md"
    for part in CONTENTS["parts"]
    if part["caption"] == "The paper"
    for chapter in part["chapters"]
]

page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def code_cells(source: Path) -> list:
    return [cell for cell in jupytext.read(source, fmt="md:myst").cells if cell.cell_type == "code"]


def lines(cell) -> int:
    """Lines a reader sees in a cell: no blanks, comments or markers."""
    return len(
        [line for line in cell.source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    )


def headings(source: Path) -> str:
    return "\n".join(line for line in source.read_text().splitlines() if line.startswith("#"))


@page
def test_no_page_is_left_out_or_missing(page):
    assert page.exists()


def test_every_source_is_in_the_contents():
    assert set((ROOT / "book").glob("*.md")) == {path for path in PAGES if path.parent.name == "book"}


@chapter
def test_a_chapter_says_what_it_gives_and_asks(chapter):
    opening = chapter.read_text().split("\n## ")[0]
    assert re.search(r"by the end\b.*you (can|will be able)", opening, re.IGNORECASE | re.DOTALL)
    assert re.search(r"prerequisites", opening, re.IGNORECASE)
    assert re.search(r"\d+ minutes", opening)


@chapter
def test_a_chapter_ends_with_a_summary_and_exercises(chapter):
    assert re.search(r"^## .*summary", headings(chapter), re.IGNORECASE | re.MULTILINE)
    assert re.search(r"^## .*exercises", headings(chapter), re.IGNORECASE | re.MULTILINE)


@chapter
def test_every_exercise_has_a_checker_a_hint_and_an_executed_solution(chapter):
    text = chapter.read_text()
    exercises = re.split(r"^[`:]{3,}\{exercise(?:-start)?\}", text, flags=re.MULTILINE)[1:]
    assert 3 <= len(exercises) <= 7
    for exercise in exercises:
        label = re.search(r":label: (\S+)", exercise)
        assert label, "an exercise needs a label"
        name = label[1]
        assert re.search(rf"\{{solution-start\}} {re.escape(name)}\n", exercise), f"{name} has no solution"
        assert "{code-cell}" in exercise.split("{solution-start}")[1], (
            f"the solution of {name} is not executed"
        )
        assert re.search(r"\bhint\b", exercise, re.IGNORECASE), f"{name} has no hint"
        assert "exercises.check(" in exercise, f"{name} has no checker"


@chapter
def test_a_chapter_shows_little_code_at_a_time(chapter):
    shown = [cell for cell in code_cells(chapter) if "remove-cell" not in cell.metadata.get("tags", [])]
    sizes = [lines(cell) for cell in shown]
    assert statistics.median(sizes) < 5
    assert max(sizes) <= 15


@page
def test_captions_come_from_the_figures_not_from_the_page(page):
    text = page.read_text()
    assert "{figure}" not in text
    assert "<figcaption" not in text
    assert not re.search(r"^\s*caption:|\btitle=[\"']|\bcaption=[\"']", text, re.MULTILINE)


PREDICT = re.compile(r"^:::\{predict\} (\S+)$(.*?)^:::$", re.MULTILINE | re.DOTALL)
ASKED = {name: (path, body) for path in PAGES for name, body in PREDICT.findall(path.read_text())}


def test_every_prediction_is_asked_on_one_page():
    assert set(ASKED) == set(predictions.PREDICTIONS)
    questions = [name for path in PAGES for name, _ in PREDICT.findall(path.read_text())]
    assert len(questions) == len(set(questions))


@pytest.mark.parametrize("path", ON_THE_PAPER, ids=lambda path: path.stem)
def test_a_chapter_of_the_paper_asks_twice_before_it_tells(path):
    assert len(PREDICT.findall(path.read_text())) >= 2


@pytest.mark.parametrize("name", predictions.PREDICTIONS)
def test_the_answer_to_a_prediction_is_a_choice_or_a_number_and_its_claim_stands_on_the_page(name):
    path, body = ASKED[name]
    answer, claim = predictions.answer(name), predictions.PREDICTIONS[name].claim
    choices = re.findall(r"^- (.+)$", body, re.MULTILINE)
    assert answer in choices if choices else float(answer) > float(re.search(r":within: (\S+)", body)[1])
    checked = re.findall(r"claims\.check\((.*?)\)", path.read_text(), re.DOTALL)
    named = {one for call in checked for one in re.findall(r'"([^"]+)"', call)}
    assert {claim, claim.partition(".")[0]} & named


GLOSSARY = ROOT / "book" / "glossary.md"
WORDS = re.findall(r"^([A-Za-z][^\n]*)\n  ", GLOSSARY.read_text().split("{glossary}")[1], re.MULTILINE)
LINKED = re.compile(r"\{term\}`(?:[^`<]*<)?([^`>]+)>?`")
NOT_PROSE = re.compile(
    r"^(`{3,}\{(?:code-cell|math)\}.*?^`{3,}$|\$\$$.*?^\$\$$|[#|:`(].*?$)", re.MULTILINE | re.DOTALL
)
NO_WORD = re.compile(
    r"\{[\w:]+\}`[^`]*`|`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)|^\*\*(?:Prereq|Time).*$", re.MULTILINE
)


def first_uses(path: Path) -> dict[str, tuple[int, int]]:
    """Where a page's prose has a word of the glossary first, and where it links it; -1 for nowhere."""
    text = path.read_text().partition("\n# ")[2].partition("\n")[2].partition("\n## Exercises")[0]
    prose = NOT_PROSE.sub("", text)
    places = {link[1].lower(): link.start() for link in reversed([*LINKED.finditer(prose)])}
    bare = NO_WORD.sub(lambda match: " " * len(match[0]), prose)
    # A word inside a longer one that has an entry of its own does not count.
    found: dict[str, tuple[int, int]] = {}
    for word in sorted(WORDS, key=len, reverse=True):
        used = re.compile(rf"(?<![\w-]){re.escape(word)}(?:s|es)?(?![\w-])", re.IGNORECASE)
        first = used.search(bare)
        found[word] = first.start() if first else -1, places.get(word.lower(), -1)
        bare = used.sub(lambda match: " " * len(match[0]), bare)
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_first_use_of_a_word_of_the_glossary_is_linked(path):
    unlinked = [word for word, (used, link) in first_uses(path).items() if used >= 0 and not 0 <= link < used]
    assert unlinked == []


def documents(text: str) -> set[str]:
    """The pages that a text links to."""
    return set(re.findall(r"\]\(([\w-]+)\.md\)", text))


def test_the_introduction_says_of_every_chapter_of_the_paper_which_others_it_needs():
    text = (ROOT / "book" / "introduction.md").read_text()
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| [")]
    said = {link: documents(needs) for chapter, _, needs in rows for link in documents(chapter)}
    asked = {
        path.stem: documents(re.search(r"^\*\*Prerequisites:\*\*.*$", path.read_text(), re.MULTILINE)[0])
        for path in ON_THE_PAPER
    }
    assert said == asked
