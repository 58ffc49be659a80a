import { update } from "../internal/effect/metric.js"
import type { Labels } from "../internal/labels.js"
import { Owners } from "../internal/metered.js"
import * as Metrics from "../Metrics.js"

/** What a flow control measures, under the labels of each client that uses it. Only what changes is written. */
export class Gauges {
  readonly owners = new Owners(
    (labels) => this.#writeAll(labels),
    (labels) => update(Metrics.flowWaiting, 0, labels)
  )
  #waiting = 0
  #limit: { readonly allowed: number; readonly remaining: number } | undefined

  write(waiting: number, limit: { readonly allowed: number; readonly remaining: number } | undefined): void {
    if (waiting !== this.#waiting) {
      this.#waiting = waiting
      this.owners.each((labels) => update(Metrics.flowWaiting, waiting, labels))
    }
    const before = this.#limit
    if (limit === undefined || (before?.remaining === limit.remaining && before.allowed === limit.allowed)) return
    const { allowed, remaining } = limit
    this.#limit = limit
    this.owners.each((labels) => {
      if (before?.remaining !== remaining) update(Metrics.rateLimitRemaining, remaining, labels)
      if (before?.allowed !== allowed) update(Metrics.rateLimitAllowed, allowed, labels)
    })
  }

  #writeAll(labels: Labels): void {
    update(Metrics.flowWaiting, this.#waiting, labels)
    if (this.#limit === undefined) return
    update(Metrics.rateLimitRemaining, this.#limit.remaining, labels)
    update(Metrics.rateLimitAllowed, this.#limit.allowed, labels)
  }
}
