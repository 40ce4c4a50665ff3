/** A lesson in a place of a page; what is taken off the page ends its trainings. */

import type { Lesson } from "../lesson";
import { type Host, Panel } from "./panel";

export function mount(place: HTMLElement, lesson: Lesson, host: Host): Panel {
  const panel = new Panel(place, lesson, host);
  const gone = new MutationObserver(() => {
    if (place.isConnected) return;
    gone.disconnect();
    panel.close();
  });
  gone.observe(document, { childList: true, subtree: true });
  return panel;
}
