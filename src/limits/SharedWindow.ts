import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { update } from "../internal/effect/metric.js"
import type { Owners } from "../internal/metered.js"
import { monotonicMillis } from "../internal/monotonic.js"
import { within } from "../internal/within.js"
import * as Metrics from "../Metrics.js"
import type { Observation } from "./RateWindow.js"
import { Share } from "./Share.js"
import { type Lease, StoreError, type StoreService } from "./Store.js"
import { poll } from "./storeSettings.js"

/** What is left of a lease goes back when nothing has been under way for so many milliseconds. */
const idle = 100

/** A lease that is used up within so many milliseconds is followed by one that is twice as large. */
const quick = 1_000

/** A store that was away is asked again after a second, and then after twice as long each time, up to this. */
const longestAbsence = 5_000

/** How much earlier a window has to end than others were told, so that it is worth telling, in milliseconds. */
const worthTelling = 100

export interface SharedOptions {
  readonly store: StoreService
  /** How many permits are leased at a time. Default ten, and fewer of a small limit. */
  readonly lease: number | undefined
  /** However long the store says that it is closed, it is asked again after so many milliseconds. */
  readonly maxClosure: number
  /** How long the store has for an answer, in milliseconds. */
  readonly timeout: number
  /** Whose failures are counted. */
  readonly owners: Owners
  /** Runs something in the background, on a clock. */
  readonly run: (effect: Effect.Effect<void>, clock: Clock.Clock) => void
  /** The store has answered, or has not in time. */
  readonly answered: (clock: Clock.Clock) => void
}

/** The part of a store's window that has been leased to this process. */
export class SharedWindow {
  /** Before this the store grants nothing. */
  opensAt = -Infinity
  private held = 0
  private window = -1
  private heldUntil = -Infinity
  private isAsking = false
  private failures = 0
  private askAgainAt = -Infinity
  /** What others have been told of this window. */
  private told: { readonly window: number; readonly end: number; readonly isSpent: boolean } | undefined
  /** Once a lease the count is told, so that the store knows what others use. */
  private mayTell = true
  private isGivingBack = false
  private lastUse = -Infinity
  /** The window that was closed by a refusal: what was leased of it while that was on its way is worth nothing. */
  private refusedWindow = -1
  private size = 1
  private receivedAt = -Infinity
  /** How this window was used, and the one before. */
  private use = useFrom(-Infinity)
  private before = this.use
  /** While the store is away, where the limit was used up before. */
  private share: Share | undefined
  /** Whether the last reply said how far the count is. */
  private saysCount = false
  /** What was used meanwhile, and the store does not know of. */
  private owed = 0

  constructor(private readonly options: SharedOptions) {}

  /** Whether the store does not answer, so that the process goes on by what it knows itself. */
  get isAway(): boolean {
    return this.failures > 0
  }

  has(now: number): boolean {
    return this.held > 0 && now < this.heldUntil
  }

  /** To be called where there is one; gives the window that it is of. */
  take(now: number): number {
    this.held--
    this.use.used++
    this.lastUse = now
    return this.window
  }

  /** Whether, the store being away, there is something left of this process's share. */
  hasShare(now: number): boolean {
    return this.share?.isOpen(now) ?? true
  }

  shareOpensAt(now: number): number {
    return this.share?.opensAt(now) ?? now
  }

  /** Gives whether the request is one beyond the share. */
  takeShare(now: number): boolean {
    return this.share?.enter(now) ?? false
  }

  giveBackShare(at: number, isBeyond: boolean): void {
    this.share?.giveBack(at, isBeyond)
  }

  /** A permit that was never used. */
  putBack(window: number): void {
    if (window !== this.window || window === this.refusedWindow) return
    this.held++
    this.use.used--
    // whoever sends nothing has no use for it
    this.lastUse = -Infinity
  }

  /**
   * Asks for a lease, unless that is under way or known to be in vain: for as many as wait, and twice as many as
   * before where those were used up at once. `allowed` is the limit where it is known.
   */
  ask(at: number, clock: Clock.Clock, waiting: number, allowed: number | undefined): void {
    if (this.isAsking || at < this.opensAt || (this.isAway && at < this.askAgainAt)) return
    this.isAsking = true
    const most = this.options.lease ?? usualLease(allowed)
    this.size = Math.min(most, Math.max(1, waiting, at < this.receivedAt + quick ? 2 * this.size : 1))
    const wanted = this.size + this.owed
    const leased = Effect.filterOrFail(
      Effect.suspend(() => this.options.store.take(wanted)),
      isLease,
      () => new StoreError({ cause: "what it gave is no lease" })
    )
    this.inTime(leased, clock, (exit) => {
      this.isAsking = false
      if (Exit.isSuccess(exit)) this.receive(exit.value, at, monotonicMillis(clock))
      this.options.answered(clock)
    })
  }

  /** What a reply to one of the window's requests says, as far as others do not know it. */
  tell(window: number, reply: Observation, at: number, clock: Clock.Clock): void {
    this.saysCount = reply.limit !== undefined
    if (reply.refused) {
      if (window === this.window) {
        this.held = 0
        this.refusedWindow = window
      }
      this.use.isSpent = true
      this.opensAt = Math.max(this.opensAt, at + (reply.retryAfter ?? 0))
    } else {
      const { limit } = reply
      const end = limit === undefined ? Infinity : at + limit.reset
      const isSpent = limit !== undefined && limit.count >= limit.allowed
      // others have used what had been leased to us
      if (isSpent && window === this.window) this.held = 0
      const told = this.told?.window === window ? this.told : undefined
      const isNews = told === undefined || end <= told.end - worthTelling || (isSpent && !told.isSpent)
      if (!isNews && !(this.mayTell && limit !== undefined)) return
      this.told = { window, end: Math.min(end, told?.end ?? Infinity), isSpent }
      this.mayTell = false
    }
    this.inTime(
      Effect.suspend(() => this.options.store.tell(window, reply)),
      clock
    )
  }

