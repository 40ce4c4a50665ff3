// Makes every .tsup-live of the page train: the trainer and its lesson are asked for when the figure nears, when its button is
// pressed, and at once where the page's address names it. A press before that is not lost.
(() => {
  const {src: here, dataset: settings} = document.currentScript;

  const load = (src) => new Promise((done, failed) => {
    const events = {onload: done, onerror: () => failed(new Error(`${src} did not load`))};
    document.head.append(Object.assign(document.createElement("script"), {src, async: false, ...events}));
  });
  let trainer;
  const bring = () => trainer ??= load(new URL(settings.live, here).href);

  const open = async (figure) => {
    const plot = figure.querySelector(".tsup-plot"), place = figure.querySelector(".tsup-live-panel");
    try {
      await Promise.all([bring(), load(figure.querySelector("data[data-live-for]").value)]);
      return TsupLive.mount(place, window.tsupLessons[plot.id], {document: () => window.tsupFigures.wake(plot.id)});
    } catch (error) {
      place.textContent = `This figure cannot train here (${error.message}).`;
      console.error(error);
    }
  };
  const opened = (figure) => figure.tsupLive ??= open(figure);
  const isLinked = (figure) => location.hash.startsWith(`#live-${figure.dataset.live}=`);

  const press = async (figure) => (await opened(figure))?.train();

  const start = () => {
    const figures = document.querySelectorAll(".tsup-live");
    const watcher = new IntersectionObserver((entries) => {
      for (const {target, isIntersecting} of entries) if (isIntersecting) { watcher.unobserve(target); opened(target); }
    }, {rootMargin: "50% 0px"});
    const follow = () => figures.forEach((figure) => {
      if (!isLinked(figure)) return;
      figure.scrollIntoView();
      opened(figure);
    });
    for (const figure of figures) {
      const button = figure.querySelector(".tsup-live-panel button");
      button.disabled = false;
      button.addEventListener("click", () => press(figure), {once: true});
      watcher.observe(figure);
    }
    follow();
    addEventListener("hashchange", follow);
  };

  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();
})();
