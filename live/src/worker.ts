/** A session, for the page, and one in a worker, which `work` begins there; both are handed to who has this text. */

import type { Command, Report } from "./protocol";
import { Session } from "./session";

declare function hand(made: { Session: typeof Session; work: () => void }): void;

const SLICE = 16;

function work(): void {
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
}

hand({ Session, work });
