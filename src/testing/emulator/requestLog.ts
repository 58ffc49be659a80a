import type * as DateTime from "effect/DateTime"
import type { UserId } from "../../domain/Ids.js"
import type { Fault } from "../faults/Faults.js"
import type { Operation } from "../operation.js"
import { type LoggedBody, secretsOf, shownBody, shownQuery } from "./received.js"
import { withoutSecrets } from "./redaction.js"

/**
 * A request that the emulator received, and what became of it. It holds no secret.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReceivedRequest {
  /** The number of requests before it. */
  readonly index: number
  /**
   * The `index` of the first attempt of the call that it belongs to: the same request of the same caller
   * again, within five minutes of a failure.
   */
  readonly call: number
  /** Which attempt of its call it is, from 1. */
  readonly attempt: number
  /** When it was received, by the emulator's clock. */
  readonly time: DateTime.Utc
  /** How many milliseconds it took until the head of the reply was sent or the connection ended; `undefined` until then. */
  readonly duration: number | undefined
  /** The `inin-correlation-id` of its reply. */
  readonly correlationId: string
  /** The endpoint, `"token"`, or `undefined` where no endpoint has the path and method. */
  readonly operation: Operation | "token" | undefined
  /** Whose token it came with: a user's, or a client's bot's. */
  readonly userId: UserId | undefined
  readonly method: string
  /** The path as it was sent, still percent-encoded. */
  readonly path: string
  /** The first value of each query parameter; those of secrets, as `access_token`, are blotted out. */
  readonly query: Readonly<Record<string, string>>
  /** By lower-case name; `authorization` shows its scheme only, cookies and keys nothing. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON as a value, a form as a record, else text, without secrets; text where it was longer than 65,536 bytes, and cut to them. */
  readonly body: unknown
  /** The failure that was put before it. */
  readonly fault: Fault | undefined
  /** The status the emulator itself answered with; `undefined` when the request was not taken in. */
  readonly processedStatus: number | undefined
  /** The status that was sent; `undefined` when no reply was sent (yet). */
  readonly status: number | undefined
  /** The body that was sent, shown as `body` is; `undefined` where there was none, or a fault cut or slowed it. */
  readonly reply: unknown
}

/** A request as it is kept: bodies are bytes, so that what they take is known. */
export interface Entry {
  readonly index: number
  readonly call: number
  readonly attempt: number
  readonly time: DateTime.Utc
  readonly correlationId: string
  readonly operation: Operation | "token" | undefined
  readonly userId: UserId | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  /** Headers with credentials, as they came: never shown. */
  readonly credentials: ReadonlyArray<readonly [string, string]>
  readonly body: LoggedBody
  readonly fault: Fault | undefined
  /** What tells one caller from another: a hash of its authorization. */
  readonly caller: number
  /** Monotonic, in nanoseconds. */
  readonly started: bigint
  duration: number | undefined
  processedStatus: number | undefined
  status: number | undefined
  reply: LoggedBody | undefined
}

type Received = Pick<
  Entry,
  | "time"
  | "correlationId"
  | "operation"
  | "userId"
  | "method"
  | "path"
  | "query"
  | "headers"
  | "credentials"
  | "body"
  | "fault"
  | "caller"
  | "started"
>

/** The newest requests, up to a number and up to so many bytes. */
export class RequestLog {
  readonly #capacity: number
  readonly #maxBytes: number
  #entries: Array<Entry> = []
  /** Where in `#entries` the log begins: what is before it was dropped. */
  #start = 0
  #bytes = 0
  #index = 0
  /** The last attempt of each call that may be tried again. */
  readonly #last = new Map<string, Entry>()

  /** `redactor` gives what takes the secrets of the org out of a text, as they are at the time. */
  constructor(
    capacity: number,
    maxBytes: number,
    private readonly redactor: () => (text: string) => string
  ) {
    this.#capacity = capacity
    this.#maxBytes = maxBytes
  }

