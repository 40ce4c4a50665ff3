"""The built site: where it is, which of its pages have figures that train, and a server for it."""

import contextlib
import functools
import http.server
import threading
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "_build" / "html"
WITH_LIVE = sorted(
    page.stem for page in (ROOT / "book").glob("*.md") if "\nlive(" in page.read_text(encoding="utf-8")
)


@contextlib.contextmanager
def served():
    """The address of the site on a free port of this machine, in a folder of its host."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def translate_path(self, path):
            return super().translate_path(path.removeprefix("/repo"))

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(FOLDER))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/repo/"
    server.shutdown()
    server.server_close()
