// Small repairs to the page that the theme leaves to us: everything that scrolls can be reached with the keyboard.
(() => {
  const scrollers = "pre, .tsup-claims, .pst-scrollable-table-container, div.math, .bd-content .cell_output .output";

  const reach = () => document.querySelectorAll(scrollers).forEach((element) => {
    const scrolls = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  });

  addEventListener("load", reach);
  addEventListener("resize", reach);
})();
