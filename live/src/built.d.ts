/** The compiled accelerator, which `build.mjs` puts in the place of this. */
declare module "accelerator" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** What trains, and the script of a worker that does, which is its text. */
declare module "worker-source" {
  export const Session: typeof import("./session").Session;
  export const source: string;
}

/** A style sheet, as text. */
declare module "*.css" {
  const rules: string;
  export default rules;
}
