import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { hasEnded, interruptFork, interruptNow, runFork, surroundingsOf } from "./effect/fiber.js"
import { shared } from "./effect/global.js"
import { type Labels, labelsOf, noLabels, tagged } from "./labels.js"
import { disposal, within } from "./within.js"

/*
 * A service is made before the clients that use it, and knows nothing of them: what it measures bears the
 * labels of whichever clients have taken it up.
 */

/**
 * Puts labels on what a service measures, as long as the scope is open: a client tells the services that it
 * uses who it is.
 *
 * @since 0.1.0
 * @category models
 */
export type MeasureFor = (labels: Labels) => Effect.Effect<void, never, Scope.Scope>

/** The clients of one service, by their labels. */
export class Owners {
  readonly #all = new Set<Labels>()

  /** What is written for a client that joins, and for one that leaves. */
  constructor(
    private readonly joined: (labels: Labels) => void = () => {},
    private readonly left: (labels: Labels) => void = () => {}
  ) {}

  private join(labels: Labels): void {
    this.#all.add(labels)
    this.joined(labels)
  }

  private leave(labels: Labels): void {
    this.#all.delete(labels)
    this.left(labels)
  }

  /** Labels that have joined while a scope is open. */
  readonly measureFor: MeasureFor = (labels) =>
    Effect.acquireRelease(
      Effect.sync(() => this.join(labels)),
      () => Effect.sync(() => this.leave(labels))
    )

  /** For a gauge: the same for each. */
  each(write: (labels: Labels) => void): void {
    for (const labels of this.#all) write(labels)
  }

  /** For a counter: once. */
  get first(): Labels {
    for (const labels of this.#all) return labels
    return noLabels
  }
}

/**
 * Puts a client's labels on what services measure, for as long as the client is there. What is begun at once need not
 * be waited for: a service that hangs, or dies, has no labels, and the client is there all the same. Each has a scope
 * of its own, so that the client's end waits a bounded time for what it does at its end, and does not fail with it.
 */
export const ownWhileOpen = (
  services: ReadonlyArray<{ readonly measureFor?: MeasureFor | undefined }>,
  labels: Labels
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.withFiberRuntime<void, never, Scope.Scope>((fiber) => {
    const own = tagged(labels, fiber)
    const run = <A>(effect: Effect.Effect<A>) => runFork(surroundingsOf(fiber), effect)
    const begin = (service: (typeof services)[number]) =>
      Effect.map(Scope.make(), (scope) => {
        const measured = Effect.suspend(() => service.measureFor?.(own) ?? Effect.void)
        return { scope, measuring: run(Effect.provideService(measured, Scope.Scope, scope)) }
      })
    const end = (
      begun: ReadonlyArray<Effect.Effect.Success<ReturnType<typeof begin>>>,
      exit: Exit.Exit<unknown, unknown>
    ) =>
      Effect.suspend(() => {
        const closing = begun.map(({ measuring, scope }) => {
          interruptNow(measuring)
          return run(Scope.close(scope, exit))
        })
        // most have ended by now: without them there is no timer
        const slow = closing.filter((each) => !hasEnded(each))
        if (slow.length === 0) return Effect.void
        return Effect.zipRight(within(Fiber.awaitAll(slow), disposal), Effect.forEach(slow, interruptFork))
      })
    return Effect.asVoid(Effect.acquireRelease(Effect.forEach(services, begin), end))
  })

/** The numbers that clients of an org have. */
const numbers = shared("clients", () => new Map<string | undefined, Set<number>>())

/** The labels of a client: its number is the lowest that no other client of the same name has. */
export const clientLabels = (org: string | undefined): Effect.Effect<Labels, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const taken = numbers.get(org) ?? new Set()
        numbers.set(org, taken)
        let number = 1
        while (taken.has(number)) number++
        taken.add(number)
        return number
      }),
      (number) =>
        Effect.sync(() => {
          const taken = numbers.get(org)
          taken?.delete(number)
          if (taken?.size === 0) numbers.delete(org)
        })
    ),
    (number) => labelsOf({ org, client: number })
  )
