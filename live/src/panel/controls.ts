/** The controls of a lesson: a slider with a number to type, buttons for a few choices. */

import type { Control, Setting } from "../lesson";
import { LIVE, SEEN } from "../settings";
import { element } from "./element";
import { brief, placeOf, type Scale, STEPS, typed, valueAt } from "./number";

export interface Shown {
  readonly whole: HTMLElement;
  show(value: Setting): void;
}

/** set: called with what a reader chose; whether it was taken. */
export function shown(control: Control, id: string, set: (value: Setting) => boolean): Shown {
  return control.kind === "slider" ? slider(control, id, set) : buttons(control, set);
}

function slider(control: Control, id: string, set: (value: Setting) => boolean): Shown {
  const { label, ends, whole = false, low = 0, high = 1 } = control;
  const scale: Scale = { low, high, whole, log: control.scale === "log", falls: control.field.endsWith("density") };
  const number = element("input", { id, class: "number", inputmode: "decimal", autocomplete: "off", onchange: type });
  const steps = whole && !scale.log ? high - low : STEPS;
  const range = element("input", {
    ...{ type: "range", min: 0, max: STEPS, step: STEPS / steps, "aria-label": label, oninput: slide },
    onchange: () => set(here()),
  });
  const here = (): number => valueAt(scale, Number(range.value));
  const atOnce = [...LIVE, ...SEEN].includes(control.field);

  function slide(): void {
    number.value = brief(here());
    range.setAttribute("aria-valuetext", number.value);
    if (atOnce) set(here());
  }
  function type(): void {
    const value = typed(number.value);
    const taken = set(Number.isNaN(value) ? number.value : value);
    number.setAttribute("aria-invalid", String(!taken));
  }
  const words = ends ? [element("p", { class: "ends" }, ...ends.map((end) => element("span", {}, end)))] : [];
  return {
    whole: element("div", { class: "slider" }, element("label", { for: id }, label), number, range, ...words),
    show(value) {
      number.value = String(value);
      number.removeAttribute("aria-invalid");
      range.value = String(placeOf(scale, Number(value)));
      range.setAttribute("aria-valuetext", number.value);
    },
  };
}

function buttons({ label, options = {} }: Control, set: (value: Setting) => boolean): Shown {
  const made = Object.keys(options).map((one) =>
    element("button", { type: "button", onclick: () => void set(one) }, one),
  );
  const group = element("div", { role: "group", "aria-label": label, class: "segments" }, ...made);
  return {
    whole: element("div", { class: "choice" }, element("span", {}, label), group),
    show(value) {
      for (const one of made) one.setAttribute("aria-pressed", String(one.textContent === value));
    },
  };
}
