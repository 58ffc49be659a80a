import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import { monotonicMillis } from "../internal/monotonic.js"
import type { FlowStatus } from "../standing.js"
import { Closures, type Passages, type Target } from "./Closures.js"
import type { Gauges } from "./Gauges.js"
import type { Refusal, Request } from "./permit.js"
import { type Entry, type Observation, RateWindow, type RateWindowOptions } from "./RateWindow.js"
import { RoundTrip } from "./RoundTrip.js"
import type { SharedWindow } from "./SharedWindow.js"
import { Timer } from "./Timer.js"
import { type Waiting, WaitQueue } from "./WaitQueue.js"

const second = 1_000

const none: Passages = []

export interface AdmissionOptions extends RateWindowOptions {
  readonly maxQueue: number
  readonly gauges: Gauges
  /** Something has changed. */
  readonly onChange: (status: () => FlowStatus) => void
  /** Does something later; gives what cancels it. */
  readonly later: (millis: number, clock: Clock.Clock, run: () => void) => () => void
}

/** A request that has been let through. */
export interface Admitted {
  readonly _tag: "Admitted"
  readonly target: Target
  readonly at: number
  readonly waited: number
  /** The shortest that is known. */
  readonly roundTrip: number
  readonly entry: Entry
  readonly passages: Passages
  /** The store's window that it was leased of. */
  readonly window: number | undefined
  /** The store being away, one that goes beyond what this process had of the limit. */
  readonly isBeyondShare: boolean
  isObserved: boolean
  isReleased: boolean
}

/** A call that waits for its permit. */
export interface Waiter extends Waiting {
  readonly _tag: "Waiter"
  readonly since: number
  readonly patienceEnd: number
  readonly deadline: number
  /** What came of the wait. */
  answer: Admitted | Refusal | undefined
  /** Hears of the answer. */
  resume: ((answer: Admitted | Refusal) => void) | undefined
}

/**
 * Who may send when: the queue before the windows, told the time by the clocks of those who ask. Whatever
 * happens is over when a method returns; time wakes it by a single timer, which is there only while
 * somebody waits.
 */
export class Admission {
  /** Where permits are leased from a store. */
  shared: SharedWindow | undefined
  private isClosed = false
  private readonly roundTrip = new RoundTrip()
  private readonly window: RateWindow
  /** There are none until something has been refused by itself. */
  private closures: Closures | undefined
  private readonly queue = new WaitQueue<Waiter>()
  private readonly timer: Timer

  constructor(private readonly options: AdmissionOptions) {
    this.window = new RateWindow(options, this.roundTrip)
    this.timer = new Timer(options.later)
  }

  /** A permit where one is free, a refusal where none will be in time, else a place in the queue. */
  ask(request: Request, clock: Clock.Clock): Admitted | Refusal | Waiter {
    return this.askNow(request, clock) ?? this.join(request, clock)
  }

  /** The same for whoever does not wait: `undefined` where there would be a wait. */
  askNow(request: Request, clock: Clock.Clock): Admitted | Refusal | undefined {
    if (this.isClosed) return { _tag: "Closed" }
    const at = monotonicMillis(clock)
    const roundTrip = this.roundTrip.shortest(at)
    const timeLeft = Duration.toMillis(request.timeLeft)
    if (timeLeft <= 0 || timeLeft < roundTrip) return { _tag: "DeadlineTooNear" }
    if (this.queue.size > 0 || !this.mayGo(at, clock) || this.closures?.isOpen(request, at) === false) return undefined
    const admitted = this.admit(request, at, 0, roundTrip)
    this.options.onChange(() => this.status(at))
    return admitted
  }

  /** What the reply to an admitted request says of the limit. */
  observe(admitted: Admitted, reply: Observation, clock: Clock.Clock): void {
    const at = monotonicMillis(clock)
    const isFirst = !admitted.isObserved
    admitted.isObserved = true
    if (isFirst) this.roundTrip.learn(reply.took ?? at - admitted.at, at)
    const isClients = reply.refused && this.refuse(admitted, reply, at)
    if (!reply.refused && isFirst) {
      this.window.accept(admitted.entry)
      if (admitted.passages.length > 0) this.closures?.accept(admitted.passages)
    }
    const isNews = !isClients && this.window.tell(reply.limit, admitted.entry, at, this.queue.size)
    if (this.shared !== undefined) this.tellShared(this.shared, admitted, this.forOthers(reply, isClients), at, clock)
    if (this.queue.size > 0 && (reply.refused || isNews)) this.review(at)
    this.proceed(at, clock)
  }

  /** The request is over; once. */
  release(admitted: Admitted, clock: Clock.Clock): void {
    if (admitted.isReleased) return
    admitted.isReleased = true
    this.window.leave(admitted.entry)
    if (admitted.passages.length > 0) this.closures?.leave(admitted.passages)
    this.proceed(monotonicMillis(clock), clock)
  }

