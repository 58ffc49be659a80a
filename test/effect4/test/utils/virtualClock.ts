import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/**
 * A clock that goes on to the next sleeper when it is told to, and not otherwise. It begins at 0. Others are made like
 * it by `Object.create`, and so all that it does it does to itself.
 */
export class VirtualClock implements Clock.Clock {
  private now = 0
  private readonly sleepers: Array<Sleeper> = []

  currentTimeMillisUnsafe = (): number => this.now
  currentTimeNanosUnsafe = (): bigint => BigInt(Math.round(this.now * 1e6))
  monotonicTimeNanosUnsafe = this.currentTimeNanosUnsafe
  readonly currentTimeMillis = Effect.sync(this.currentTimeMillisUnsafe)
  readonly currentTimeNanos = Effect.sync(this.currentTimeNanosUnsafe)
  readonly monotonicTimeNanos = this.currentTimeNanos

  sleep = (duration: Duration.Duration): Effect.Effect<void> => {
    const millis = Duration.toMillis(duration)
    return millis <= 0
      ? Effect.void
      : Effect.callback<void>((resume) => {
          const cancel = this.schedule(() => resume(Effect.void), millis)
          return Effect.sync(cancel)
        })
  }

  private schedule(wake: () => void, millis: number): () => void {
    const sleeper = { at: this.now + millis, wake }
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

  /** Wakes whoever is next, and all of the same time; `false` when nobody sleeps, or not until then. */
  readonly advance = (until = Number.POSITIVE_INFINITY): boolean => {
    const next = this.sleepers[0]
    if (next === undefined || next.at > until) return false
    this.now = Math.max(this.now, next.at)
    while (this.sleepers[0] !== undefined && this.sleepers[0].at <= this.now) this.sleepers.shift()!.wake()
    return true
  }

  /** To a time at which nobody is to wake. */
  readonly jump = (to: number): void => {
    this.now = to
  }
}
