/**
 * Limits narrower than the token's: of one operation, or of one method. Plain state, told the time.
 *
 * A refusal that the token's count does not explain closes the operation that was refused. While it is
 * closed, a second operation of its method closes the method, and one of another method means that the
 * limit is the whole client's.
 */
import * as Duration from "effect/Duration"
import type { FlowStatus } from "../standing.js"
import { Ramp } from "./Ramp.js"
import type { RoundTrip } from "./RoundTrip.js"

/** From so many requests at a time on, what was closed counts as open. */
const enough = 16

/** What a request is, for limits that are narrower than the token's. */
export interface Target {
  readonly operation: string
  readonly method: string
}

/** A request that went through something that had been closed. */
interface Passage {
  readonly closure: Closure
  readonly opening: number
}

/** What a request went through, mostly nothing. */
export type Passages = ReadonlyArray<Passage>

class Closure {
  /** The openings are numbered, so that a late reply is known for what it is. */
  opening = 0
  inFlight = 0
  answered = 0
  until = 0
  private isClosed = true
  private ramp: Ramp

  constructor(
    /** All of the method where there is none. */
    readonly operation: string | undefined,
    readonly method: string,
    private readonly roundTrip: RoundTrip
  ) {
    this.ramp = new Ramp(roundTrip)
  }

  close(until: number): void {
    this.until = this.isClosed ? Math.max(this.until, until) : until
    this.isClosed = true
  }

  isOpen(now: number): boolean {
    if (this.isClosed && now >= this.until) {
      this.isClosed = false
      this.opening++
      this.inFlight = 0
      this.answered = 0
      this.ramp = new Ramp(this.roundTrip)
    }
    return !this.isClosed && this.ramp.hasRoom(this.inFlight, now)
  }

  enter(now: number): Passage {
    this.ramp.entered(this.inFlight, now)
    this.inFlight++
    return { closure: this, opening: this.opening }
  }

  accept(): void {
    this.answered++
    this.ramp.answered()
  }

  get nextChange(): number {
    return this.isClosed ? this.until : this.ramp.nextAt()
  }
}

export class Closures {
  private readonly byScope = new Map<string, Closure>()

  constructor(private readonly roundTrip: RoundTrip) {}

  /** Those that time has not opened yet. */
  list(now: number): NonNullable<FlowStatus["closures"]> {
    return [...this.byScope.values()]
      .filter(({ until }) => until > now)
      .map(({ method, operation, until }) => ({ operation, method, closedFor: Duration.millis(until - now) }))
  }

  isOpen(target: Target, now: number): boolean {
    return this.of(target).every((closure) => closure.isOpen(now))
  }

  /** When time alone lets the next request of this kind through at the latest. */
  nextChange(target: Target, now: number): number {
    return Math.max(now, ...this.of(target).map((closure) => (closure.isOpen(now) ? now : closure.nextChange)))
  }

  /** The earliest time at which such a request can go; `now` where it is not time that keeps it waiting. */
  opensAt(target: Target, now: number): number {
    return Math.max(now, ...this.of(target).map(({ until }) => until))
  }

  enter(target: Target, now: number): Passages {
    return this.of(target).map((closure) => closure.enter(now))
  }

  leave(passages: Passages): void {
    for (const { closure, opening } of passages) if (opening === closure.opening) closure.inFlight--
  }

  /** A request has been answered, and was not refused. */
  accept(passages: Passages): void {
    for (const { closure, opening } of passages) if (opening === closure.opening) closure.accept()
    if (passages.length > 0) this.forget(({ answered }) => answered >= enough)
  }

  /** Nobody waits: what has been let through once is open. */
  noOneWaits(): void {
    this.forget(({ answered }) => answered > 0)
  }

  /** A request has been refused for a reason that is not the token's; gives what is closed by that. */
  refuse(target: Target, passages: Passages, wait: number, now: number): "operation" | "method" | "client" {
    const until = now + wait
    const others = [...this.byScope].filter(
      ([scope, closure]) => scope !== operationScope(target) && scope !== methodScope(target) && closure.until > now
    )
    const late = passages.some(({ closure, opening }) => opening !== closure.opening && closure.answered > 0)
    if (!late) this.close(operationScope(target), target, until)
    if (others.some(([, { method }]) => method !== target.method)) return "client"
    if (others.length === 0) return "operation"
    if (!late) this.close(methodScope(target), { operation: undefined, method: target.method }, until)
    return "method"
  }

  private close(scope: string, { method, operation }: Pick<Closure, "method" | "operation">, until: number): void {
    const found = this.byScope.get(scope)
    const closure = found ?? new Closure(operation, method, this.roundTrip)
    if (found === undefined) this.byScope.set(scope, closure)
    closure.close(until)
  }

  private of(target: Target): ReadonlyArray<Closure> {
    const all = [this.byScope.get(operationScope(target)), this.byScope.get(methodScope(target))]
    return all.filter((closure) => closure !== undefined)
  }

  private forget(isOver: (closure: Closure) => boolean): void {
    for (const [scope, closure] of this.byScope) if (isOver(closure)) this.byScope.delete(scope)
  }
}

const operationScope = ({ operation }: Target): string => `operation ${operation}`
const methodScope = ({ method }: Target): string => `method ${method}`
