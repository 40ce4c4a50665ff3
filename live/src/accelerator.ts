/** The compiled accelerator, once the bundle has handed it in: it is long and stands last, apart from what is alike. */

export const accelerator: { bytes: Uint8Array<ArrayBuffer> | null } = { bytes: null };
