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

/** Runs an effect on a clock whose date can be made to jump, by milliseconds; elapsed time goes on as it does. */
export const withDateThatJumps = <A, E, R>(
  use: (jump: (millis: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    let offset = 0
    const millis = () => clock.unsafeCurrentTimeMillis() + offset
    const jumping: Clock.Clock = Object.create(clock, {
      unsafeCurrentTimeMillis: { value: millis },
      currentTimeMillis: { value: Effect.sync(millis) },
      // TestClock makes them of its milliseconds
      unsafeCurrentTimeNanos: { value: () => clock.unsafeCurrentTimeNanos() },
      currentTimeNanos: { value: Effect.sync(() => clock.unsafeCurrentTimeNanos()) }
    })
    const jump = (by: number) =>
      Effect.sync(() => {
        offset += by
      })
    return Effect.withClock(use(jump), jumping)
  })

/** Runs an effect on a clock whose elapsed time can be made to jump, by milliseconds: its process was suspended. */
export const withSuspensions = <A, E, R>(
  use: (suspend: (millis: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    let slept = 0n
    const nanos = () => clock.unsafeCurrentTimeNanos() + slept
    const suspended: Clock.Clock = Object.create(clock, {
      unsafeCurrentTimeNanos: { value: nanos },
      currentTimeNanos: { value: Effect.sync(nanos) }
    })
    const suspend = (by: number) =>
      Effect.sync(() => {
        slept += BigInt(by) * 1_000_000n
      })
    return Effect.withClock(use(suspend), suspended)
  })
