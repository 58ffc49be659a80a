import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Description } from "../declaration.js"
import {
  type AnyFiber,
  interruptNow,
  resumed,
  runFork,
  type Surroundings,
  surroundingsOf,
  unlogged
} from "../internal/effect/fiber.js"
import { later } from "../internal/elapsed.js"
import { clockOf, monotonicMillis } from "../internal/monotonic.js"
import type { Service as FlowService, Refusal } from "../limits/FlowControl.js"
import type { FlowStatus } from "../standing.js"

/** A call between two attempts. */
interface Paused {
  readonly endpoint: Description
  /** How long it waits for a permit when its pause is over, in milliseconds. */
  readonly patience: number
  /** What is left of its pause: a process that was suspended wakes late. */
  readonly left: () => number
  readonly tell: (refusal: Refusal) => void
}

/**
 * The pauses of a client's calls. One listener hears for all of them how flow control stands: with one each, every
 * change would wake every call that waits.
 */
export class Pauses {
  private readonly paused = new Set<Paused>()
  private listener: AnyFiber | undefined
  /** No call of those that are paused has less. */
  private leastPatience = Infinity

  constructor(private readonly flow: FlowService) {}

  /**
   * Waits for so many milliseconds. Fails as soon as it is known that the call will get no permit after that, or not
   * before it has waited for longer than its patience.
   */
  wait<E>(
    millis: number,
    { endpoint, patience }: Pick<Paused, "endpoint" | "patience">,
    inVain: (refusal: Refusal) => Effect.Effect<never, E>
  ): Effect.Effect<void, E> {
    return Effect.withFiberRuntime((fiber) => {
      const clock = clockOf(fiber)
      const wakesAt = monotonicMillis(clock) + millis
      let leaves = () => {}
      const waited = resumed<void, E>((resume) => {
        const surroundings = surroundingsOf(fiber)
        let cancel: (() => void) | undefined
        let look: AnyFiber | undefined
        const leave = () => {
          cancel?.()
          if (look !== undefined) interruptNow(look)
          this.leave(paused)
        }
        const paused: Paused = {
          endpoint,
          patience,
          left: () => Math.max(0, wakesAt - monotonicMillis(clock)),
          tell: (refusal) => {
            leave()
            resume(inVain(refusal))
          }
        }
        this.enter(paused, surroundings)
        // each of the three may end the pause at once
        if (this.paused.has(paused)) look = runFork(surroundings, this.look(paused))
        if (this.paused.has(paused)) {
          cancel = later(clock, surroundings, millis, () => {
            leave()
            resume(Effect.void)
          })
        }
        leaves = leave
      })
      return Effect.uninterruptibleMask((restore) => Effect.onExit(restore(waited), () => Effect.sync(() => leaves())))
    })
  }

  private enter(paused: Paused, surroundings: Surroundings): void {
    this.paused.add(paused)
    this.leastPatience = Math.min(this.leastPatience, paused.patience)
    if (this.listener !== undefined) return
    const listener = runFork(surroundings, this.listen)
    if (this.paused.size === 0) interruptNow(listener)
    else this.listener = listener
  }

  private leave(paused: Paused): void {
    this.paused.delete(paused)
    if (this.paused.size > 0) return
    this.leastPatience = Infinity
    if (this.listener !== undefined) interruptNow(this.listener)
    this.listener = undefined
  }

  private get listen(): Effect.Effect<void> {
    return aside(
      Stream.runForEach(
        Stream.suspend(() => this.flow.status.changes),
        (status) =>
          Effect.sync(() => {
            // mostly everybody's patience is enough
            if (longest(status.closedFor, status.closures) <= this.leastPatience) return
            for (const paused of this.paused) review(paused, status)
          })
      )
    )
  }

  /** How flow control stands as the pause begins: the listener has heard of that before. */
  private look(paused: Paused): Effect.Effect<void> {
    return aside(
      Effect.map(
        Effect.suspend(() => this.flow.status.get),
        (status) => review(paused, status)
      )
    )
  }
}

/** The user's own flow control may die. */
const aside = (effect: Effect.Effect<void>): Effect.Effect<void> =>
  unlogged(Effect.catchAllCause(effect, () => Effect.void))

const review = ({ endpoint, left, patience, tell }: Paused, status: FlowStatus): void => {
  const millis = millisClosed(status, endpoint)
  if (millis === Infinity) tell({ _tag: "Closed" })
  else if (millis > left() + patience) tell({ _tag: "TooLong", wait: Duration.millis(millis) })
}

/** For how long time keeps calls of an endpoint waiting, in milliseconds. */
const millisClosed = ({ closedFor, closures = [] }: FlowStatus, { method, operation }: Description): number =>
  longest(
    closedFor,
    closures.filter((closure) => closure.method === method && (closure.operation ?? operation) === operation)
  )

const longest = (closedFor: Duration.Duration, closures: FlowStatus["closures"] = []): number =>
  closures.reduce((most, closure) => Math.max(most, Duration.toMillis(closure.closedFor)), Duration.toMillis(closedFor))
