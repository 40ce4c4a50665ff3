// A word of the glossary shows its definition on hover and on focus; a tap follows the link as before.
(() => {
  const known = Object.fromEntries([...document.querySelectorAll(".tsup-definitions > [data-term]")].map((one) => [one.dataset.term, one]));
  const popover = Object.assign(document.createElement("div"), {id: "tsup-preview", hidden: true});
  popover.setAttribute("role", "tooltip");
  let link = null, leaving = null;

  const place = () => {
    const at = link.getBoundingClientRect(), width = document.documentElement.clientWidth;
    const below = at.bottom + popover.offsetHeight + 12 < innerHeight || at.top < popover.offsetHeight + 12;
    popover.style.left = `${Math.max(8, Math.min(at.left, width - popover.offsetWidth - 8))}px`;
    popover.style.top = `${below ? at.bottom + 6 : at.top - popover.offsetHeight - 6}px`;
  };
  const close = () => {
    clearTimeout(leaving);
    link?.removeAttribute("aria-describedby");
    popover.hidden = true;
    link = null;
  };
  const open = (word, anchor) => {
    close();
    link = word;
    popover.replaceChildren(...[...known[anchor].childNodes].map((part) => part.cloneNode(true)));
    popover.hidden = false;
    link.setAttribute("aria-describedby", popover.id);
    place();
  };
  const leave = () => { leaving = setTimeout(close, 200); };
  const stay = () => clearTimeout(leaving);

  document.querySelectorAll('article a[href*="#term-"]').forEach((word) => {
    const anchor = decodeURIComponent(word.hash.slice(1));
    if (!known[anchor]) return;
    word.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") open(word, anchor); });
    word.addEventListener("pointerleave", leave);
    word.addEventListener("focus", () => { if (word.matches(":focus-visible")) open(word, anchor); });
    word.addEventListener("blur", close);
  });
  popover.addEventListener("pointerenter", stay);
  popover.addEventListener("pointerleave", leave);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  addEventListener("scroll", close, {passive: true});
  document.body.append(popover);
})();
