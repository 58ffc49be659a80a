import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isInterrupted, withInterruptibility } from "../internal/effect/fiber.js"
import { clockOf } from "../internal/monotonic.js"
import type { Admission, Admitted, Waiter } from "./Admission.js"
import type { Permit, Refusal, Request } from "./permit.js"

/**
 * A permit as an effect. Where one is free it is a few steps without a fiber or a timer. However the wait
 * ends, no permit is lost: where the caller is interrupted in the very moment in which it gets one, the
 * permit is given back.
 */
export const acquire = (admission: Admission, request: Request): Effect.Effect<Permit, Refusal> =>
  withInterruptibility((fiber, isInterruptible) => {
    const clock = clockOf(fiber)
    const handOver = (admitted: Admitted): Effect.Effect<Permit> =>
      Effect.sync(() => {
        // nothing comes between this and the end of what cannot be interrupted: there the interruption takes effect
        if (isInterruptible && isInterrupted(fiber)) admission.giveBack(admitted, clock)
        return permitOf(admission, admitted)
      })
    const ask = (): Effect.Effect<Permit, Refusal> => {
      const answer = admission.ask(request, clock)
      if (answer._tag === "Admitted") return handOver(answer)
      if (answer._tag !== "Waiter") return Effect.fail(answer)
      const answered = wait(admission, answer, clock, isInterruptible)
      return Effect.flatMap(answered, (answer) => (answer._tag === "Admitted" ? handOver(answer) : Effect.fail(answer)))
    }
    return isInterruptible ? Effect.uninterruptible(Effect.suspend(ask)) : ask()
  })

/** To be run where nothing can be interrupted; the wait itself can, where the caller can be. */
const wait = (
  admission: Admission,
  waiter: Waiter,
  clock: Clock.Clock,
  isInterruptible: boolean
): Effect.Effect<Admitted | Refusal> => {
  const answered = Effect.async<Admitted | Refusal>((resume) => {
    if (waiter.answer !== undefined) return resume(Effect.succeed(waiter.answer))
    waiter.resume = (answer) => resume(Effect.succeed(answer))
  })
  return Effect.catchAllCause(isInterruptible ? Effect.interruptible(answered) : answered, (cause) =>
    Effect.suspend(() => {
      admission.stopWaiting(waiter, clock)
      return Effect.failCause(cause)
    })
  )
}

const permitOf = (admission: Admission, admitted: Admitted): Permit => ({
  waited: admitted.waited,
  roundTrip: admitted.roundTrip,
  observe: (reply) => onClock((clock) => admission.observe(admitted, reply, clock)),
  release: onClock((clock) => admission.release(admitted, clock))
})

/** Something that is over at once. */
const onClock = (run: (clock: Clock.Clock) => void): Effect.Effect<void> =>
  Effect.withFiberRuntime((fiber) => {
    run(clockOf(fiber))
    return Effect.void
  })
