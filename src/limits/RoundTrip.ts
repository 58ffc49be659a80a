/** So long the estimate holds without a reply, in milliseconds. */
const memory = 60_000

/** The first reply alone may have waited for a connection to be made: what it tells holds less long. */
const shortMemory = 5_000

/** No call is refused because a round trip seemed to take longer than this, in milliseconds. */
const longest = 2_000

/** How much of a slower reply the estimate takes over. */
const rise = 1 / 32

/**
 * How long a request takes from its permit to its reply at best: a minimum that follows slower replies
 * little by little. Times in milliseconds.
 */
export class RoundTrip {
  private estimate = 0
  private until = -Infinity

  /**
   * Zero where it is not known, as when there has been no reply for long: else nobody would find out any more
   * that it has become shorter, once everybody is refused for it.
   */
  shortest(now: number): number {
    return now > this.until ? 0 : Math.min(this.estimate, longest)
  }

  learn(took: number, now: number): void {
    const known = now <= this.until
    this.estimate = known && took > this.estimate ? this.estimate + (took - this.estimate) * rise : took
    this.until = now + (known ? memory : shortMemory)
  }

  /** How long a request may stay without a reply before another is sent to ask the same. */
  stalledAfter(): number {
    return this.until === -Infinity ? 5_000 : Math.min(Math.max(8 * this.estimate, 500), 5_000)
  }
}
