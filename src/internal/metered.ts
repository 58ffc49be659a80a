import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { shared } from "./effect/global.js"
import { type Labels, labelsOf, noLabels, tagged } from "./labels.js"

/*
 * A service is made before the clients that use it, and knows nothing of them: what it measures bears the
 * labels of whichever clients have taken it up.
 */

/** The clients of one service, by their labels. */
export class Owners {
  readonly #all = new Set<Labels>()

  /** What is written for a client that joins, and for one that leaves. */
  constructor(
    private readonly joined: (labels: Labels) => void = () => {},
    private readonly left: (labels: Labels) => void = () => {}
  ) {}

  join(labels: Labels): void {
    this.#all.add(labels)
    this.joined(labels)
  }

  leave(labels: Labels): void {
    this.#all.delete(labels)
    this.left(labels)
  }

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

const known = shared("metered", () => new WeakMap<object, Owners>())

export const metered = <S extends object>(service: S, owners: Owners): S => {
  known.set(service, owners)
  return service
}

/** Puts a client's labels on what services measure, for as long as the client is there. */
export const ownWhileOpen = (
  services: ReadonlyArray<object>,
  labels: Labels
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.withFiberRuntime((fiber) => {
    const own = tagged(labels, fiber)
    const owners = services.flatMap((service) => known.get(service) ?? [])
    return Effect.acquireRelease(
      Effect.sync(() => {
        for (const one of owners) one.join(own)
      }),
      () =>
        Effect.sync(() => {
          for (const one of owners) one.leave(own)
        })
    )
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
