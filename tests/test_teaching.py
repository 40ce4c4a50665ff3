"""What lecturers take from the book: slides made from a chapter, and its exercises as assignments."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "sphinxext"), str(ROOT / "tools")]

import for_nbgrader  # noqa: E402
import tsup_reference  # noqa: E402
import tsup_slides  # noqa: E402

PAGE = """<section id="one"><h1><span class="section-number">4. </span>Title<a class="headerlink" href="#one">#</a></h1>
<div class="tsup-objectives"><ul><li>know</li></ul></div>
<section id="two"><h2>It shows<a class="headerlink" href="#two">#</a></h2><p>See <a href="x.html">this</a>.</p>
<div class="tsup-predict"><p>Which?</p><ul><li>a</li></ul><button>a</button></div>
<figure class="tsup-figure"><div class="tsup-plot" id="tsup-plot-1"></div><figcaption>What.</figcaption>
<details class="tsup-data" data-of="tsup-plot-1"></details></figure>
<p><strong>It is so.</strong> Because.</p></section>
<section id="three"><h2>Summary</h2><ul><li>so</li></ul></section>
<section id="four"><h2>Exercises</h2><p>Do.</p></section></section>"""


def test_a_chapter_becomes_a_title_objectives_a_question_a_figure_with_what_it_shows_and_a_summary():
    title, slides = tsup_slides.deck(PAGE)
    assert title == "Title"
    heads = [part.split("</h")[0].rpartition(">")[2] for part in slides.split("<section>")[1:]]
    assert heads == ["Title", "By the end you can", "What do you expect?", "It shows", "Summary"]
    figure = slides.split("<section>")[4]
    assert '<p class="tsup-says">It is so.</p>' in figure
    assert 'id="tsup-plot-1"' in figure
    assert 'class="notes">See this.' in figure
    assert not [
        gone for gone in ("headerlink", "x.html", "tsup-data", "<button", 'id="two"') if gone in slides
    ]


EXERCISE = """---
kernelspec: {name: python3, display_name: Python 3}
---
# Page

```{code-cell} ipython3
import numpy as np
unused = 1
```

```{code-cell} ipython3
known = np.full(3, 400 / 3)
```

%s

```{code-cell} ipython3
n = ...
exercises.check("spread", n)
```

````{solution-start} my-label
````

```{code-cell} ipython3
n = known.sum()
exercises.check("spread", %s)
```

````{solution-end}
````
"""
WHOLE = "```{exercise}\n:label: my-label\n\nHow many?\n```"
PARTS = "```{exercise-start} How\n:label: my-label\n:class: x\n```\nHow many?\n```{exercise-end}\n```"


@pytest.mark.parametrize("form", [WHOLE, PARTS])
@pytest.mark.parametrize("answer", ["n", "round(n)"])
def test_an_exercise_becomes_a_question_an_answer_and_a_test_that_passes_with_the_solution(
    tmp_path, form, answer
):
    page = tmp_path / "page.md"
    page.write_text(EXERCISE % (form, answer))
    notebook = for_nbgrader.assignment(page)
    kinds = [(cell.cell_type, cell.metadata.get("nbgrader", {}).get("grade")) for cell in notebook.cells]
    assert kinds[2:] == [("markdown", None), ("code", False), ("code", True)]
    assert "How many?" in notebook.cells[2].source
    names: dict = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    names[answer if answer.isidentifier() else "answer"] = 3
    with pytest.raises(AssertionError):
        exec(notebook.cells[-1].source, names)


def test_a_page_without_exercises_is_no_assignment(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Page\n\nNothing to do.\n")
    assert for_nbgrader.assignment(page) is None


def test_a_docstring_is_prose_in_which_only_code_is_markup():
    assert tsup_reference.escaped("W_ of `f(*x)` and *model") == "W\\_ of ``f(*x)`` and \\*model"
    assert tsup_reference.formed(["n: features, ≥ 1.", "    of them"]) == [
        "- ``n``: features, ≥ 1.",
        "  of them",
    ]
    assert tsup_reference.formed(["    f(x)"]) == ["::", "", "    f(x)"]
    prose = ["Measures of a matrix: which features it has.", "W: weights."]
    assert tsup_reference.formed(prose) == prose
    assert tsup_reference.formed(["Raises InputError: always."]) == ["Raises InputError: always."]
