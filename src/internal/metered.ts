import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { interruptFork, runFork, surroundingsOf } from "./effect/fiber.js"
import { shared } from "./effect/global.js"
import { type Labels, labelsOf, noLabels, tagged } from "./labels.js"

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
 * be waited for: a service that hangs, or dies, has no labels, and the client is there all the same.
 */
export const ownWhileOpen = (
  services: ReadonlyArray<{ readonly measureFor?: MeasureFor | undefined }>,
  labels: Labels
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(Effect.scope, (scope) =>
    Effect.withFiberRuntime<void, never, Scope.Scope>((fiber) => {
      const own = tagged(labels, fiber)
      const begin = (service: (typeof services)[number]) => {
        const measured = Effect.suspend(() => service.measureFor?.(own) ?? Effect.void)
        return runFork(surroundingsOf(fiber), Effect.provideService(measured, Scope.Scope, scope))
      }
      return Effect.forEach(
        services,
        (service) =>
          Effect.acquireRelease(
            Effect.sync(() => begin(service)),
            interruptFork
          ),
        { discard: true }
      )
    })
  )

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
