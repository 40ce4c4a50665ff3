"""A Firefox without a window, driven by WebDriver BiDi, which it speaks over a WebSocket by itself."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websocket import WebSocket

NAMES = ("firefox-esr", "firefox")
EVENTS = ["log.entryAdded", "network.beforeRequestSent"]
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


@contextlib.contextmanager
def running(program: str, profile: Path) -> Iterator["Firefox"]:
    """A Firefox with an empty profile."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(to)});\n" for name, to in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [
        program,
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--remote-debugging-port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with contextlib.closing(
                WebSocket(_address(process, profile / "WebDriverBiDiServer.json"))
            ) as socket:
                yield Firefox(socket)
        finally:
            process.terminate()


def _address(process: subprocess.Popen, told: Path) -> str:
    """Where Firefox listens, which it writes into a file of its profile."""
    while not (told.exists() and told.read_text()):
        assert process.poll() is None, f"Firefox ended with {process.returncode}"
        time.sleep(0.1)
    where = json.loads(told.read_text())
    return f"ws://{where['ws_host']}:{where['ws_port']}/session"


class Firefox:
    """One tab of a Firefox, and everything that its page complained of or asked for."""

    def __init__(self, socket: WebSocket):
        self.errors: list[str] = []
        self.asked: list[str] = []
        self._socket, self._calls = socket, 0
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=EVENTS)
        self._context = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> Any:
        """The result of a command; what happened before it is noted."""
        self._calls += 1
        self._socket.send(json.dumps({"id": self._calls, "method": method, "params": params}))
        while (said := json.loads(self._socket.receive())).get("id") != self._calls:
            self._note(said["method"], said["params"])
        assert said["type"] == "success", said
        return said["result"]

    def _note(self, event: str, params: dict[str, Any]) -> None:
        where = params.get("context") or params["source"].get("context")
        if where != self._context:
            return
        if event == "network.beforeRequestSent":
            self.asked.append(params["request"]["url"])
        elif params["level"] == "error":
            self.errors.append(params["text"])

    def open(self, url: str) -> None:
        """Go to a page in a tab of its own, since a page that is left still complains after the next has come."""
        left, self._context = self._context, self.call("browsingContext.create", type="tab")["context"]
        self.errors, self.asked = [], []
        self.call("browsingContext.close", context=left)
        self.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def __call__(self, expression: str) -> Any:
        """The value of an expression in the page, or of what it promises, that JSON can hold."""
        text = f"Promise.resolve({expression}).then((value) => JSON.stringify(value) ?? 'null')"
        target = {"context": self._context}
        said = self.call("script.evaluate", expression=text, target=target, awaitPromise=True)
        assert said["type"] == "success", said["exceptionDetails"]["text"]
        return json.loads(said["result"]["value"])

    def until(self, expression: str) -> None:
        """Wait for what an expression says, two minutes at most."""
        wait = f"""new Promise((done, failed) => {{
            const look = setInterval(() => {expression} && done(clearInterval(look)), 50)
            setTimeout(() => failed(new Error("it has not come to this: " + {json.dumps(expression)})), 120_000)
        }})"""
        self(wait)
