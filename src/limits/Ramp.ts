import type { RoundTrip } from "./RoundTrip.js"

/** However many have stalled, another asks after so many milliseconds. */
const longestWait = 5 * 60_000

/**
 * What opens again after a refusal lets one request through, and with every reply that is no refusal one
 * more at a time, so that another refusal costs one request and not one a fiber. Where no reply comes,
 * another may ask after a while, and after twice as long the next.
 */
export class Ramp {
  private most = 1
  private lastEntry = -Infinity
  private stalled = 0

  constructor(private readonly roundTrip: RoundTrip) {}

  hasRoom(underWay: number, now: number): boolean {
    return underWay < this.most || now >= this.nextAt()
  }

  /** When the next may ask though none of those under way has been answered. */
  nextAt(): number {
    return this.lastEntry + Math.min(this.roundTrip.stalledAfter() * 2 ** this.stalled, longestWait)
  }

  entered(underWay: number, now: number): void {
    if (underWay >= this.most) this.stalled++
    this.lastEntry = now
  }

  answered(): void {
    this.most++
    this.stalled = 0
  }
}
