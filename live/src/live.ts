/** What the bundle has for the page: see README.md. */

export type { Weights } from "./layout";
export type { Control, Lesson, Scene, Settings, ViewOf } from "./lesson";
export { mount } from "./panel/mount";
export type { Host, Panel } from "./panel/panel";
export { planned } from "./plan";
export { Refusal } from "./refusal";
export type { Changes, Features, Model, Request, Training } from "./request";
export { KINDS } from "./request";
export { type Frame, type Listener, type Options, Trainer } from "./trainer";
