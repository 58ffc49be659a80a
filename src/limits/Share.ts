/** A request whose reply does not come is waited for so many milliseconds. */
const patience = 2_000

/**
 * What one process uses of the limit while the store that it shares is away: as much as it had of a window before,
 * and beyond that one request at a time, until one is refused. So a fleet that used all of the limit goes on with the
 * same shares, collects one refusal a process, and what others leave is not left lying. Plain state, told the time.
 */
export class Share {
  private isAnchored = true
  private isRefused = false
  private began = -Infinity
  /** What was used since, and the store does not know of. */
  private unknown = 0
  /** When a request beyond the share was sent, until its reply is there. */
  private beyondAt = -Infinity

  constructor(
    private readonly share: number,
    /** What was used of the window that the store had begun, and it knows of. */
    private known: number,
    /** When that window is over. */
    private end: number,
    private readonly length: number
  ) {}

  isOpen(now: number): boolean {
    return now >= this.end || (!this.isRefused && (!this.isUsedUp || now >= this.beyondAt + patience))
  }

  opensAt(now: number): number {
    if (this.isOpen(now)) return now
    return this.isRefused ? this.end : Math.min(this.end, this.beyondAt + patience)
  }

  /** Gives whether the request is one beyond the share. */
  enter(now: number): boolean {
    if (now >= this.end) {
      this.began = now
      this.known = 0
      this.unknown = 0
      this.isRefused = false
      this.isAnchored = false
      this.beyondAt = -Infinity
      this.end = now + this.length + patience
    }
    const isBeyond = this.isUsedUp
    if (isBeyond) this.beyondAt = now
    this.unknown++
    return isBeyond
  }

  /** One that entered then has not been sent. */
  giveBack(at: number, isBeyond: boolean): void {
    if (at < this.began) return
    this.unknown = Math.max(0, this.unknown - 1)
    if (isBeyond) this.beyondAt = -Infinity
  }

  answered(now: number, isBeyond: boolean): void {
    if (isBeyond) this.beyondAt = -Infinity
    // the service counts from its first request on, which is there before its reply is
    if (!this.isAnchored) this.end = now + this.length
    this.isAnchored = true
  }

  /** Nothing is left until then. */
  refused(until: number): void {
    this.isRefused = true
    this.isAnchored = true
    this.end = until
  }

  /** What of the window is used that the store does not know of. */
  owed(now: number): number {
    return now >= this.end ? 0 : this.unknown
  }

  private get isUsedUp(): boolean {
    return this.known + this.unknown >= this.share
  }
}
