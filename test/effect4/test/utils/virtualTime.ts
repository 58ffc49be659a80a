import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"
import { Quiet } from "./quiet.js"
import { VirtualClock } from "./virtualClock.js"

/** Runs an effect in virtual time that begins at 0, as fast as the machine can. */
export const inVirtualTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const clock = new VirtualClock()
    const quiet = new Quiet(0)
    const fiber = yield* Effect.forkChild(
      effect.pipe(
        Effect.provideService(Clock.Clock, clock),
        Effect.provideService(Scheduler.Scheduler, quiet.scheduler(yield* Scheduler.Scheduler)),
        Effect.provideService(Scheduler.MaxOpsBeforeYield, 1e9)
      )
    )
    for (;;) {
      yield* quiet.come
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return yield* exit
      if (!clock.advance()) return yield* Effect.die(new Error("nothing is left to do, and the effect has not ended"))
    }
  })

type Move = (millis: number) => Effect.Effect<void>

/** Runs an effect on a clock of which something can be moved on, by milliseconds. */
const onClock =
  (moved: (clock: Clock.Clock, by: () => number) => PropertyDescriptorMap) =>
  <A, E, R>(use: (move: Move) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Clock.clockWith((clock) => {
      let by = 0
      const move: Move = (millis) =>
        Effect.sync(() => {
          by += millis
        })
      return Effect.provideService(
        use(move),
        Clock.Clock,
        Object.create(
          clock,
          moved(clock, () => by)
        )
      )
    })

/** Runs an effect on a clock whose date can be made to jump; elapsed time goes on as it does. */
export const withDateThatJumps = onClock((clock, by) => {
  const millis = () => clock.currentTimeMillisUnsafe() + by()
  return { currentTimeMillisUnsafe: { value: millis }, currentTimeMillis: { value: Effect.sync(millis) } }
})

/** Runs an effect on a clock whose elapsed time can be made to jump: its process was suspended. */
export const withSuspensions = onClock((clock, by) => {
  const nanos = () => clock.monotonicTimeNanosUnsafe() + BigInt(by()) * 1_000_000n
  return { monotonicTimeNanosUnsafe: { value: nanos }, monotonicTimeNanos: { value: Effect.sync(nanos) } }
})
