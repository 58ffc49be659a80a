/** The deadline as `Effect.timeoutTo` has it, which races two fibers. */
import * as Effect from "effect/Effect"
import type { withDeadline as ours } from "../../../src/internal/withDeadline.js"

export const withDeadline: typeof ours = (self, { context, fiberRefs, millis, onDeadline }) =>
  Effect.disconnect(self).pipe(
    Effect.timeoutTo({ duration: millis, onSuccess: Effect.succeed, onTimeout: () => Effect.suspend(onDeadline) }),
    Effect.flatten,
    (limited) => Effect.zipRight(Effect.setFiberRefs(fiberRefs), limited),
    Effect.mapInputContext(() => context),
    Effect.fork,
    Effect.flatMap((fiber) => fiber.await),
    Effect.flatten
  )