  /** Nothing has been sent. */
  giveBack(admitted: Admitted, clock: Clock.Clock): void {
    if (!admitted.isReleased) {
      this.window.giveBack(admitted.entry)
      if (admitted.window !== undefined) this.shared?.putBack(admitted.window)
      else this.shared?.giveBackShare(admitted.at, admitted.isBeyondShare)
    }
    this.release(admitted, clock)
  }

  /** Whoever waited does so no longer: its permit may have come in that very moment. */
  stopWaiting(waiter: Waiter, clock: Clock.Clock): void {
    this.leave(waiter)
    if (waiter.answer?._tag === "Admitted") this.giveBack(waiter.answer, clock)
    else this.proceed(monotonicMillis(clock), clock)
  }

  /** Whatever keeps those who wait may be over. */
  proceed(at: number, clock: Clock.Clock): void {
    if (this.queue.size > 0) this.serve(at, clock)
    if (this.queue.size === 0) {
      this.window.noOneWaits()
      this.closures?.noOneWaits()
      if (this.window.inFlight === 0) this.shared?.rest(clock)
    }
    this.options.gauges.write(this.queue.size, this.window.known)
    this.options.onChange(() => this.status(at))
  }

  /** The store has answered. */
  storeAnswered(clock: Clock.Clock): void {
    const at = monotonicMillis(clock)
    // while a window is being probed it is closed for moments, which nobody need be told of
    if (this.shared !== undefined && this.shared.opensAt - at > second) this.review(at)
    this.proceed(at, clock)
  }

  /** From now on nobody is let through, and whoever waits is told. */
  close(at: number): void {
    this.isClosed = true
    for (const waiter of this.queue.all) this.settle(waiter, { _tag: "Closed" })
    this.options.gauges.write(0, this.window.known)
    this.options.onChange(() => this.status(at))
  }

  status(at: number): FlowStatus {
    return {
      inFlight: this.window.inFlight,
      waiting: this.queue.size,
      closedFor: this.isClosed ? Duration.infinity : Duration.millis(this.earliest(at, 0) - at),
      closures: this.closures?.list(at) ?? [],
      limit: Option.fromNullable(this.window.known)
    }
  }

  /** Lets those through that may go, refuses those whose wait is over, and sets the timer for the others. */
  private serve(at: number, clock: Clock.Clock): void {
    this.expire((until) => until < at, at)
    while (this.queue.size > 0 && this.mayGo(at, clock)) {
      const waiter = this.queue.next((target) => this.isOpen(target, at))
      if (waiter === undefined) break
      const roundTrip = this.roundTrip.shortest(at)
      if (at >= waiter.deadline || at + roundTrip > waiter.deadline) this.settle(waiter, { _tag: "DeadlineTooNear" })
      else this.settle(waiter, this.admit(waiter, at, at - waiter.since, roundTrip))
    }
    this.expire((until) => until <= at, at)
    if (this.queue.size === 0) return
    const wakeAt = Math.min(this.queue.mostHasty?.until ?? Infinity, this.opensNext(at))
    this.timer.set(wakeAt, at, clock, () => this.proceed(monotonicMillis(clock), clock))
  }

  private join(request: Request, clock: Clock.Clock): Admitted | Refusal | Waiter {
    const { method, operation } = request
    const at = monotonicMillis(clock)
    const deadline = at + Duration.toMillis(request.timeLeft)
    const patienceEnd = at + Duration.toMillis(request.patience)
    const waiter: Waiter = {
      _tag: "Waiter",
      operation,
      method,
      since: at,
      patienceEnd,
      deadline,
      until: Math.min(patienceEnd, deadline - this.roundTrip.shortest(at)),
      answer: undefined,
      resume: undefined,
      place: undefined
    }
    this.queue.join(waiter)
    this.proceed(at, clock)
    if (waiter.answer !== undefined) return waiter.answer
    const mayGo = (target: Target) => target.operation === operation || this.isOpen(target, at)
    const position = this.queue.sizeOf(mayGo) - 1
    if (this.earliestOf(waiter, at, position) > waiter.until)
      return this.dismiss(waiter, this.tooLate(waiter, at, position), at, clock)
    if (this.queue.size <= this.options.maxQueue) return waiter
    return this.dismiss(waiter, { _tag: "QueueFull", waiting: this.queue.size - 1 }, at, clock)
  }

  private dismiss(waiter: Waiter, refusal: Refusal, at: number, clock: Clock.Clock): Refusal {
    this.settle(waiter, refusal)
    this.proceed(at, clock)
    return refusal
  }

  private leave(waiter: Waiter): void {
    this.queue.leave(waiter)
    if (this.queue.size === 0) this.timer.cancel()
  }

