"""What the book's Sphinx extension makes of formulas, icons, fonts and plots, before any page is written."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "sphinxext"))

import tsup_assets  # noqa: E402
import tsup_icons  # noqa: E402
import tsup_live  # noqa: E402
import tsup_math  # noqa: E402
import tsup_plots  # noqa: E402
import tsup_source  # noqa: E402


@pytest.fixture
def setter():
    """MathJax with the macros of a book."""
    one = tsup_math.Setter({"R": r"\mathbb{R}", "relu": r"\operatorname{ReLU}"})
    yield one
    one.close()


def test_a_formula_is_drawn_for_the_eye_and_spelt_for_assistive_technology(setter):
    html = setter.set(r"\relu(x) \in \R^n", False)
    assert "<mi>ReLU</mi>" in html
    assert 'mathvariant="double-struck">R<' in html
    assert 'aria-hidden="true"' in html
    assert "tabindex" not in html


def test_a_page_holds_the_outlines_of_its_formulas_and_no_others(setter):
    one, other = setter.set("x + y", False), setter.set("z", True)
    outlines = setter.outlines(one)
    assert set(re.findall(r'<path id="([^"]+)"', outlines)) == set(tsup_math.REFERENCE.findall(one))
    assert not set(tsup_math.REFERENCE.findall(other)) & set(re.findall(r'id="([^"]+)"', outlines))
    assert setter.outlines("<p>no formula</p>") == ""


@pytest.mark.parametrize("tex", [r"\unheard", r"\frac{1}{2"])
def test_a_formula_that_is_not_understood_says_so(setter, tex):
    assert "data-mjx-error" in setter.set(tex, False)


def test_a_mathjax_that_does_not_start_is_reported(monkeypatch, tmp_path):
    monkeypatch.setattr(tsup_math, "SCRIPT", tmp_path / "none.cjs")
    with pytest.raises(RuntimeError, match="none.cjs stopped"):
        tsup_math.Setter({})


def test_icons_are_those_named_and_those_that_style_sheets_draw_by_themselves():
    styles = [
        '.fa-sun:before{content:"\\f185"}.fa-moon:before{content:"\\f186"} .box::after{content: "\\f05a"}'
    ]
    assert tsup_icons.codes({"fa-sun", "fa-solid"}, styles) == {0xF185, 0xF05A}


def test_a_font_is_cut_to_the_icons_that_are_used():
    font = tsup_icons.THEME / tsup_icons.FONTS / "fa-solid-900.woff2"
    small = tsup_icons.cut(font, {0xF185})
    assert 0xF185 in TTFont(io.BytesIO(small)).getBestCmap()
    assert len(small) < font.stat().st_size / 20


def test_a_plot_reads_from_its_script_what_it_read_from_the_page(tmp_path):
    item = json.dumps({"text": 'it\'s "so" \\ \n <b>'}).replace("<", "\\u003c")
    tmp_path.joinpath("plot.js").write_text(tsup_plots.as_script("one", item))
    code = f"""globalThis.window = globalThis; require({json.dumps(str(tmp_path / "plot.js"))});
    console.log(JSON.stringify(JSON.parse(tsupPlots.one)))"""
    printed = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(printed) == json.loads(item)


def test_a_lesson_reads_from_its_script_what_it_read_from_the_page(tmp_path):
    lesson = json.dumps({"text": 'it\'s "so" \\ \n </b>'}).replace("<", "\\u003c")
    tmp_path.joinpath("lesson.js").write_text(tsup_live.as_script("one", lesson))
    code = f"""globalThis.window = globalThis; require({json.dumps(str(tmp_path / "lesson.js"))});
    console.log(JSON.stringify(tsupLessons.one))"""
    printed = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(printed) == json.loads(lesson)


def test_a_style_sheet_holds_the_fonts_that_it_needs_at_once():
    style = tsup_assets.with_fonts((tsup_assets.OWN / "book.css").read_text())
    assert style.count("data:font/woff2;base64,") == len(tsup_assets.AT_ONCE)
    assert not [name for name in tsup_assets.AT_ONCE if name in style]


def test_bokehjs_reads_its_modules_in_turns_where_it_is_built_as_expected():
    script = Path(tsup_plots.bokehjs_path(), "js", tsup_plots.BOKEH[0])
    readable = script.with_name("bokeh.js").read_text()
    turned = tsup_plots.in_turns(script.read_text(), readable)
    assert "bokehInTurns" in turned
    assert "@order" not in turned
    assert tsup_plots.in_turns("something else", readable) == "something else"


def test_a_module_is_read_after_those_that_it_needs_and_a_circle_at_once():
    needs = {"a": [1, 2], "b": [3], "c": [], "d": [1, 2]}
    script = "\n".join(
        f"/* {name}.js */ function _(require) {{ {' '.join(f'require({k})' for k in numbers)} }},"
        for name, numbers in needs.items()
    )
    assert tsup_plots.order(script) == [2, 1, 0]


@pytest.mark.parametrize("name", ["tsup.measure.interference", "tsup.config.Features", "tsup.data._tie"])
def test_a_name_leads_to_the_line_that_defines_it(name):
    (_, file), line = tsup_source.found(name)
    assert re.match(r"(def|class|@\w+).*", file.read_text().splitlines()[line - 1])


@pytest.mark.parametrize("name", ["tsup.none", "tsup.measure.none", "none"])
def test_a_name_that_nothing_has_is_refused(name):
    with pytest.raises((ImportError, AttributeError)):
        tsup_source.found(name)
