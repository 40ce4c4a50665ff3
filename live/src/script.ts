/** What the script leaves in a page: `TsupLive`. */

import { accelerator } from "./accelerator";
import * as TsupLive from "./live";

// Last, since it is long and unlike the rest.

import bytes from "accelerator";

accelerator.bytes = bytes;
const { KINDS, Refusal, Trainer, mount, planned } = TsupLive;
Object.assign(window, { TsupLive: { KINDS, Refusal, Trainer, mount, planned } });