  /** The reply to a request that was sent while the store was away. */
  answeredAlone({ limit, refused, retryAfter }: Observation, isBeyond: boolean, at: number): void {
    this.saysCount = limit !== undefined
    if (refused) this.share?.refused(at + (retryAfter ?? 0))
    else this.share?.answered(at, isBeyond)
  }

  /** Nothing is under way and nobody waits: soon somebody else may have what is left. */
  rest(clock: Clock.Clock): void {
    if (this.held === 0 || this.isGivingBack) return
    this.isGivingBack = true
    const giveBack = Effect.suspend(() => {
      this.isGivingBack = false
      const at = monotonicMillis(clock)
      if (this.held === 0) return Effect.void
      if (at >= this.lastUse + idle) return this.giveBack
      return Effect.sync(() => this.rest(clock))
    })
    this.options.run(Effect.zipRight(clock.sleep(Duration.millis(idle)), giveBack), clock)
  }

  /** Gives back what is left. */
  get giveBack(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const { held, window } = this
      this.held = 0
      return held === 0
        ? Effect.void
        : Effect.asVoid(Effect.exit(this.bounded(Effect.suspend(() => this.options.store.giveBack(window, held)))))
    })
  }

  private receive({ granted, millis, window }: Lease, askedAt: number, at: number): void {
    // a smaller number: the store began anew
    if (window !== this.window) {
      this.before = this.use
      this.use = useFrom(askedAt)
      this.held = 0
      this.window = window
    }
    if (granted > 0 && window !== this.refusedWindow) {
      // a probe is not held back for what is owed
      const paid = Math.min(this.owed, granted - 1)
      this.owed -= paid
      this.held += granted - paid
      this.heldUntil = askedAt + millis
      this.use.longest = Math.max(this.use.longest, millis)
      this.opensAt = -Infinity
      this.mayTell = true
      this.lastUse = at
      this.receivedAt = at
    } else {
      if (granted === 0 && millis > poll) this.use.isSpent = true
      this.opensAt = Math.max(this.opensAt, at + Math.min(Math.max(1, millis), this.options.maxClosure))
    }
  }

  /** From here on by what this process had of the limit, where that was used up: others will hold to theirs, too. */
  private leave(): void {
    const { before, use } = this
    this.held = 0
    this.opensAt = -Infinity
    if (this.share !== undefined || !(use.isSpent || before.isSpent)) return
    const length = Math.max(use.longest, before.longest)
    const end = Math.max(this.heldUntil, use.from + length)
    this.share = new Share(Math.max(1, (use.isSpent ? use : before).used), use.used, end, length)
  }

  private comeBack(now: number): void {
    this.failures = 0
    // where replies say the count, it has everybody's
    this.owed = this.saysCount ? 0 : (this.share?.owed(now) ?? 0)
    this.share = undefined
  }

  /**
   * A store may be slow, hang where it cannot be interrupted, or die: none of that is the calls', nor that of
   * whoever closes the layer, where nothing can be interrupted.
   */
  private bounded<A>(effect: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> {
    return Effect.flatMap(within(effect, Duration.millis(this.options.timeout)), (answer) =>
      Option.isSome(answer)
        ? Effect.succeed(answer.value)
        : Effect.fail(new StoreError({ cause: "it did not answer in time" }))
    )
  }

  private inTime<A>(
    effect: Effect.Effect<A, StoreError>,
    clock: Clock.Clock,
    done: (exit: Exit.Exit<A, StoreError>) => void = () => {}
  ): void {
    const asked = Effect.flatMap(Effect.exit(this.bounded(effect)), (exit) => {
      const wasAway = this.isAway
      if (Exit.isSuccess(exit)) {
        if (wasAway) this.comeBack(monotonicMillis(clock))
      } else {
        // those that were under way together are one absence
        if (!wasAway || monotonicMillis(clock) >= this.askAgainAt) this.failures++
        this.leave()
        this.askAgainAt = monotonicMillis(clock) + Math.min(1_000 * 2 ** (this.failures - 1), longestAbsence)
        update(Metrics.storeFailures, 1, this.options.owners.first)
      }
      done(exit)
      if (wasAway === this.isAway) return Effect.void
      return this.isAway
        ? Effect.logWarning("the shared rate limit cannot be reached; calls go on by what this process knows of it")
        : Effect.logInfo("the shared rate limit is used again")
    })
    this.options.run(asked, clock)
  }
}

/** How a window is used: what was sent, whether it was used up, the longest lease, and since when it is known. */
const useFrom = (from: number) => ({ from, used: 0, isSpent: false, longest: 0 })

/** Of a small limit nobody takes what another may need. */
const usualLease = (allowed = Infinity): number => Math.max(1, Math.min(10, Math.floor(allowed / 30)))

/** What is granted holds for a while. */
const isLease = ({ granted, millis, window }: Lease): boolean =>
  Number.isInteger(granted) &&
  (granted === 0 ? !Number.isNaN(millis) : granted > 0 && millis > 0) &&
  Number.isFinite(window)
