/** Puts the look of the panel on a page. */

import rules from "./panel.css";

let sheet: CSSStyleSheet | undefined;

/** Dress what is in the tree of a place, once: a sheet that is made here passes every policy. */
export function dress(place: Node): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
  }
  const root = place.getRootNode();
  for (const tree of new Set([document, root instanceof ShadowRoot ? root : document])) {
    if (!tree.adoptedStyleSheets.includes(sheet)) tree.adoptedStyleSheets = [...tree.adoptedStyleSheets, sheet];
  }
}
