import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { repeated } from "../internal/effect/stream.js"
import type { LiveError } from "./errors.js"
import type { Event } from "./event.js"
import { Gap } from "./service.js"

/**
 * What one consumer has not taken yet. It never holds more than `capacity`: where the consumer is too
 * slow the older half is dropped, and a gap stands in its place.
 */
export class Buffer {
  readonly #topic: string
  readonly #capacity: number
  #items: Array<Event | Gap> = []
  #failure: LiveError | undefined
  #waiting: (() => void) | undefined

  constructor(topic: string, capacity: number) {
    this.#topic = topic
    this.#capacity = capacity
  }

  push(item: Event | Gap): void {
    if (this.#failure !== undefined) return
    const last = this.#items[this.#items.length - 1]
    // gaps that adjoin are one, but that a connection's state must not be lost
    if (item._tag === "Gap" && last?._tag === "Gap" && last.reason === item.reason) return
    if (this.#items.length >= this.#capacity) this.#drop()
    this.#items.push(item)
    this.#wake()
  }

  fail(error: LiveError): void {
    this.#failure ??= error
    this.#wake()
  }

  get stream(): Stream.Stream<Event | Gap, LiveError> {
    return repeated(this.#take)
  }

  readonly #take: Effect.Effect<ReadonlyArray<Event | Gap>, Option.Option<LiveError>> = Effect.suspend(() => {
    if (this.#items.length > 0) {
      const items = this.#items
      this.#items = []
      return Effect.succeed(items)
    }
    if (this.#failure !== undefined) return Effect.fail(Option.some(this.#failure))
    return Effect.zipRight(this.#filled, this.#take)
  })

  readonly #filled = Effect.async<void>((resume) => {
    this.#waiting = () => resume(Effect.void)
    return Effect.sync(() => {
      this.#waiting = undefined
    })
  })

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.()
  }

  #drop(): void {
    const dropped = this.#items.splice(0, Math.ceil(this.#capacity / 2))
    const state = dropped.findLast((item) => item._tag === "Gap" && item.reason !== "Overflow")
    this.#items.unshift(new Gap({ topic: this.#topic, reason: "Overflow" }), ...(state === undefined ? [] : [state]))
  }
}
