/** The weights of a lesson as a file of JSON. */

import { type Lesson, type Scene, type Settings, stored } from "../lesson";
import { element } from "./element";

/** What is there, or else what was trained beforehand, of every request. */
export function saved(lesson: Lesson, settings: Settings, scenes: (Scene | undefined)[]): string {
  const trained = lesson.requests.map((request, place) => {
    const scene = scenes[place];
    const start = lesson.start?.[place];
    if (!scene && !start) return { request };
    const { step, weights } = scene ?? { step: start?.step, weights: start ? stored(start) : {} };
    const loss = scene ? [...scene.share] : start?.loss;
    const plain = Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, [...values]]));
    return { request, step, loss, weights: plain };
  });
  return JSON.stringify({ name: lesson.name, settings, trained });
}

/** Hand a reader a file. */
export function download(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
