const minute = 60_000

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
  private at = -Infinity

  /**
   * Zero where it is not known, as when a minute has passed without a reply: else nobody would find out any more
   * that it has become shorter, once everybody is refused for it.
   */
  shortest(now: number): number {
    return now - this.at > minute ? 0 : Math.min(this.estimate, longest)
  }

  learn(took: number, now: number): void {
    const known = now - this.at <= minute
    this.estimate = known && took > this.estimate ? this.estimate + (took - this.estimate) * rise : took
    this.at = now
  }

  /** How long a request may stay without a reply before another is sent to ask the same. */
  stalledAfter(): number {
    return this.at === -Infinity ? 5_000 : Math.min(Math.max(8 * this.estimate, 500), 5_000)
  }
}
