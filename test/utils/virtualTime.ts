import type * as Clock from "effect/Clock"
import { ClockTypeId } from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/**
 * A clock that jumps to the next sleeper whenever nothing else is left to do. Unlike
 * `TestClock`, which polls every fiber at every step, it plays half an hour of ten
 * thousand calls in seconds.
 */
class VirtualClock implements Clock.Clock {
  readonly [ClockTypeId]: Clock.ClockTypeId = ClockTypeId
  private now = 0
  private readonly sleepers: Array<Sleeper> = []

  unsafeCurrentTimeMillis(): number {
    return this.now
  }
  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.round(this.now * 1e6))
  }
  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())
  scheduler(): Effect.Effect<Clock.ClockScheduler> {
    return Effect.succeed({
      unsafeSchedule: (task, duration) => this.schedule(task, duration)
    })
  }
  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      const cancel = this.schedule(() => resume(Effect.void), duration)
      return Effect.sync(cancel)
    })
  }
  private schedule(wake: () => void, duration: Duration.Duration): () => boolean {
    const sleeper = { at: this.now + Duration.toMillis(duration), wake }
    let low = 0
    let high = this.sleepers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.sleepers[middle]!.at <= sleeper.at) low = middle + 1
      else high = middle
    }
    this.sleepers.splice(low, 0, sleeper)
    return () => {
      const at = this.sleepers.indexOf(sleeper)
      if (at >= 0) this.sleepers.splice(at, 1)
      return at >= 0
    }
  }
  /** Wakes whoever is next; `false` when nobody sleeps. */
  advance(): boolean {
    const next = this.sleepers[0]
    if (next === undefined) return false
    this.now = Math.max(this.now, next.at)
    while (this.sleepers[0] !== undefined && this.sleepers[0].at <= this.now) this.sleepers.shift()!.wake()
    return true
  }
}

const idle = Effect.async<void>((resume) => {
  setImmediate(() => setImmediate(() => resume(Effect.void)))
})

/** Runs an effect in virtual time that begins at 0, as fast as the machine can. */
export const inVirtualTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const clock = new VirtualClock()
    const fiber = yield* Effect.fork(
      effect.pipe(Effect.withClock(clock), Effect.withScheduler(new Scheduler.MixedScheduler(1e9)))
    )
    for (;;) {
      yield* idle
      const exit = yield* Fiber.poll(fiber)
      if (exit._tag === "Some") return yield* exit.value
      if (!clock.advance()) return yield* Effect.dieMessage("nothing is left to do, and the effect has not ended")
    }
  })

type Move = (millis: number) => Effect.Effect<void>

/** Runs an effect on a clock of which something can be moved on, by milliseconds. */
const onClock =
  (moved: (clock: Clock.Clock, by: () => number) => PropertyDescriptorMap) =>
  <A, E, R>(use: (move: Move) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.clockWith((clock) => {
      let by = 0
      const move: Move = (millis) =>
        Effect.sync(() => {
          by += millis
        })
      return Effect.withClock(
        use(move),
        Object.create(
          clock,
          moved(clock, () => by)
        )
      )
    })

/** Runs an effect on a clock whose date can be made to jump; elapsed time goes on as it does. */
export const withDateThatJumps = onClock((clock, by) => {
  const millis = () => clock.unsafeCurrentTimeMillis() + by()
  // TestClock makes them of its milliseconds
  const nanos = () => clock.unsafeCurrentTimeNanos()
  return {
    unsafeCurrentTimeMillis: { value: millis },
    currentTimeMillis: { value: Effect.sync(millis) },
    unsafeCurrentTimeNanos: { value: nanos },
    currentTimeNanos: { value: Effect.sync(nanos) }
  }
})

/** Runs an effect on a clock whose elapsed time can be made to jump: its process was suspended. */
export const withSuspensions = onClock((clock, by) => {
  const nanos = () => clock.unsafeCurrentTimeNanos() + BigInt(by()) * 1_000_000n
  return { unsafeCurrentTimeNanos: { value: nanos }, currentTimeNanos: { value: Effect.sync(nanos) } }
})
