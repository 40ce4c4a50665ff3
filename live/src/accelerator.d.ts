/** The compiled accelerator, which `build.mjs` puts in the place of this. */
declare module "accelerator" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
