import type * as DateTime from "effect/DateTime"
import type { Fault } from "../faults/Faults.js"
import type { Operation } from "../operation.js"

/**
 * A request that the emulator received, and what became of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReceivedRequest {
  /** The number of requests before it. */
  readonly index: number
  /** When it was received, by the emulator's clock. */
  readonly time: DateTime.Utc
  /** The endpoint, `"token"`, or `undefined` where no endpoint has the path and method. */
  readonly operation: Operation | "token" | undefined
  readonly method: string
  /** The path as it was sent, still percent-encoded. */
  readonly path: string
  /** The first value of each query parameter. */
  readonly query: Readonly<Record<string, string>>
  /** By lower-case name; `authorization` and `cookie` show their scheme only. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON as a value, a form as a record without its secrets, else text; cut to 65,536 characters. */
  readonly body: unknown
  /** The failure that was put before it. */
  readonly fault: Fault | undefined
  /** The status the emulator itself answered with; `undefined` when the request was not taken in. */
  readonly processedStatus: number | undefined
  /** The status that was sent; `undefined` when no reply was sent (yet). */
  readonly status: number | undefined
}

type Entry = { -readonly [K in keyof ReceivedRequest]: ReceivedRequest[K] }

/** The newest requests, up to a capacity. */
export class RequestLog {
  readonly #capacity: number
  #entries: Array<Entry> = []
  #index = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(request: Omit<ReceivedRequest, "index" | "processedStatus" | "status">): Entry {
    const entry: Entry = { ...request, index: this.#index++, processedStatus: undefined, status: undefined }
    this.#entries.push(entry)
    // twice the capacity, and then half of it goes: each request costs the same on average
    if (this.#entries.length >= 2 * this.#capacity) this.#entries = this.#newest()
    return entry
  }

  clear(): void {
    this.#entries = []
  }

  /** Copies, oldest first. */
  list(): ReadonlyArray<ReceivedRequest> {
    return this.#newest().map((entry) => ({ ...entry }))
  }

  #newest(): Array<Entry> {
    return this.#entries.slice(Math.max(0, this.#entries.length - this.#capacity))
  }
}
