import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Scheduler from "effect/Scheduler"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that jumps to the next sleeper whenever nothing else is left to do. */
class VirtualClock implements Clock.Clock {
  private now = 0
  private readonly sleepers: Array<Sleeper> = []

  currentTimeMillisUnsafe(): number {
    return this.now
  }
  currentTimeNanosUnsafe(): bigint {
    return BigInt(Math.round(this.now * 1e6))
  }
  monotonicTimeNanosUnsafe(): bigint {
    return this.currentTimeNanosUnsafe()
  }
  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = this.currentTimeNanos
  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const cancel = this.schedule(() => resume(Effect.void), duration)
      return Effect.sync(cancel)
    })
  }
  private schedule(wake: () => void, duration: Duration.Duration): () => void {
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

/** A fiber of Effect 4 goes on by a task of its own, and what it wakes by another: nothing is left after a few. */
const idle = Effect.promise(async () => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
})

/** Runs an effect in virtual time that begins at 0, as fast as the machine can. */
export const inVirtualTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const clock = new VirtualClock()
    const fiber = yield* Effect.forkChild(
      effect.pipe(Effect.provideService(Clock.Clock, clock), Effect.provideService(Scheduler.MaxOpsBeforeYield, 1e9))
    )
    for (;;) {
      yield* idle
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return yield* exit
      if (!clock.advance()) return yield* Effect.die(new Error("nothing is left to do, and the effect has not ended"))
    }
  })

/** Runs an effect on a clock whose date can be made to jump, by milliseconds; elapsed time goes on as it does. */
export const withDateThatJumps = <A, E, R>(
  use: (jump: (millis: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) => {
    let offset = 0
    const millis = () => clock.currentTimeMillisUnsafe() + offset
    const jumping: Clock.Clock = Object.create(clock, {
      currentTimeMillisUnsafe: { value: millis },
      currentTimeMillis: { value: Effect.sync(millis) }
    })
    const jump = (by: number) =>
      Effect.sync(() => {
        offset += by
      })
    return Effect.provideService(use(jump), Clock.Clock, jumping)
  })
