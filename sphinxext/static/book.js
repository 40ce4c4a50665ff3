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

  // The search lists what it finds; its excerpts need pages to be fetched, which a page on the disk may not, and words apart.
  const prepareSearch = () => {
    if (typeof Search === "undefined") return;
    const text = Search.htmlToText;
    Search.htmlToText = (html, anchor) => text(html.replace(/<\/(p|li|t[dhr]|d[dt]|h\d|div|pre|figcaption)>/g, " $&"), anchor);
    if (location.protocol !== "file:") return;
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
    const said = "Opened from the disk, the search shows titles without excerpts.";
    document.getElementById("search-results")?.before(Object.assign(document.createElement("p"), {textContent: said}));
  };

  name();
  prepareSearch();
  placeTitle();
  addEventListener("load", reach);
  addEventListener("resize", reach);

  // The theme's button that unfolds the pages below a chapter has no name.
  document.querySelectorAll("summary:has(> .toctree-toggle)").forEach((toggle) => {
    const chapter = toggle.closest("li")?.querySelector(":scope > a");
    toggle.setAttribute("aria-label", `Pages below ${chapter?.textContent.trim() ?? "this one"}`);
  });
})();
