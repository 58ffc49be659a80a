/** The window's first request may take so many milliseconds, until its reply has said when the window is over. */
const patience = 2_000

/**
 * What one process may use of the limit while the store that it shares is away: as much as it used of a window
 * before, and a little more after each window in which that was not enough and nobody was refused. If all of a
 * fleet hold to that, they do not use more than there is. Plain state, told the time.
 */
export class Share {
  private isAnchored = true
  private isRefused = false

  constructor(
    private share: number,
    /** What was used of the window that the store had begun, and it knows of. */
    private known: number,
    /** When that window is over. */
    private end: number,
    private readonly length: number
  ) {}

  /** What was used since, and the store does not know of. */
  private unknown = 0

  isOpen(now: number): boolean {
    return now >= this.end || (!this.isRefused && !this.isUsedUp)
  }

  opensAt(now: number): number {
    return this.isOpen(now) ? now : this.end
  }

  enter(now: number): void {
    if (now >= this.end) {
      if (this.isUsedUp && !this.isRefused) this.share += Math.max(1, Math.floor(this.share / 10))
      this.known = 0
      this.unknown = 0
      this.isRefused = false
      this.isAnchored = false
      this.end = now + this.length + patience
    }
    this.unknown++
  }

  /** The service counts from its first request on, which is there before its reply is. */
  answered(now: number): void {
    if (this.isAnchored) return
    this.isAnchored = true
    this.end = now + this.length
  }

  /** Nothing is left until then: others were not bound by a share. */
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
