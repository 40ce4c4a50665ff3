/** A session in a worker. */

import type { Command, Report } from "./protocol";
import { Session } from "./session";

const SLICE = 16;

// A message to oneself comes after those that wait, and at once, where a timer would be held back.
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

function report(said: Report): void {
  const buffers = said.say === "frame" ? Object.values(said.weights).map(({ buffer }) => buffer) : [];
  self.postMessage(said, { transfer: buffers });
}

const session = new Session({
  report,
  later: (call) => {
    waiting.push(call);
    channel.port2.postMessage(null);
  },
  now: () => performance.now(),
  slice: SLICE,
});

self.onmessage = ({ data }: MessageEvent<Command>) => session.take(data);
