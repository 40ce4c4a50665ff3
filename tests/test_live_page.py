"""The trainer's bundle in a browser: over http and from a file, with workers or WebAssembly allowed or refused."""

import functools
import gzip
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from live_engine import ROOT, node

BUNDLES = ROOT / "tsup" / "widgets" / "static"
MOST_BYTES = {"live.js": 25 * 1024, "live.mjs": 27 * 1024}  # compressed; the module is a widget too

SCRIPT = '<script src="live.js"></script><script src="start.js"></script>'
MODULE = '<script type="module" src="module.js"></script>'
START = """
window.frames_ = [];
window.troubles = [];
const listener = { frame: (one) => frames_.push(one), trouble: (one) => troubles.push(one) };
const features = { n: 5, density: [[0.9], [0.05]] };
const model = { hidden: 2, ...TsupLive.KINDS["relu-output"] };
window.begin = (training, options) => {
  window.trainer = new TsupLive.Trainer({ features, model, training }, listener, options);
};
"""


def test_the_bundles_are_those_of_the_sources(tmp_path):
    node("live/build.mjs", tmp_path)
    for made in sorted(tmp_path.iterdir()):
        assert made.read_bytes() == (BUNDLES / made.name).read_bytes(), (
            "run make live and commit what it builds"
        )
    assert {path.name for path in tmp_path.iterdir()} == {"live.js", "live.mjs"}


@pytest.mark.parametrize("name", ["live.js", "live.mjs"])
def test_the_bundles_are_light_and_evaluate_no_text(name):
    text = (BUNDLES / name).read_bytes()
    assert len(gzip.compress(text, 9)) < MOST_BYTES[name]
    assert b"eval(" not in text
    assert b"new Function" not in text
    assert b"://" not in text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A site of two pages, in a folder below its root."""
    root = tmp_path_factory.mktemp("site")
    here = root / "repo"
    here.mkdir()
    for name in ("live.js", "live.mjs"):
        shutil.copy(BUNDLES / name, here)
    (here / "start.js").write_text(START)
    (here / "module.js").write_text(f'import * as TsupLive from "./live.mjs";\n{START}')
    (here / "script.html").write_text(SCRIPT)
    (here / "module.html").write_text(MODULE)
    return root


@pytest.fixture(scope="module")
def serve(folder):
    """Addresses of the site, with a content-security policy or without."""
    servers = []

    def start(policy):
        class Served(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def end_headers(self):
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                super().end_headers()

        handler = functools.partial(Served, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/repo"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    page.close()


def until(page, expression):
    """Wait until an expression holds; asked from outside, since a policy may forbid the page to evaluate text."""
    for _ in range(1200):
        if page.evaluate(f"Boolean({expression})"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not reached: {expression}, troubles {page.evaluate('troubles')}")


def trained(page, address, training, options=None):
    """Engine, workers and weights at the end of a training in a page."""
    page.goto(address)
    until(page, "window.begin")
    page.evaluate(
        "([training, options]) => { begin(training, options); trainer.run() }", [training, options or {}]
    )
    until(page, f"frames_.at(-1)?.step >= {training['steps']} && !trainer.running")
    assert page.errors == []
    assert page.evaluate("troubles") == []
    return page.evaluate(
        """() => {
            const { engine, weights } = frames_.at(-1);
            return { engine, workers: trainer.workers, W: [...weights.W] };
        }"""
    )


SHORT = {"steps": 300, "batch": 256, "lr": 0.01, "schedule": "constant"}
ALLOWED = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:"
NO_WASM = "default-src 'none'; script-src 'self'; worker-src blob:"
NO_WORKERS = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'"
NEITHER = "default-src 'none'; script-src 'self'"


@pytest.mark.parametrize(
    ("policy", "engine", "in_workers"),
    [
        (None, "wasm", True),
        (ALLOWED, "wasm", True),
        (NO_WASM, "typescript", True),
        (NO_WORKERS, "wasm", False),
        (NEITHER, "typescript", False),
    ],
    ids=["no policy", "allowed", "no WebAssembly", "no workers", "neither"],
)
@pytest.mark.parametrize("kind", ["script", "module"])
def test_it_trains_under_every_policy(page, serve, kind, policy, engine, in_workers):
    found = trained(page, f"{serve(policy)}/{kind}.html", SHORT, {"workers": 2})
    assert found["engine"] == engine
    assert found["workers"] == (2 if in_workers else 0)
    assert len(found["W"]) == 20


def test_it_trains_from_a_file(page, folder):
    found = trained(page, (folder / "repo" / "script.html").as_uri(), SHORT, {"workers": 2})
    assert (found["engine"], found["workers"]) == ("wasm", 2)


def test_it_asks_no_other_host_for_anything(page, serve):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    address = serve(None)
    trained(page, f"{address}/script.html", SHORT)
    assert [url for url in asked if not url.startswith((address, "blob:"))] == []
    assert sorted(Path(url).name for url in asked if url.startswith(address)) == [
        "live.js",
        "script.html",
        "start.js",
    ]


def test_workers_and_the_page_train_the_same_models(page, serve):
    address = f"{serve(None)}/script.html"
    found = [trained(page, address, SHORT, {"workers": count})["W"] for count in (0, 1, 2)]
    assert found[0] == found[1] == found[2]


def test_bad_settings_and_a_loss_that_diverges_are_one_line_and_no_dead_page(page, serve):
    page.goto(f"{serve(None)}/script.html")
    told = page.evaluate("try { begin({lr: NaN}) } catch (error) { error.message }")
    assert told == "lr must be finite and > 0, got NaN"
    page.evaluate("begin({steps: 1000, lr: 1e30}); trainer.run()")
    until(page, "troubles.length")
    assert page.evaluate("troubles[0]").endswith("lr = 1e+30 may be too large")
    page.evaluate("trainer.set({lr: 0.01}); trainer.reset(); trainer.run(50)")
    until(page, "frames_.at(-1).step === 50")
    assert page.errors == []


def test_many_resets_leave_the_memory_as_it_was(page, serve):
    page.goto(f"{serve(None)}/script.html")
    page.evaluate("begin({steps: 100000, batch: 64}, {workers: 2})")
    used = []
    for _ in range(5):
        for _ in range(10):
            page.evaluate("trainer.reset(); trainer.run(200)")
            until(page, "frames_.at(-1)?.step >= 200 && !trainer.running")
        page.evaluate("frames_.length = 0")
        used.append(page.evaluate("performance.memory.usedJSHeapSize"))
    assert used[-1] < used[0] + 5_000_000
