"""What stands around the pages of a published site: launch buttons, citations, comments, site map, data."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "sphinxext"))

import tsup_book  # noqa: E402
import tsup_card  # noqa: E402
import tsup_code  # noqa: E402
import tsup_data  # noqa: E402
import tsup_public  # noqa: E402

from tsup import links  # noqa: E402


@pytest.fixture(params=[links.PLACEHOLDER, "Ada/toys"])
def public(request, monkeypatch):
    """Whether the book has a public repository, both ways."""
    monkeypatch.setenv("GITHUB_REPOSITORY", request.param)
    return request.param != links.PLACEHOLDER


def test_launch_buttons_lead_to_the_hosts_or_say_that_nothing_is_published(public):
    buttons = tsup_book.launches("book/phase-change", "how-to-read.html#run")
    hosts = [links.binder("book/phase-change"), links.colab("book/phase-change")]
    assert [button["url"] for button in buttons] == (hosts if public else ["how-to-read.html#run"] * 2)
    assert all(("once published" in button["text"]) != public for button in buttons)


def test_an_exercise_names_the_hosts_only_where_they_have_the_page(public):
    said = tsup_code._invitation("book/phase-change")
    assert ("Binder" in said.astext()) == public
    assert said.astext().endswith("your machine after make lab.")


def test_a_page_is_cited_with_its_address_where_it_has_one(public):
    entry = tsup_public.citation("A page", "book/page")
    assert entry.startswith("@incollection{tsup-page,\n  title = {{A page}},")
    assert entry.count("{") == entry.count("}")
    assert ("https://ada.github.io/toys/book/page.html" in entry) == public


def test_comments_go_to_the_repository_or_wait_for_it(public):
    said = tsup_public.comment("What & why", "book/page")
    assert ("https://github.com/Ada/toys/issues/new?title=What%20%26%20why%3A%20" in said) == public
    assert ("once the book is published" in said) != public


def test_a_site_map_is_xml_of_every_page(public):
    text = tsup_public.sitemap({"book/b", "book/a"})
    assert text.index("book/a.html") < text.index("book/b.html")
    assert text.count("<url>") == 2


def test_a_figure_is_offered_with_its_data_once():
    body = '<data hidden data-plot-for="one" value="x"></data><figcaption>What it is.</figcaption></figure>'
    assert tsup_data.offered(body * 2).count("<details") == 2
    assert 'data-of="one"' in tsup_data.offered(body)
    assert tsup_data.offered("<p>none</p>") == "<p>none</p>"


def test_the_card_has_the_size_of_previews_and_more_than_paper():
    card = tsup_card.card()
    assert card.size == tsup_card.SIZE
    assert len(card.getcolors(card.width * card.height)) > 100