  add(request: Received): Entry {
    const key = fingerprint(request)
    const previous = this.#last.get(`${key} ${request.caller}`) ?? this.#last.get(key)
    const again = previous !== undefined && isNextAttempt(previous, request)
    const index = this.#index++
    const entry: Entry = {
      ...request,
      index,
      call: again ? previous.call : index,
      attempt: again ? previous.attempt + 1 : 1,
      duration: undefined,
      processedStatus: undefined,
      status: undefined,
      reply: undefined
    }
    this.#last.delete(key)
    this.#last.set(`${key} ${request.caller}`, entry)
    this.#entries.push(entry)
    this.#bytes += sizeOf(entry)
    this.#trim()
    return entry
  }

  /** What was sent for an entry. */
  replied(entry: Entry, status: number, reply: LoggedBody | undefined): void {
    entry.status = status
    entry.reply = reply
    // it comes again with another token
    if (status === 401) this.#last.set(fingerprint(entry), entry)
    // not for one that is dropped already
    if (reply === undefined || entry.index < (this.#entries[this.#start]?.index ?? Infinity)) return
    this.#bytes += reply.bytes.byteLength
    this.#trim()
  }

  clear(): void {
    this.#entries = []
    this.#start = 0
    this.#bytes = 0
    this.#last.clear()
  }

  get size(): number {
    return this.#entries.length - this.#start
  }

  /** Oldest first, from an index on. */
  list(from = 0, limit = Infinity): ReadonlyArray<ReceivedRequest> {
    const first = this.#entries[this.#start]?.index ?? 0
    const start = this.#start + Math.max(0, from - first)
    const redact = this.redactor()
    return this.#entries.slice(start, start + limit).map((entry) => shown(entry, redact))
  }

  find(index: number): ReceivedRequest | undefined {
    const first = this.#entries[this.#start]?.index ?? 0
    const entry = index < first ? undefined : this.#entries[this.#start + index - first]
    return entry === undefined ? undefined : shown(entry, this.redactor())
  }

  /** Drops the oldest; the newest stays, however large. */
  #trim(): void {
    while (this.size > this.#capacity || (this.#bytes > this.#maxBytes && this.size > 1)) {
      const entry = this.#entries[this.#start]
      if (entry === undefined) return
      this.#bytes -= sizeOf(entry)
      const key = fingerprint(entry)
      for (const each of [key, `${key} ${entry.caller}`]) if (this.#last.get(each) === entry) this.#last.delete(each)
      this.#start++
    }
    // half of the array and no less goes at once: each request costs the same on average
    if (this.#start > 32 && this.#start * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start)
      this.#start = 0
    }
  }
}

/** What an entry takes beside its text. */
const overhead = 512

const sizeOf = ({ body, credentials, headers, path, query, reply }: Entry): number =>
  overhead +
  body.bytes.byteLength +
  (reply?.bytes.byteLength ?? 0) +
  2 * (path.length + query.length) +
  [...headers, ...credentials].reduce((sum, [name, value]) => sum + 2 * (name.length + value.length) + 64, 0)

/** What the attempts of a call have in common. */
const fingerprint = ({ body, method, path, query }: Received): string =>
  `${method} ${path}?${query} ${body.bytes.byteLength} ${fnv1a(body.bytes)}`

export const fnv1a = (bytes: Uint8Array): number => {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/**
 * Whether a request is the next attempt after this one: no reply came, or one that says later; after a
 * 401 it comes with another token.
 */
const isNextAttempt = ({ caller, duration, started, status }: Entry, next: Received): boolean =>
  duration !== undefined &&
  next.started - started < longestCall &&
  (status === undefined || retried.has(status) || (status === 401 && caller !== next.caller))

/** In nanoseconds: what comes later than that is a call of its own. */
const longestCall = 300_000_000_000n

const retried: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

const shown = (
  { body, caller, credentials, headers, path, query, reply, started, ...entry }: Entry,
  redact: (text: string) => string
): ReceivedRequest => {
  const secrets = secretsOf(credentials, query)
  return {
    ...entry,
    ...withoutSecrets(
      {
        path,
        query: shownQuery(query, secrets),
        headers: Object.fromEntries(headers),
        body: shownBody(body, secrets),
        reply: reply === undefined ? undefined : shownBody(reply, secrets)
      },
      (text) => redact(secrets.redact(text))
    )
  }
}
