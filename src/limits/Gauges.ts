import type { Labels } from "../internal/labels.js"
import { Owners } from "../internal/metered.js"
import * as Metrics from "../Metrics.js"

/** What a flow control measures, under the labels of each client that uses it. Only what changes is written. */
export class Gauges {
  readonly owners = new Owners(
    (labels) => this.#write(labels),
    (labels) => Metrics.flowWaiting.unsafeUpdate(0, labels)
  )
  #waiting = 0
  #limit: { readonly allowed: number; readonly remaining: number } | undefined

  waiting(count: number): void {
    if (count === this.#waiting) return
    this.#waiting = count
    this.owners.each((labels) => Metrics.flowWaiting.unsafeUpdate(count, labels))
  }

  limit(known: { readonly allowed: number; readonly remaining: number } | undefined): void {
    if (known === undefined) return
    const { allowed, remaining } = known
    const before = this.#limit
    this.#limit = { allowed, remaining }
    if (before?.remaining === remaining && before.allowed === allowed) return
    this.owners.each((labels) => {
      if (before?.remaining !== remaining) Metrics.rateLimitRemaining.unsafeUpdate(remaining, labels)
      if (before?.allowed !== allowed) Metrics.rateLimitAllowed.unsafeUpdate(allowed, labels)
    })
  }

  #write(labels: Labels): void {
    Metrics.flowWaiting.unsafeUpdate(this.#waiting, labels)
    if (this.#limit === undefined) return
    Metrics.rateLimitRemaining.unsafeUpdate(this.#limit.remaining, labels)
    Metrics.rateLimitAllowed.unsafeUpdate(this.#limit.allowed, labels)
  }
}
