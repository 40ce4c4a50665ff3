// Small repairs that the theme leaves to us: everything that scrolls can be reached with the keyboard,
// and names and roles say what is there.
(() => {
  const scrollers = "pre, .tsup-rows, .pst-scrollable-table-container, div.math, div.math > mjx-container, .bd-content .cell_output .output";

  const reach = () => document.querySelectorAll(scrollers).forEach((element) => {
    const scrolls = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  });

  const name = () => {
    // These say what they do in words already; the theme's labels hide the words from assistive technology.
    document.querySelectorAll(".search-button-field, summary").forEach((control) => control.removeAttribute("aria-label"));
    document.querySelectorAll(".theme-switch").forEach((icon) => icon.removeAttribute("title"));
    document.querySelectorAll(".citation-list > .citation").forEach((entry) => entry.setAttribute("role", "listitem"));
  };

  // A landmark for the book's title, which stands outside the theme's.
  const placeTitle = () => {
    const side = document.querySelector(".bd-sidebar-primary");
    side?.setAttribute("role", "region");
    side?.setAttribute("aria-label", "The book");
  };

  name();
  placeTitle();
  addEventListener("load", reach);
  addEventListener("resize", reach);
})();
