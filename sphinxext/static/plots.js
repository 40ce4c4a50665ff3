// Draws every .tsup-plot of the page, one at a time and only while the page rests, in the page's own fonts and colours;
// repaints it when the reader switches between light and dark, and names its controls for assistive technology. BokehJS, and
// what is drawn, are asked for when the first figure is drawn: as it nears the viewport, or, where a picture stands in its
// place (tools/take_pictures.py), as the page rests on it or the reader points at it, presses it or comes to it by keyboard.
//
// For other scripts: `tsupFigures.wake(id)` draws the .tsup-plot of that id now, if it is not yet drawn, and promises its
// Bokeh document; it is refused with the error where the figure cannot be drawn.
(() => {
  const root = document.documentElement;
  const token = (name) => getComputedStyle(root).getPropertyValue(`--tsup-${name}`).trim();
  const isDark = () => root.dataset.theme === "dark";
  const drawn = new Map();

  // Neutral colours that figures are drawn in (tsup.plots' light theme), and the page colour each stands for.
  const {src: here, dataset: settings} = document.currentScript ?? {dataset: {}};
  const NEUTRAL = new Map(Object.entries(JSON.parse(settings.neutral ?? "{}")));
  const BOKEH = JSON.parse(settings.bokeh ?? "[]").map((file) => new URL(file, here).href);

  const rules = () => {
    const ink = token("ink"), muted = token("muted"), line = token("line"), font = token("sans");
    const axis = {
      axis_label_text_color: ink, major_label_text_color: muted, axis_line_color: line,
      major_tick_line_color: line, minor_tick_line_color: null,
      axis_label_text_font: font, major_label_text_font: font, axis_label_text_font_style: "normal",
    };
    const clear = {background_fill_alpha: 0, background_fill_color: null};
    return [
      [/^(Figure|Plot|GridPlot)$/, {...clear, border_fill_color: null, outline_line_color: null}],
      [/Axis$/, axis],
      [/Grid$/, {grid_line_color: token("grid")}],
      [/^Title$/, {text_color: ink, text_font: font}],
      [/^Legend$/, {...clear, border_line_color: null, label_text_color: ink, label_text_font: font, title_text_color: ink, title_text_font: font}],
      [/^ColorBar$/, {...clear, ...axis, title_text_color: ink, title_text_font: font, bar_line_color: null}],
    ];
  };

  const original = new WeakMap();
  const remember = (model, attr, value) => {
    const kept = original.get(model) ?? original.set(model, new Map()).get(model);
    if (!kept.has(attr)) kept.set(attr, value);
    return kept.get(attr);
  };

  const set = (model, values) => {
    for (const [attr, value] of Object.entries(values)) if (attr in model.properties && model[attr] !== value) model[attr] = value;
  };

  const swapNeutrals = (model) => {
    for (const attr of Object.keys(model.properties)) {
      if (!/color$/.test(attr)) continue;
      const value = remember(model, attr, model[attr]);
      const plain = typeof value === "string" ? value : value?.value;
      const name = typeof plain === "string" && NEUTRAL.get(plain.toLowerCase());
      if (!name) continue;
      const colour = isDark() ? token(name) : plain;
      model[attr] = typeof value === "string" ? colour : {...value, value: colour};
    }
  };

  const paint = (doc) => {
    const every = [...doc._all_models.values()], table = rules();
    for (const model of every) {
      swapNeutrals(model);
      for (const [type, values] of table) if (type.test(model.type)) set(model, values);
    }
  };

  // What Bokeh's widgets wear inside their shadow roots; custom properties reach in from the page.
  const dress = new CSSStyleSheet();
  dress.replaceSync(`
    :host { --font-size: .92rem; --font-family: var(--tsup-sans); color: var(--tsup-text); font-family: var(--tsup-sans); font-size: .92rem; line-height: 1.45; }
    .bk-clearfix { font-size: .92rem; }
    .bk-slider-title { font-weight: 600; color: var(--tsup-ink); padding-bottom: .25rem; }
    .bk-slider-value { font-weight: 600; }
    .noUi-target { background: var(--tsup-line); border: 0; border-radius: 999px; box-shadow: none; }
    .noUi-target.noUi-horizontal { height: 6px; }
    .noUi-connect { background: none !important; }
    .noUi-handle { width: 22px !important; height: 22px !important; top: -8px !important; right: -11px !important; border-radius: 50%; background: var(--tsup-raised); border: 3px solid var(--tsup-gold); box-shadow: var(--tsup-shadow); }
    .noUi-handle:focus-visible { outline: 3px solid var(--tsup-accent); outline-offset: 2px; }
    .bk-input-group > label, :host(.title) { font-weight: 600; color: var(--tsup-ink); }
    :host(.ends) { font-size: .82rem; color: var(--tsup-muted); }
    select.bk-input, input { color: var(--tsup-ink); background-color: var(--tsup-raised); border-color: var(--tsup-line); border-radius: 6px; }
    .bk-btn.bk-btn-default { flex: 0 1 auto; font-size: .88rem; padding: .25rem .65rem; color: var(--tsup-text); background: var(--tsup-raised); border: 1px solid var(--tsup-line); }
    .bk-btn.bk-btn-default:hover { color: var(--tsup-ink); background: var(--tsup-accent-soft); }
    .bk-btn.bk-btn-default.bk-active { font-weight: 600; color: var(--tsup-ink); background: var(--tsup-accent-soft); border-color: var(--tsup-gold); box-shadow: inset 0 0 0 1px var(--tsup-gold); }
    .bk-btn:focus-visible, select:focus-visible { outline: 3px solid var(--tsup-accent); outline-offset: 2px; z-index: 1; box-shadow: none; }
    .bk-btn-group { flex-wrap: wrap; row-gap: 4px; }
    @media (max-width: 720px) { :host(.controls) { position: sticky; top: var(--pst-header-height, 3rem); z-index: 2; background: var(--tsup-raised); } }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
  `);
  const wear = (shadow) => {
    if (!shadow.adoptedStyleSheets.includes(dress)) shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, dress];
  };

  function* walk(view) {
    yield view;
    for (const child of view.children?.() ?? []) yield* walk(child);
  }

  const nameButtons = (group, {name, active}) => {
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    [...group.children].forEach((button, place) => button.setAttribute("aria-pressed", place === active));
  };

  // noUiSlider's handles live in Bokeh's shadow roots and have no accessible name of their own.
  const name = (views, figure) => {
    for (const view of views.flatMap((top) => [...walk(top)])) {
      const {model} = view, shadow = view.shadow_el;
      if (!shadow) continue;
      if (!/^(Figure|Plot|GridPlot)$/.test(model.type)) wear(shadow);
      if (model.type === "RadioButtonGroup") nameButtons(shadow.querySelector(".bk-btn-group"), model);
      shadow.querySelectorAll(".noUi-handle").forEach((handle) => {
        handle.setAttribute("aria-label", model.title || figure);
        if (model.show_value || !model.title) return;
        handle.setAttribute("aria-valuetext", model.title);
        const title = shadow.querySelector(".bk-slider-title");
        if (title && title.textContent !== model.title) title.textContent = model.title;
      });
      if (model.name === "reading" && view.el.getAttribute("role") !== "status") {
        view.el.setAttribute("role", "status");
        view.el.setAttribute("aria-live", "polite");
      }
    }
  };

  const release = ({style}) => { style.height = ""; };

  const fail = (element, error) => {
    element.style.height = "";
    element.dataset.state = "failed";
    element.textContent = `This figure could not be drawn (${error.message}).`;
    console.error(error);
  };

  const load = (src) => new Promise((done, failed) => {
    const events = {onload: done, onerror: () => failed(new Error(`${src} did not load`))};
    document.head.append(Object.assign(document.createElement("script"), {src, async: false, ...events}));
  });
  let bokeh;
  const bringBokeh = async () => {
    for (const file of BOKEH) {
      await load(file);
      await window.bokehInTurns;
    }
    slowly();
  };
  const bring = () => bokeh ??= bringBokeh();
  const fonts = () => document.fonts.load(`1em ${token("sans")}`).catch(() => {});

  const source = async ({id}) => {
    await load(document.querySelector(`[data-plot-for="${id}"]`).value);
    const text = window.tsupPlots[id];
    delete window.tsupPlots[id];
    await rest();
    return JSON.parse(text);
  };

  const REST = 120, STAY = 500;  // milliseconds without scrolling: before drawing goes on; before a picture comes alive
  const wait = (time) => new Promise((done) => setTimeout(done, time));
  const frame = () => new Promise(requestAnimationFrame);
  const idle = () => new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done, {timeout: 500}));
  let moved = -STAY;
  const isResting = (time) => performance.now() >= moved + time;
  const rest = async (time = REST) => {
    while (!isResting(time)) await wait(moved + time - performance.now());
    await idle();
  };

  // Work on a figure goes on in turns: between two steps it gives way to the reader, once the turn has lasted for so long.
  const TURN = 30;  // milliseconds
  let began = 0;
  const breathe = async () => {
    if (performance.now() < began + TURN) return;
    await (globalThis.scheduler?.yield?.() ?? wait(0));
    began = performance.now();
  };

  // Numbers travel packed, which browsers unpack sooner than Bokeh, and beside what else the page does.
  const packed = (value, found = []) => {
    if (value?.type === "bytes" && typeof value.data === "string") found.push(value);
    else if (value && typeof value === "object") for (const one of Object.values(value)) if (typeof one === "object") packed(one, found);
    return found;
  };
  const unpack = async (bytes) => {
    const zipped = new Blob([Uint8Array.from(atob(bytes.data), (letter) => letter.charCodeAt(0))]);
    const stream = zipped.stream().pipeThrough(new DecompressionStream("gzip"));
    bytes.data = {buffer: await new Response(stream).arrayBuffer()};
  };
  const unpackAll = async (found) => {
    const going = [];
    for (const bytes of found) {
      going.push(unpack(bytes));
      await breathe();
    }
    await Promise.all(going);
  };

  // What Bokeh's deserializer does to a value, in turns: what holds models is decoded part by part, the rest as it does it.
  const decodeEach = async (reader, values) => {
    const decoded = [];
    for (const value of values) decoded.push(await decode(reader, value));
    return decoded;
  };
  const decodeMap = async (reader, entries) => {
    const keys = reader._decode(entries.map(([key]) => key));
    const values = await decodeEach(reader, entries.map(([, value]) => value));
    const pairs = keys.map((key, k) => [key, values[k]]);
    return keys.every((key) => typeof key === "string") ? Object.fromEntries(pairs) : new Map(pairs);
  };
  const decodeModel = async (reader, {id, name, attributes = {}}) => {
    await breathe();
    const model = new (reader._resolve_type(name))({id});
    reader.references.set(id, model);
    model.initialize_props(await decodeMap(reader, Object.entries(attributes)));
    reader._finalizable.add(model);
    return model;
  };
  const isModel = (value) => value?.type === "object" && typeof value.id === "string";
  const decode = (reader, value) => {
    if (isModel(value)) return decodeModel(reader, value);
    if (value?.type === "map" && value.entries?.length) return decodeMap(reader, value.entries);
    if (Array.isArray(value) && value.some(isModel)) return decodeEach(reader, value);
    return reader._decode(value);
  };

  // A document with its models, as Bokeh's own `from_json` makes it, in turns.
  const read = async ({roots, ...rest}) => {
    const {Document} = Bokeh.require("document/document"), {Deserializer} = Bokeh.require("core/serialization/deserializer");
    if (window.DecompressionStream) await unpackAll(packed(roots));
    await breathe();
    const doc = Document.from_json({...rest, roots: []});
    const reader = new Deserializer(doc.resolver, doc._all_models);
    doc._push_all_models_freeze();
    reader._decoding = true;
    const decoded = await decodeEach(reader, roots);
    for (const model of reader._finalizable) {
      model.attach_document(doc);
      model.finalize();
      await breathe();
    }
    for (const model of reader._finalizable) model.connect_signals();
    decoded.forEach((root) => doc.add_root(root));
    doc._pop_all_models_freeze();
    return doc;
  };

  const isLayout = (view) => view.is_root && view.update_layout;

  // Bokeh builds the views of a figure, of which there are hundreds, one after another, and would then show them at once.
  const slowly = () => {
    const views = Bokeh.require("core/build_views"), {build_view, build_views} = views;
    views.build_views = async (...given) => {
      await breathe();
      return build_views(...given);
    };
    views.build_view = async (...given) => {
      await breathe();
      const view = await build_view(...given);
      if (isLayout(view)) view.build = () => {};
      return view;
    };
  };

  const settle = async (view) => {
    for (const child of view.children()) if (child.r_after_render) await settle(child);
    view.after_render();
    view._was_built = true;
    await breathe();
  };

  // What Bokeh's `compute_layout` of a root does, plot by plot.
  const layOut = async (root, plots) => {
    const each = async (step) => {
      for (const plot of plots) {
        step(plot);
        await breathe();
      }
    };
    await each((plot) => plot.measure_layout());
    root.update_bbox();
    await each((plot) => plot._compute_layout());
    await each((plot) => plot.after_layout());
    root._layout_computed = true;
  };

  // What Bokeh's `build` of a root does, in turns: the parts are put on the page, laid out, and painted one by one.
  const show = async (root, element) => {
    const plots = [...walk(root)].filter((view) => view.throttled_paint);
    plots.forEach((plot) => plot.pause());
    root._was_built = true;
    root.invalidate_layout = root.compute_layout = () => {};
    root.render_to(element);
    await breathe();
    await settle(root);
    delete root.invalidate_layout;
    name([root], element.getAttribute("aria-label"));
    root.update_layout();
    await breathe();
    await layOut(root, plots);
    delete root.compute_layout;
    for (const plot of plots) {
      await breathe();
      plot.unpause(true);
      plot.paint();
    }
    root.notify_finished();
  };

  // Read, coloured, built and shown in tasks of their own, so that none is long.
  const build = async (element) => {
    const [item] = await Promise.all([source(element), bring()]);
    await rest();
    const doc = await read(item.doc);
    await rest();
    drawn.set(element, doc);
    paint(doc);
    await rest();
    const manager = await Bokeh.embed.add_document_standalone(doc, element, [element]);
    for (const root of manager.roots.filter(isLayout)) await show(root, element);
    return manager;
  };

  // The picture lies over what is drawn below it until that is there, so that nothing moves or flickers.
  const pictures = (element) => [...element.querySelectorAll(":scope > .tsup-picture")];
  // A figure stands in its place, hidden and cut to the height that was kept free, until it is whole. It is never lifted out
  // of the page for that: as it was put back, browsers would not keep what is read below it where it is.
  const keepHeight = (element) => {
    element.style.height = `${element.getBoundingClientRect().height}px`;
    element.querySelector(":scope > .tsup-place")?.remove();
  };
  const replacePicture = async (element, doc) => {
    if (!pictures(element).length) return;
    while (!doc.is_idle) await frame();
    await frame();
    await frame();
    pictures(element).forEach((picture) => picture.remove());
  };

  const comeAlive = async (element) => {
    await fonts();
    keepHeight(element);
    element.dataset.state = "drawing";
    const manager = await build(element);
    const views = manager.roots ?? [...manager], doc = views[0].model.document;
    const label = element.getAttribute("aria-label");
    element.bokehDocument = doc;
    const rename = () => name(views, label);
    rename();
    setTimeout(rename, 300);
    doc.on_change(() => setTimeout(rename, 0));
    await replacePicture(element, doc);
    release(element);
    element.dataset.state = "drawn";
    return doc;
  };

  const alive = new Map();
  const wake = (element) => {
    if (!alive.has(element)) {
      alive.set(element, comeAlive(element));
      alive.get(element).catch((error) => fail(element, error));
    }
    return alive.get(element);
  };
  window.tsupFigures = {wake: (id) => wake(document.getElementById(id))};

  const away = (element) => {
    const {top, bottom} = element.getBoundingClientRect();
    return Math.abs(top + bottom - innerHeight);
  };
  const nearest = (elements) => [...elements].sort((one, other) => away(one) - away(other))[0];

  // Figures are drawn when they are in `rootMargin` and the page has not been scrolled for `time`; one that has a picture is
  // forgotten as it leaves.
  const drawResting = (elements, time, rootMargin) => {
    const near = new Set();
    let working = false;
    const work = async () => {
      if (working) return;
      for (working = true; near.size;) {
        await rest(time);
        const next = nearest(near);
        if (!next) break;
        near.delete(next);
        watcher.unobserve(next);
        await wake(next).catch(() => {});
      }
      working = false;
    };
    const watcher = new IntersectionObserver((entries) => {
      for (const {target, isIntersecting} of entries) {
        if (isIntersecting) near.add(target);
        else if (pictures(target).length) near.delete(target);
      }
      work();
    }, {rootMargin});
    elements.forEach((element) => watcher.observe(element));
  };

  const CONTROL = "button, select, input, .noUi-handle";
  const within = (root) => [...root.querySelectorAll("*")].flatMap((part) => [part, ...(part.shadowRoot ? within(part.shadowRoot) : [])]);
  const at = (x, y, root = document) => {
    const found = root.elementFromPoint(x, y), inner = found?.shadowRoot;
    return inner && inner !== root ? at(x, y, inner) ?? found : found;
  };

  // A press on the picture of a control is a press on the control, and one on a slider's track moves its handle there.
  const press = async (element, {clientX, clientY}) => {
    const before = element.getBoundingClientRect();
    await wake(element);
    const {left, top} = element.getBoundingClientRect();
    const place = {clientX: clientX - before.left + left, clientY: clientY - before.top + top};
    const found = at(place.clientX, place.clientY), control = found?.closest(CONTROL), track = found?.closest(".noUi-base");
    (control ?? track?.querySelector(".noUi-handle"))?.focus();
    if (control?.matches("button")) control.click();
    if (!control) track?.dispatchEvent(new MouseEvent("mousedown", {...place, buttons: 1, bubbles: true}));
  };

  const passFocus = async (element) => {
    await wake(element);
    const isHere = document.activeElement === element;
    element.removeAttribute("tabindex");
    if (isHere) within(element).find((part) => part.matches(CONTROL) && part.checkVisibility())?.focus();
  };

  const sleep = (element) => {
    const isAsleep = () => pictures(element).length;
    if (element.getAttribute("role") === "group") element.tabIndex = 0;
    element.addEventListener("focus", () => passFocus(element), {once: true});
    element.addEventListener("click", (event) => isAsleep() && press(element, event));
    element.addEventListener("pointermove", () => isAsleep() && isResting(REST) && wake(element));
  };

  const start = () => {
    const plots = [...document.querySelectorAll(".tsup-plot")];
    const pictured = plots.filter((plot) => pictures(plot).length), plain = plots.filter((plot) => !pictured.includes(plot));
    pictured.forEach(sleep);
    drawResting(plain, REST, "150% 0px");
    if (!matchMedia("(prefers-reduced-data: reduce)").matches) drawResting(pictured, STAY, "-10% 0px");
    addEventListener("scroll", () => { moved = performance.now(); }, {passive: true});
    addEventListener("beforeprint", () => plain.forEach(wake));
    new MutationObserver(() => drawn.forEach(paint)).observe(root, {attributes: true, attributeFilter: ["data-theme"]});
  };

  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
