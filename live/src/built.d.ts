/** The compiled accelerator, which `build.mjs` puts in the place of this. */
declare module "accelerator" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

/** The bundled worker, as text. */
declare module "worker-source" {
  const source: string;
  export default source;
}
