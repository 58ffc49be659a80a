import type * as Clock from "effect/Clock"

/** A timer can sleep no longer than nearly 25 days: it wakes once a day, and sleeps on. */
const longest = 24 * 60 * 60_000

/** At most one timer at a time. */
export class Timer {
  private at = Infinity
  private stop: (() => void) | undefined

  constructor(private readonly later: (millis: number, clock: Clock.Clock, run: () => void) => () => void) {}

  /** Runs at the time at the latest; never where that is `Infinity`. Whoever is woken early sets it again. */
  set(at: number, now: number, clock: Clock.Clock, run: () => void): void {
    if (at === Infinity) return this.cancel()
    if (this.at <= at) return
    this.cancel()
    this.at = at
    this.stop = this.later(Math.min(Math.max(1, Math.ceil(at - now)), longest), clock, () => {
      this.at = Infinity
      this.stop = undefined
      run()
    })
  }

  cancel(): void {
    this.stop?.()
    this.stop = undefined
    this.at = Infinity
  }
}
