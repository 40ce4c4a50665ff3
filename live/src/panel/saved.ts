/** The weights of a lesson as a file of JSON. */

import type { Lesson, Scene, Settings } from "../lesson";
import { element } from "./element";

/** What is trained, of every request. */
export function saved({ name, requests }: Lesson, settings: Settings, scenes: (Scene | undefined)[]): string {
  const trained = scenes.map((scene, place) => ({
    request: requests[place],
    step: scene?.step,
    loss: [...(scene?.share ?? [])],
    weights: Object.fromEntries(Object.entries(scene?.weights ?? {}).map(([key, values]) => [key, [...values]])),
  }));
  return JSON.stringify({ name, settings, trained });
}

/** Hand a reader a file. */
export function download(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
