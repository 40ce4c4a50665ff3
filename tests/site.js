// What the browser tests ask a page; added to every page before its own scripts run.
window.ask = (() => {
  const plots = () => [...document.querySelectorAll(".tsup-plot")];

  const deep = (root, found = []) => {
    for (const element of root.querySelectorAll("*")) {
      found.push(element);
      if (element.shadowRoot) deep(element.shadowRoot, found);
    }
    return found;
  };
  const canvases = (plot) => deep(plot).filter((e) => e.tagName === "CANVAS" && e.width > 40 && e.height > 40 && e.checkVisibility());
  // What chooses among values; Play, alone in its group, moves one of them.
  const isChoice = (e) => e.matches(".noUi-handle, select") || (e.matches(".bk-btn-group") && e.children.length > 1);
  const controls = (plot) => deep(plot).filter(isChoice);

  const colours = (canvas) => {
    const seen = new Set(), data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3]) seen.add((data[i] << 16) + (data[i + 1] << 8) + data[i + 2]);
    }
    return seen.size;
  };

  // The canvases that share a parent are the layers of one figure.
  const isBlank = (plot) => {
    const figures = Map.groupBy(canvases(plot), (canvas) => canvas.parentNode);
    const shown = [...figures.values()].map((layers) => layers.reduce((sum, layer) => sum + colours(layer), 0));
    return plot.dataset.state !== "drawn" || !shown.length || shown.some((count) => count < 4);
  };

  const models = (plot) => [...plot.bokehDocument._all_models.values()];

  let shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { shift += e.hadRecentInput ? 0 : e.value; }))
    .observe({type: "layout-shift", buffered: true});

  // Pixels by which each figure that was drawn is higher than the place that was kept for it.
  const kept = new Map(), grown = {};
  new MutationObserver((changes) => changes.forEach(({target}) => {
    if (target.dataset.state === "drawing") kept.set(target, parseFloat(target.style.height));
    if (target.dataset.state === "drawn" && kept.get(target)) grown[target.id] = height(target) - kept.get(target);
  })).observe(document, {subtree: true, attributeFilter: ["data-state"]});

  const frames = async (count) => {
    for (let k = 0; k < count; k += 1) await new Promise(requestAnimationFrame);
  };

  const picture = (plot) => canvases(plot).map((canvas) => canvas.toDataURL()).join();

  // What the plot shows once it does not change from one look to the next.
  const still = async (plot) => {
    for (let before = null, now = picture(plot); ; before = now, now = picture(plot)) {
      if (now === before) return now;
      await frames(4);
    }
  };

  const ink = (plot) =>
    models(plot).filter((model) => /Axis$/.test(model.type)).map((axis) => axis.axis_label_text_color);

  // What waits for a guess.
  const reveal = () => document.querySelectorAll(".tsup-skip").forEach((button) => button.click());

  const middle = (one, other) => one && other && [...one].map((value, k) => (value + other[k]) / 2);

  // Where a renderer's marks lie, in pixels of its panel; of an image, its middle.
  const places = (glyph, {left, right, top, bottom}) => {
    if (glyph.sdw) return [[(left + right) / 2, (top + bottom) / 2]];
    const across = glyph.sxs?.get(0) ?? middle(glyph.sleft, glyph.sright) ?? middle(glyph.sx0, glyph.sx1) ?? glyph.sx;
    const down = glyph.sys?.get(0) ?? middle(glyph.stop, glyph.sbottom) ?? middle(glyph.sy0, glyph.sy1) ?? glyph.sy;
    return [...across].map((x, k) => [x, down[k]])
      .filter(([x, y]) => x >= left && x <= right && y >= top && y <= bottom);
  };

  // For each tool of the plot that tells of marks, if there are any: a few places on the screen where they lie.
  const marks = (plot) => models(plot).filter(({type, visible}) => type === "Figure" && visible).flatMap((figure) => {
    const view = Bokeh.index.find_one(figure), {x, y} = view.canvas_view.el.getBoundingClientRect();
    const tells = ({type, tooltips, renderers}) => type === "HoverTool" && tooltips && renderers.some((one) => one.data_source.get_length());
    const tools = figure.toolbar.tools.filter(tells);
    return tools.map(({renderers}) => {
      const found = renderers.flatMap((one) => places(view.views.find_one(one).glyph, view.frame.bbox));
      const step = Math.max(1, Math.floor(found.length / 6));
      return found.filter((_, k) => k % step === 0).map(([across, down]) => [x + across, y + down]);
    });
  });

  const tips = () => deep(document.body).filter((e) => /\bbk-Tooltip\b/.test(e.className) && e.getClientRects().length);

  const height = (element) => element?.getBoundingClientRect().height ?? 0;
  const within = (plot, name) => deep(plot).filter((e) => e.classList.contains(name));

  return {
    reveal,
    marks,
    tips: () => tips().length,
    heights: () => plots().map((plot) => ({
      id: plot.id,
      whole: height(plot),
      controls: height(within(plot, "controls")[0]),
      stays: within(plot, "controls").every((bar) => getComputedStyle(bar).position === "sticky"),
      panel: Math.max(...canvases(plot).map(height)),
    })),
    grown: () => Object.entries(grown).filter(([, more]) => Math.abs(more) > 2),
    header: () => height(document.querySelector(".bd-header-article")),
    unfold: () => {
      reveal();
      document.querySelectorAll("details").forEach((details) => { details.open = true; });
      document.querySelectorAll(".toggle-hidden .toggle-button").forEach((button) => button.click());
    },
    settled: () => plots().every((plot) => ["drawn", "failed"].includes(plot.dataset.state)),
    blank: () => plots().filter(isBlank).map((plot) => plot.id),
    sideways: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    wide: (selector) => [...document.querySelectorAll(selector)]
      .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent.slice(0, 200)),
    lines: (element) => Math.round(element.clientHeight / parseFloat(getComputedStyle(element).lineHeight)),
    // Formulas at which the Tab key stops without need, and those with a glyph that the page does not hold.
    formulas: () => [...document.querySelectorAll(".math")].filter((formula) => {
      const stops = [formula, ...formula.querySelectorAll("*")].filter((part) => part.matches("[tabindex]"));
      const glyphs = [...formula.querySelectorAll("use")].map((use) => use.getAttribute("xlink:href"));
      return stops.some((part) => part.scrollWidth <= part.clientWidth) || !glyphs.length || glyphs.some((id) => !document.querySelector(id));
    }).map((formula) => formula.textContent),
    frames,
    still,
    // Goes through the page screen by screen, as fast as the figures of the next one are drawn; how far things moved.
    shift: async () => {
      const waits = (plot) => !["drawn", "failed"].includes(plot.dataset.state) && plot.checkVisibility() && !plot.querySelector(".tsup-picture")
        && plot.getBoundingClientRect().top < 2 * innerHeight && plot.getBoundingClientRect().bottom > 0;
      for (let previous = -1; previous !== scrollY; scrollBy({top: .8 * innerHeight, behavior: "instant"}), await frames(2)) {
        previous = scrollY;
        do await frames(4); while (plots().some(waits));
      }
      return shift;
    },
    scroll: async () => {
      for (const plot of plots()) {
        plot.scrollIntoView({behavior: "instant"});
        tsupFigures.wake(plot.id).catch(() => {});
        await frames(2);
      }
    },
    controls: (plot) => controls(plot).length,
    control: (plot, position) => controls(plot)[position],
    densities: (plot) => models(plot).map(({title, categories}) => categories && /^density/.test(title) && categories).filter(Boolean),
    inks: () => plots().map(ink),
    repainted: (before) => plots().every((plot, k) => !before[k].length || ink(plot).join() !== before[k].join()),
  };
})();
