import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

const realClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** A timer takes no longer, in milliseconds: nearly 25 days. */
const maxTimer = 2 ** 31 - 1

/**
 * Ends an effect with an error when it takes too long, as `Effect.timeoutFail` does. That one
 * races two fibers, which costs more than all the rest of a small call; in real time one fiber
 * and a timer do.
 */
export const withDeadline = <A, E, E2>(
  self: Effect.Effect<A, E>,
  deadline: Duration.Duration,
  onTimeout: () => E2
): Effect.Effect<A, E | E2> => {
  const millis = Duration.toMillis(deadline)
  if (millis > maxTimer) return self
  return Effect.clockWith((clock) =>
    clock === realClock
      ? inRealTime(self, millis, onTimeout)
      : Effect.timeoutFail(self, { duration: deadline, onTimeout })
  )
}

const inRealTime = <A, E, E2>(
  self: Effect.Effect<A, E>,
  millis: number,
  onTimeout: () => E2
): Effect.Effect<A, E | E2> =>
  Effect.uninterruptibleMask((restore) =>
    // its exit is its value: a fiber that fails is logged
    Effect.flatMap(Effect.fork(Effect.exit(Effect.interruptible(self))), (fiber) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const ended = Effect.async<A, E | E2>((resume) => {
        timer = setTimeout(() => resume(Effect.zipRight(Fiber.interrupt(fiber), Effect.failSync(onTimeout))), millis)
        fiber.addObserver((exit) => {
          clearTimeout(timer)
          resume(Exit.flatten(exit))
        })
      })
      return Effect.onInterrupt(restore(ended), () => {
        clearTimeout(timer)
        return Fiber.interrupt(fiber)
      })
    })
  )
