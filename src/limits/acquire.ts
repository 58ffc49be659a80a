import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isInterrupted, resumed, withInterruptibility } from "../internal/effect/fiber.js"
import { clockOf } from "../internal/monotonic.js"
import type { Admission, Admitted, Waiter } from "./Admission.js"
import type { Permit, Refusal, Request } from "./permit.js"

/** A permit as an effect. Where one is free it is two steps, without a fiber or a timer. */
export const acquire = (admission: Admission, request: Request): Effect.Effect<Permit, Refusal> =>
  Effect.withFiberRuntime((fiber) => {
    const clock = clockOf(fiber)
    const answer = admission.askNow(request, clock)
    if (answer === undefined) return inTurn(admission, request)
    return answer._tag === "Admitted" ? granted(admission, request, answer, clock) : Effect.fail(answer)
  })

/**
 * A place in the queue, and the permit when it is its turn. However the wait ends, no permit is lost: where
 * the caller is interrupted in the very moment in which it gets one, the permit is given back.
 */
const inTurn = (admission: Admission, request: Request): Effect.Effect<Permit, Refusal> =>
  withInterruptibility((fiber, isInterruptible) =>
    Effect.uninterruptibleMask((restore) => {
      const clock = clockOf(fiber)
      const answer = admission.ask(request, clock)
      const answered = answer._tag === "Waiter" ? wait(admission, answer, clock, restore) : Effect.succeed(answer)
      return Effect.flatMap(answered, (answer): Effect.Effect<Permit, Refusal> => {
        if (answer._tag !== "Admitted") return Effect.fail(answer)
        // it takes effect where this ends
        if (isInterruptible && isInterrupted(fiber)) admission.giveBack(answer, clock)
        return granted(admission, request, answer, clock)
      })
    })
  )

const granted = (
  admission: Admission,
  request: Request,
  admitted: Admitted,
  clock: Clock.Clock
): Effect.Effect<Permit> => {
  const permit = permitOf(admission, admitted, clock)
  request.granted?.(permit)
  return Effect.succeed(permit)
}

/** To be run where nothing but what `restore` restores can be interrupted. */
const wait = (
  admission: Admission,
  waiter: Waiter,
  clock: Clock.Clock,
  restore: <A>(wait: Effect.Effect<A>) => Effect.Effect<A>
): Effect.Effect<Admitted | Refusal> => {
  const answered = resumed<Admitted | Refusal>((resume) => {
    if (waiter.answer !== undefined) return resume(Effect.succeed(waiter.answer))
    waiter.resume = (answer) => resume(Effect.succeed(answer))
  })
  return Effect.catchAllCause(restore(answered), (cause) =>
    Effect.suspend(() => {
      admission.stopWaiting(waiter, clock)
      return Effect.failCause(cause)
    })
  )
}

const permitOf = (admission: Admission, admitted: Admitted, clock: Clock.Clock): Permit => ({
  waited: admitted.waited,
  roundTrip: admitted.roundTrip,
  observe: (reply) => Effect.sync(() => admission.observe(admitted, reply, clock)),
  release: Effect.sync(() => admission.release(admitted, clock)),
  giveBack: Effect.sync(() => admission.giveBack(admitted, clock))
})
