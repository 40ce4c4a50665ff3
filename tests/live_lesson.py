"""A page of lessons that train in it, as plain as can be: what the tests of the panel open."""

import base64
import json
import shutil
from pathlib import Path

import bokeh
import numpy as np
from bokeh.embed import json_item
from live_engine import ROOT, request

import tsup
from tsup import plots
from tsup.config import Setup
from tsup.plots.kit import theme
from tsup.widgets import loss_curve

BUNDLES = ROOT / "tsup" / "widgets" / "static"
BOKEH = Path(bokeh.__file__).parent / "server" / "static" / "js"
SCRIPTS = ("bokeh.min.js", "bokeh-widgets.min.js")

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>lesson</title>
<link rel="stylesheet" href="page.css"></head><body><main><h1>A lesson</h1>
<figure><div id="panel"></div><div id="figure"></div></figure></main>
<script src="bokeh.min.js"></script><script src="bokeh-widgets.min.js"></script>
<script src="live.js"></script><script src="lesson.js"></script></body></html>"""

STYLE = """:root { --tsup-ink: #1e293b; --tsup-text: #27323f; --tsup-muted: #566273; --tsup-line: #cfd3d8;
--tsup-raised: #fff; --tsup-slate: #71829a; --tsup-gold: #bd8200; --tsup-accent: #855800;
--tsup-accent-soft: #fbf3dd; --tsup-fails: #a32c2c; --tsup-fails-soft: #fae5e2; --tsup-sans: sans-serif; }
@media (prefers-color-scheme: dark) { :root { --tsup-ink: #eef1f5; --tsup-text: #d3d9e1; --tsup-muted: #a3aebc;
--tsup-line: #465163; --tsup-raised: #1a202a; --tsup-accent: #eebb4d; --tsup-accent-soft: #2b2415;
--tsup-fails: #f5a097; --tsup-fails-soft: #3a1d1c; --tsup-gold: #d9a02a; } body { background: #1a202a; } }
body { margin: 0; padding: 8px; font: 16px/1.5 sans-serif; } main { max-width: 760px; margin: auto; }
figure { margin: 0; }"""

SCRIPT = """
const lesson = LESSON;
window.woken = 0;
window.host = {
  async document() {
    window.woken++;
    const first = (views) => [...views.roots ?? views][0].model.document;
    return window.drawn ??= Bokeh.embed.embed_item(ITEM, "figure").then(first);
  },
};
host.document();
window.mounted = () => TsupLive.mount(document.getElementById("panel"), lesson, host);
window.panel = mounted();
lesson.own = panel.settings();
"""

WIDGET = """
import {default as widget} from "./live.mjs";
const traits = {lesson: LESSON, item: ITEM, bokeh: ["bokeh.min.js", "bokeh-widgets.min.js"], state: {}, request: {}};
const heard = new Map();
window.model = {
  get: (name) => traits[name],
  set(name, value) { traits[name] = value; heard.get(`change:${name}`)?.(); },
  save_changes() {},
  on: (event, call) => heard.set(event, call),
  off: (event) => heard.delete(event),
};
window.traits = traits;
window.ended = widget.render({model, el: document.getElementById("widget")});
"""
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>widget</title></head>
<body><div id="widget"></div><script type="module" src="widget.js"></script></body></html>"""


def weights(**arrays):
    """Weights as a lesson carries them."""
    return {
        name: {
            "shape": list(array.shape),
            "data": base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode(),
        }
        for name, array in arrays.items()
    }


def slider(field, label, value, low, high, **more):
    """A control that slides."""
    return {"field": field, "kind": "slider", "label": label, "value": value, "low": low, "high": high} | more


DENSITY = slider("density", "density p", 0.05, 0.01, 1, scale="log", ends=["dense", "sparse"])
CONTROLS = [
    DENSITY,
    slider("decay", "importance decay", 0.9, 0.1, 1),
    slider("lr", "learning rate", 0.01, 0.0001, 1e30, scale="log", more=True),
    slider("n", "features n", 5, 1, 12, whole=True, more=True),
    slider("models", "models", 4, 1, 16, whole=True, more=True),
    {
        "field": "correlated", "kind": "choice", "label": "together", "value": "none",
        "options": {"none": [], "0 and 1": [[0, 1]]}, "more": True,
    },
]  # fmt: skip


def directions():
    """Five features in two dimensions, from four starts, and the loss below."""
    setup = Setup(
        features=tsup.Features(5, np.full((4, 1), 0.05), 0.9 ** np.arange(5)),
        model=tsup.ReluOutput(2),
        training=tsup.Training(steps=2000, batch=1024, lr=0.01, schedule="constant"),
    )
    turn = 2 * np.pi * np.arange(5) / 5
    W = np.stack([np.cos(turn), np.sin(turn)])
    shares = np.linspace(1, 0.3, 20)
    figure = plots.directions(W, 0.9 ** np.arange(5))
    layout = theme.stack([figure.layout, loss_curve.draw(np.arange(20) * 100, shares, 2000).layout])
    lesson = {
        "name": "directions",
        "requests": [request(setup) | {"training": request(setup)["training"] | {"lr": 0.01}}],
        "views": [{"kind": "directions", "of": 0}, {"kind": "loss", "of": 0, "total": 2000}],
        "start": [
            {
                "step": 2000,
                "loss": [0.1] * 4,
                "weights": weights(W=np.stack([W] * 4), b=np.zeros((4, 5))),
            }
        ],
        "controls": CONTROLS,
        "words": {"reading": "Trained beforehand: five features in two dimensions."},
    }
    return lesson, layout


def write(folder, lesson, layout):
    """The page and all that it asks for, in a folder."""
    folder.mkdir(exist_ok=True)
    for name in SCRIPTS:
        shutil.copy(BOKEH / name, folder)
    for name in ("live.js", "live.mjs"):
        shutil.copy(BUNDLES / name, folder)
    (folder / "index.html").write_text(PAGE)
    (folder / "page.css").write_text(STYLE)
    given = {"LESSON": json.dumps(lesson), "ITEM": json.dumps(json_item(layout))}
    (folder / "widget.html").write_text(HOST)
    for name, text in {"lesson.js": SCRIPT, "widget.js": WIDGET}.items():
        (folder / name).write_text(text.replace("LESSON", given["LESSON"]).replace("ITEM", given["ITEM"]))
