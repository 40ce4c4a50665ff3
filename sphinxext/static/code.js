// Hides the code of a page before it is drawn, and lets the button in its header show it on every page from then on.
(() => {
  const KEY = "tsup-code", root = document.documentElement;

  const remembered = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const remember = (state) => {
    try { localStorage.setItem(KEY, state); } catch { /* Private windows may keep nothing. */ }
  };

  const set = (state) => {
    root.dataset.code = state;
    document.querySelectorAll(".btn-show-code").forEach((button) => {
      button.setAttribute("aria-pressed", String(state === "shown"));
    });
  };

  set(remembered() === "shown" ? "shown" : "hidden");
  addEventListener("DOMContentLoaded", () => {
    set(root.dataset.code);
    document.querySelectorAll(".btn-show-code").forEach((button) => button.addEventListener("click", () => {
      set(root.dataset.code === "shown" ? "hidden" : "shown");
      remember(root.dataset.code);
      dispatchEvent(new Event("resize"));
    }));
  });
})();
