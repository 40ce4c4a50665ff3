/** The module has what the script has, and is a widget of its own. */

import { accelerator } from "./accelerator";

export * from "./live";
export { default } from "./panel/widget";

import bytes from "accelerator";

accelerator.bytes = bytes;
