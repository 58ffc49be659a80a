import { update } from "../internal/effect/metric.js"
import type { Labels } from "../internal/labels.js"
import { Owners } from "../internal/metered.js"
import * as Metrics from "../Metrics.js"

/** What a flow control measures, under the labels of each client that uses it. Only what changes is written. */
export class Gauges {
  readonly owners = new Owners(
    (labels) => this.#write(labels),
    (labels) => update(Metrics.flowWaiting, 0, labels)
  )
  #waiting = 0
  #limit: { readonly allowed: number; readonly remaining: number } | undefined

  waiting(count: number): void {
    if (count === this.#waiting) return
    this.#waiting = count
    this.owners.each((labels) => update(Metrics.flowWaiting, count, labels))
  }

  limit(known: { readonly allowed: number; readonly remaining: number } | undefined): void {
    if (known === undefined) return
    const { allowed, remaining } = known
    const before = this.#limit
    this.#limit = { allowed, remaining }
    if (before?.remaining === remaining && before.allowed === allowed) return
    this.owners.each((labels) => {
      if (before?.remaining !== remaining) update(Metrics.rateLimitRemaining, remaining, labels)
      if (before?.allowed !== allowed) update(Metrics.rateLimitAllowed, allowed, labels)
    })
  }

  #write(labels: Labels): void {
    update(Metrics.flowWaiting, this.#waiting, labels)
    if (this.#limit === undefined) return
    update(Metrics.rateLimitRemaining, this.#limit.remaining, labels)
    update(Metrics.rateLimitAllowed, this.#limit.allowed, labels)
  }
}
