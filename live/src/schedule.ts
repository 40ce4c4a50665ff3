import type { Plan } from "./plan";

/** What warm-up and schedule leave of the learning rate at update `step`, counted from 0. */
export function decay(plan: Pick<Plan, "steps" | "schedule" | "warmup">, step: number): number {
  const done = step / plan.steps;
  const factor = { constant: 1, linear: 1 - done, cosine: (1 + Math.cos(Math.PI * done)) / 2 };
  return factor[plan.schedule] * Math.min(1, (step + 1) / plan.warmup);
}
