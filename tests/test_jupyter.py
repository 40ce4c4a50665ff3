"""A figure that trains, in a real JupyterLab and Notebook 7: a reader presses, Python asks and reads the weights."""

import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec

import nbformat
import numpy as np
import pytest

if not find_spec("jupyterlab"):
    pytest.skip("needs JupyterLab: `make lab` installs it", allow_module_level=True)

CELLS = [
    """import json
import tsup
from tsup.widgets import live
training = tsup.Training(steps=1_000_000, batch=256, lr=0.01, schedule="constant", replicas=2)
figure = live(tsup.Features(5, 0.05), tsup.ReluOutput(2), training, name="five", controls=["density"])
figure""",
    "figure.pause()",
    """run = figure.run
print(json.dumps([run.W.tolist(), str(run.W.dtype), run.steps_done, run.features.densities().tolist()]))""",
    "figure.set(density=0.3)\nfigure.train()",
]
PLACES = {"jupyterlab": "lab/tree/", "notebook": "notebooks/"}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOWN = "['x', 'y'].map((axis) => [...Bokeh.documents.at(-1).get_model_by_name('directions').data[axis]])"
STEP = "parseInt(document.querySelector('.tsup-live-panel .status b')?.textContent.replace(/,/g, ''))"
MAIN = "document.querySelector('.tsup-live-panel .main')?.textContent"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a Jupyter server with two notebooks; it asks for no password and knows no settings."""
    folder, own = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("jupyter")
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    for name in PLACES:
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=KERNEL), folder / f"{name}.ipynb")
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token="]
    places = {name: str(own) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        **{"cwd": folder, "env": os.environ | places},
        **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
    )
    while not (told := [*own.glob("jpserver-*.json")]):
        assert process.poll() is None, f"JupyterLab ended with {process.returncode}"
        time.sleep(0.1)
    yield json.loads(told[0].read_text())["url"]
    process.terminate()
    process.wait()


class Notebook:
    """A notebook that is open in a browser."""

    def __init__(self, page, url):
        self.page = page
        page.goto(url)
        self.until("document.querySelectorAll('.jp-CodeCell').length")

    def run(self, cell):
        """Run a cell, and give what it printed; what is pressed before the kernel is there is pressed again."""
        one = self.page.locator(".jp-CodeCell").nth(cell)
        prompt = one.locator(".jp-InputPrompt")
        before = prompt.inner_text().strip("[ ]:")
        while prompt.inner_text().strip("[ ]:") == before:
            one.locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            self.page.wait_for_timeout(2000)
        while "*" in prompt.inner_text():
            self.page.wait_for_timeout(200)
        return one.locator(".jp-OutputArea-output").all_inner_texts()

    def until(self, expression):
        self.page.wait_for_function(f"Boolean({expression})", timeout=120_000)

    def press(self):
        self.page.locator(".tsup-live-panel .main").click()


@pytest.mark.parametrize("name", PLACES)
def test_a_reader_trains_and_python_reads_the_weights_and_the_other_way_round(browser, server, name):
    if not find_spec(name):
        pytest.skip(f"needs {name}: pip install {name}")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    notebook = Notebook(page, f"{server}{PLACES[name]}{name}.ipynb")
    notebook.run(0)
    notebook.until(f"{MAIN} === 'Train'")
    notebook.press()
    notebook.until(f"{STEP} > 300")
    notebook.run(1)
    notebook.until(f"{MAIN} === 'Train'")
    assert_same(notebook, density=0.05)
    notebook.run(3)
    notebook.until(f"{MAIN} === 'Pause'")
    assert page.locator(".tsup-live-panel .number").first.input_value() == "0.3"
    notebook.press()
    notebook.until(f"{MAIN} === 'Train'")
    assert_same(notebook, density=0.3)
    page.close()


def assert_same(notebook, density):
    """Python's weights are those that are shown, and its world that of the settings."""
    [said] = notebook.run(2)
    W, kind, steps, densities = json.loads(said)
    assert kind == "float32"
    assert steps == notebook.page.evaluate(STEP)
    assert np.all(np.array(densities) == density)
    shown = np.array(notebook.page.evaluate(SHOWN))
    assert any(np.allclose(one, shown) for one in np.array(W))


def test_what_nbconvert_makes_of_it_trains_offline(browser, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELLS[0])], metadata=KERNEL)
    nbformat.write(notebook, tmp_path / "saved.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "saved.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    page = browser.new_page()
    page.goto((tmp_path / "saved.html").as_uri())
    page.locator(".tsup-live-panel .main").click(timeout=120_000)
    page.wait_for_function(f"{STEP} > 100", timeout=120_000)
    page.close()
