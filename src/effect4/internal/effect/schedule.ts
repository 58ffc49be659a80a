import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"

/* Schedules, one step at a time. */

/** How far a schedule has come, and how long it says to wait, in milliseconds. */
export interface Step {
  readonly state: unknown
  readonly wait: number
}

type Driver<In> = (now: number, input: In) => Pull.Pull<[unknown, Duration.Duration], never, unknown>

/** What a schedule says of an input, at a time in milliseconds; `undefined` at its end. `state` is that of the step before. */
export const step = <In>(
  schedule: Schedule.Schedule<unknown, In>,
  state: unknown,
  now: number,
  input: In
): Effect.Effect<Step | undefined> => {
  const driver = Predicate.isFunction(state)
    ? Effect.succeed(state as Driver<In>) // none but this function makes one
    : Schedule.toStep(schedule)
  return Effect.flatMap(driver, (driver) =>
    Pull.matchEffect(driver(now, input), {
      onSuccess: ([, wait]) => Effect.succeed({ state: driver, wait: Duration.toMillis(wait) }),
      onFailure: Effect.failCause,
      onDone: () => Effect.succeed(undefined)
    })
  )
}

/** Waits that are made of the input and of a ceiling, which doubles with each step. */
export const exponential = <In>(
  base: Duration.Duration,
  wait: (input: In, ceiling: Duration.Duration) => Effect.Effect<Duration.Duration>
): Schedule.Schedule<unknown, In> =>
  Schedule.fromStep<In, unknown, never, never, never, never>(
    Effect.sync(() => {
      let factor = 0.5
      return (_, input) => {
        factor *= 2
        const ceiling = Duration.times(base, factor)
        return Effect.map(wait(input, ceiling), (wait): [unknown, Duration.Duration] => [input, wait])
      }
    })
  )

/** A schedule with a state of its own; it ends where there is no wait. */
export const stateful = <S, In, Out>(
  initial: S,
  next: (
    now: number,
    input: In,
    state: S
  ) => Effect.Effect<{ readonly state: S; readonly out: Out; readonly wait: Duration.Duration | undefined }>
): Schedule.Schedule<Out, In> =>
  Schedule.fromStep<In, Out, never, never, Cause.Done<Out>, never>(
    Effect.sync(() => {
      let state = initial
      return (now, input) =>
        Effect.flatMap(next(now, input, state), (found): Pull.Pull<[Out, Duration.Duration], never, Out> => {
          state = found.state
          return found.wait === undefined ? Cause.done(found.out) : Effect.succeed([found.out, found.wait])
        })
    })
  )
