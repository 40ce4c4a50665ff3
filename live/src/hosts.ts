/** Where sessions run: each in a worker, or one in the page where workers are refused. */

import { Session, source } from "worker-source";
import type { Command, Report } from "./protocol";

/** Milliseconds of a slice in the page, which has to draw as well. */
const SLICE = 8;

export interface Host {
  send(command: Command): void;
  close(): void;
}

/** refused: called where the worker cannot be had after all. Throws where that is known at once. */
export function inWorker(report: (said: Report) => void, refused: () => void): Host {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }: MessageEvent<Report>) => report(data);
  worker.onerror = (event) => {
    event.preventDefault();
    refused();
  };
  return {
    send: (command) => worker.postMessage(command),
    close: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}

export function inPage(report: (said: Report) => void): Host {
  let open = true;
  const session = new Session({
    report: (said) => {
      if (open) report(said);
    },
    later: (call) => {
      requestAnimationFrame(() => {
        if (open) call();
      });
    },
    now: () => performance.now(),
    slice: SLICE,
  });
  return {
    send: (command) => void session.take(command),
    close: () => {
      open = false;
    },
  };
}
