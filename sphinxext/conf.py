"""The book for Sphinx alone, without Jupyter Book, from the same settings: sphinx-build -c sphinxext . FOLDER."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "sphinxext"))
settings = yaml.safe_load((ROOT / "_config.yml").read_text())
execution, own = settings["execute"], settings["sphinx"]

project, author, copyright = settings["title"], settings["author"], settings["copyright"]
extensions = [
    "sphinx_external_toc",
    "sphinx_multitoc_numbering",
    "myst_nb",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx_togglebutton",
    "sphinxcontrib.bibtex",
    *own["extra_extensions"],
    *own["local_extensions"],
]
external_toc_path = str(ROOT / "_toc.yml")
exclude_patterns = [
    *settings["exclude_patterns"],
    "**/README.md",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
]
html_theme = "sphinx_book_theme"
html_favicon, html_logo = (str(ROOT / name) for name in (settings["html"]["favicon"], settings["logo"]))
html_static_path = ["../book/_static"]
html_title = project
nb_execution_mode = execution["execute_notebooks"]
nb_execution_cache_path = str(ROOT / "_build" / ".jupyter_cache")
nb_execution_timeout = execution["timeout"]
nb_execution_allow_errors = execution["allow_errors"]
nb_execution_raise_on_error = True
nb_output_stderr = execution["stderr_output"]
myst_enable_extensions = settings["parse"]["myst_enable_extensions"]
myst_url_schemes = ["http", "https", "mailto"]
bibtex_bibfiles = [str(ROOT / name) for name in settings["bibtex_bibfiles"]]
numfig = True
globals().update(own["config"])
