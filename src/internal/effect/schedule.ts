import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleInterval from "effect/ScheduleInterval"
import * as ScheduleIntervals from "effect/ScheduleIntervals"

/* Schedules, one step at a time. */

/** How far a schedule has come, and how long it says to wait, in milliseconds. */
export interface Step {
  readonly state: unknown
  readonly wait: number
}

/** What a schedule says of an input, at a time in milliseconds; `undefined` at its end. `state` is that of the step before. */
export const step = <In>(
  schedule: Schedule.Schedule<unknown, In>,
  state: unknown,
  now: number,
  input: In
): Effect.Effect<Step | undefined> =>
  Effect.map(schedule.step(now, input, state ?? schedule.initial), ([state, _, decision]) =>
    ScheduleDecision.isDone(decision) ? undefined : { state, wait: ScheduleIntervals.start(decision.intervals) - now }
  )

/** Waits that are made of the input and of a ceiling, which doubles with each step. */
export const exponential = <In>(
  base: Duration.Duration,
  wait: (input: In, ceiling: Duration.Duration) => Effect.Effect<Duration.Duration>
): Schedule.Schedule<unknown, In> =>
  Schedule.identity<In>().pipe(
    Schedule.intersect(Schedule.exponential(base)),
    Schedule.modifyDelayEffect(([input, ceiling]) => wait(input, ceiling))
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
  Schedule.makeWithState<S, In, Out>(initial, (now, input, state) =>
    Effect.map(next(now, input, state), ({ out, state, wait }) => [
      state,
      out,
      wait === undefined
        ? ScheduleDecision.done
        : ScheduleDecision.continueWith(ScheduleInterval.after(now + Duration.toMillis(wait)))
    ])
  )