  private settle(waiter: Waiter, answer: Admitted | Refusal): void {
    this.leave(waiter)
    waiter.answer = answer
    waiter.resume?.(answer)
  }

  private admit({ method, operation }: Target, at: number, waited: number, roundTrip: number): Admitted {
    const target = { method, operation }
    const isLeased = this.shared?.has(at) === true
    const isBeyondShare = !isLeased && this.shared?.takeShare(at) === true
    return {
      _tag: "Admitted",
      target,
      at,
      waited,
      roundTrip,
      entry: this.window.enter(at),
      passages: this.closures?.enter(target, at) ?? none,
      window: isLeased ? this.shared?.take(at) : undefined,
      isBeyondShare,
      isObserved: false,
      isReleased: false
    }
  }

  /** A request has been refused; `true` where that is the token's limit. */
  private refuse({ entry, passages, target }: Admitted, reply: Observation, at: number): boolean {
    const isClients = this.window.explains(reply, at) || this.refuseAlone(target, passages, reply, at) === "client"
    if (isClients) this.window.close(reply, entry, at)
    return isClients
  }

  /** The token's count does not explain it; gives what is closed by that. */
  private refuseAlone(target: Target, passages: Passages, reply: Observation, at: number) {
    this.closures ??= new Closures(this.roundTrip)
    return this.closures.refuse(target, passages, this.window.closureOf(reply), at)
  }

  private isOpen(target: Target, at: number): boolean {
    return this.closures?.isOpen(target, at) !== false
  }

  /** What a reply means for all who use the token: no refusal of a single operation, and no closure without end. */
  private forOthers({ limit, ...reply }: Observation, isClients: boolean): Observation {
    return {
      refused: isClients,
      retryAfter: isClients ? this.window.closureOf({ limit, ...reply }) : undefined,
      limit: limit && { ...limit, reset: Math.min(limit.reset, this.options.maxClosure) }
    }
  }

  private tellShared(
    shared: SharedWindow,
    { isBeyondShare, window }: Admitted,
    reply: Observation,
    at: number,
    clock: Clock.Clock
  ): void {
    if (window === undefined) shared.answeredAlone(reply, isBeyondShare, at)
    else shared.tell(window, reply, at, clock)
  }

  private mayGo(at: number, clock: Clock.Clock): boolean {
    const { shared, window } = this
    if (shared === undefined) return window.isOpen(at)
    if (!window.isWithinBounds(at)) return false
    if (shared.has(at)) return true
    shared.ask(at, clock, this.queue.size, window.known?.allowed)
    return shared.isAway && shared.hasShare(at) && window.isOpen(at)
  }

  /** When time alone lets somebody through at the latest. */
  private opensNext(at: number): number {
    const { shared, window } = this
    const isShared = shared !== undefined && !shared.isAway
    if (isShared && !shared.has(at)) {
      const boundsAt = window.boundsAt(at, 0)
      if (boundsAt > at) return boundsAt
      return window.isWithinBounds(at) && shared.opensAt > at ? shared.opensAt : Infinity
    }
    if (isShared ? !window.isWithinBounds(at) : !window.isOpen(at)) return window.nextChange(at)
    if (shared?.isAway && !shared.hasShare(at)) return shared.shareOpensAt(at)
    return Math.min(...this.queue.heads.map((head) => this.closures?.nextChange(head, at) ?? at))
  }

  /** Before this no request that so many others wait before can go. */
  private earliest(at: number, position: number): number {
    const { shared, window } = this
    if (shared === undefined) return window.opensAt(at, position)
    if (shared.isAway) return Math.max(window.opensAt(at, position), shared.shareOpensAt(at))
    return Math.max(window.boundsAt(at, position), shared.opensAt)
  }

  private earliestOf(waiter: Waiter, at: number, position: number): number {
    return Math.max(this.earliest(at, position), this.closures?.opensAt(waiter, at) ?? at)
  }

  /** Refuses those whose turn would come too late, by what is known now. */
  private review(at: number): void {
    let position = 0
    for (const waiter of this.queue.all) {
      if (this.earliestOf(waiter, at, position) > waiter.until) this.settle(waiter, this.tooLate(waiter, at, position))
      else if (this.isOpen(waiter, at)) position++
    }
  }

  private expire(isOver: (until: number) => boolean, at: number): void {
    for (
      let waiter = this.queue.mostHasty;
      waiter !== undefined && isOver(waiter.until);
      waiter = this.queue.mostHasty
    ) {
      this.settle(waiter, this.tooLate(waiter, at, 0))
    }
  }

  private tooLate(waiter: Waiter, at: number, position: number): Refusal {
    return waiter.patienceEnd <= waiter.until
      ? { _tag: "TooLong", wait: Duration.millis(this.earliestOf(waiter, at, position) - at) }
      : { _tag: "DeadlineTooNear" }
  }
}
