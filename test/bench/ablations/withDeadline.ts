/** The deadline as `Effect.timeoutTo` has it, which races two fibers. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { constTrue } from "effect/Function"
import type { withDeadline as ours } from "../../../src/internal/withDeadline.js"

export const withDeadline: typeof ours = <A, E, B, E2>(
  self: Effect.Effect<A, E>,
  { millis, onDeadline, surroundings }: Parameters<typeof ours<A, E, B, E2>>[1]
) =>
  Effect.disconnect(Effect.exit(self)).pipe(
    Effect.timeoutTo({
      duration: millis,
      onSuccess: (exit: Exit.Exit<A, E>): Effect.Effect<A | B, E | E2> => exit,
      onTimeout: () => Effect.suspend(onDeadline)
    }),
    Effect.flatten,
    Effect.locally(HttpClient.currentTracerDisabledWhen, constTrue),
    Effect.mapInputContext(() => surroundings.context)
  )
