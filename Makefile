# make book     set everything up, train any result that is missing or stale, build the site, print its path
# make pictures build the site with a picture of each figure in it, which is seen until the figure is alive (needs Chromium)
# make test     set everything up and run every test
# make oldest · make newest     draw and train with the lowest, or the newest, versions that pyproject.toml allows
# make lab      open the chapters as notebooks in JupyterLab, which it installs the first time
# make student  write the notebooks without solutions, to be handed out, into _build/student
# make live     build the trainer of the page from its sources in live/
# make offline  the site of `make pictures` as one file, _build/tsup-book-offline.zip
# make wheel    wheel and sdist in _build/dist, each tried in a fresh environment
# make links    ask every address that the pages link to
# make plain    the pages by Sphinx alone, without Jupyter Book, in _build/plain
# make serve · make results · make kernels · make check (format, lint, types) · make bench · make clean

PY := .venv/bin/python
PYTEST := env OMP_NUM_THREADS=1 $(PY) -m pytest -q -n 2
PHASE := tools/phase
.DEFAULT_GOAL := book
.NOTPARALLEL:
.PHONY: book pictures test lab oldest newest serve results check bench clean setup kernels browser tested-kernels unit site pages live offline wheel links plain student

# What the book needs; the tests need more, and whatever trains needs the kernels.
setup: .venv/.book-ready node_modules/.ready

.venv/.book-ready: pyproject.toml constraints.txt tools/setup-python
	@$(PHASE) "Python packages" tools/setup-python book
	@touch $@

.venv/.test-ready: .venv/.book-ready
	@$(PHASE) "Python packages of the tests" tools/setup-python book,test
	@touch $@

node_modules/.ready: package.json package-lock.json tools/setup-node
	@$(PHASE) "browser libraries" tools/setup-node book
	@touch $@

node_modules/.test-ready: package.json package-lock.json tools/setup-node
	@$(PHASE) "browser libraries and tools" tools/setup-node test
	@touch node_modules/.ready $@

kernels: .venv/.kernels-ready

.venv/.kernels-ready: $(wildcard tsup/backends/*.py tsup/backends/*/*.py) | .venv/.book-ready
	@echo "setup: compiling kernels (about three minutes on two cores, once)"
	@$(PHASE) kernels $(PY) -c "from tsup.backends import cpu; cpu.compile_all()"
	@touch $@

browser: .venv/.chromium-ready

.venv/.chromium-ready .venv/.firefox-ready: .venv/.%-ready: tools/setup-browser | .venv/.book-ready
	@$(PHASE) $* tools/setup-browser $*
	@touch $@

results: setup
	@$(PHASE) results $(PY) tools/train_stale.py

book: results
	@$(PY) tools/build_book.py

pictures: book browser .venv/.test-ready
	@$(PY) tools/take_pictures.py

offline: pictures
	@cd _build && rm -f tsup-book-offline.zip && ../$(PY) -m zipfile -c tsup-book-offline.zip html
	@echo "The book for a room without a network: _build/tsup-book-offline.zip"

wheel: .venv/.book-ready
	@tools/try-wheel

plain: book
	$(PY) -m sphinx -q -c sphinxext . _build/plain

links: book
	$(PY) -m jupyter_book build . --builder linkcheck

.venv/.lab-ready: pyproject.toml constraints.txt tools/setup-python | .venv/.book-ready
	@$(PHASE) "Python packages of JupyterLab" tools/setup-python book,lab
	@touch $@

# The reader's own copies: one that is there is kept; delete it to get it as the book has it.
lab: .venv/.lab-ready
	@$(PY) sphinxext/tsup_notebooks.py notebooks --keep
	$(PY) -m jupyterlab notebooks/book

student: setup
	@$(PY) sphinxext/tsup_notebooks.py _build/student --student

serve: book
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html 8000

check: .venv/.test-ready node_modules/.test-ready
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PHASE) types $(PY) -m mypy
	$(PHASE) "the trainer of the page" npm run --silent check

# The trainer of the page, from live/ into the package; what it makes is committed.
live: node_modules/.test-ready
	npm run --silent build

bench: setup kernels
	$(PY) -m tsup bench

# The three stages of the tests: the library, the executed pages run once more, the built site in a browser.
tested-kernels: .venv/.test-ready
	@echo "tests: compiling the kernels that they use (a minute on two cores, once)"
	@$(PHASE) "kernels of the tests" $(PY) tests/compile_kernels.py

unit: tested-kernels browser node_modules/.test-ready
	$(PHASE) "tests of the trainer of the page" npm test --silent
	$(PHASE) "unit tests" $(PYTEST) --ignore-glob 'tests/test_site*'

pages: book .venv/.test-ready
	$(PHASE) "pages once more" $(PYTEST) --dist loadscope -o addopts= -W default --nbval-lax _build/executed

site: book browser .venv/.firefox-ready .venv/.test-ready node_modules/.test-ready
	$(PHASE) "site tests" $(PYTEST) tests/test_site*.py

# Checks take one core, and the kernels, of which there are three, one and a half.
test: .venv/.test-ready node_modules/.test-ready
	@$(MAKE) tested-kernels & $(MAKE) check; checked=$$?; wait $$! && exit $$checked
	@$(MAKE) unit pages site

oldest newest:
	@tools/setup-browser chromium
	@tools/test-bounds $@

clean:
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
