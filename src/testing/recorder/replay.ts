import * as Either from "effect/Either"
import { type Difference, describe, differences } from "./differences.js"
import { Exchanges } from "./exchange.js"
import type { Exchange, Recording } from "./recording.js"

/** A request that was not recorded: its message says which recorded one is nearest, and what differs. */
export class NotRecorded extends Error {
  override readonly name = "NotRecorded"
}

type Request = Exchange["request"]

/** What was answered. */
export type Reply = NonNullable<Exchange["reply"]>

interface Answered extends Exchange {
  readonly reply: Reply
}

interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A request as a recording writes it. */
export const requestOf = ({ headers, method }: Sent, url: URL, body: Uint8Array): Request =>
  new Exchanges(undefined).of({ sent: { method, url, headers, body }, reply: undefined }).request

/** A place in a recording. */
export class Replayer {
  readonly #recording: Recording
  readonly #exchanges: ReadonlyArray<Answered>
  readonly #used: Set<Exchange>

  constructor(recording: Recording, used: ReadonlySet<Exchange> = new Set()) {
    this.#recording = recording
    this.#exchanges = recording.exchanges.filter((exchange): exchange is Answered => exchange.reply !== undefined)
    this.#used = new Set(used)
  }

  /** Another at the same place. */
  clone(): Replayer {
    return new Replayer(this.#recording, this.#used)
  }

  /** From the beginning. */
  rewound(): Replayer {
    return new Replayer(this.#recording)
  }

  /**
   * The reply to a request: that of the first exchange with it that was not used yet, and once all were, of
   * the last. Where none is the same, one that differs in dates alone will do, for programs make them of the
   * clock.
   */
  answer(request: Request): Either.Either<Reply, NotRecorded> {
    const found = this.#exchanges
      .map((exchange) => ({
        exchange,
        differs: differences(exchange.request, request, this.#recording.pseudonymised, "request")
      }))
      .sort((a, b) => a.differs.length - b.differs.length)
    const same = found.filter(({ differs }) => differs.length === 0)
    const meant = same.length > 0 ? same : found.filter(({ differs }) => differs.every(isDate))
    const next = meant.find(({ exchange }) => !this.#used.has(exchange)) ?? meant.at(-1)
    if (next === undefined) return Either.left(new NotRecorded(this.#mismatch(request, found[0])))
    this.#used.add(next.exchange)
    return Either.right(next.exchange.reply)
  }

  /**
   * The reply that a call came to: one that a client asks again after is passed over where the same request
   * comes again.
   */
  outcome(request: Request): Either.Either<Reply, NotRecorded> {
    const first = this.answer(request)
    if (Either.isLeft(first)) return first
    let reply = first.right
    while (triedAgain.has(reply.status)) {
      const before = this.#used.size
      const next = this.answer(request)
      // what was used before says nothing more
      if (Either.isLeft(next) || this.#used.size === before) break
      reply = next.right
    }
    return Either.right(reply)
  }

  #mismatch(request: Request, nearest: { exchange: Exchange; differs: ReadonlyArray<Difference> } | undefined): string {
    return [
      `${request.method} ${request.path} was not recorded`,
      ...(nearest === undefined
        ? ["  The recording holds no reply"]
        : [
            `  The nearest is ${nearest.exchange.request.method} ${nearest.exchange.request.path}:`,
            ...nearest.differs.map((difference) => `  ${describe(difference)}`),
            ...(this.#recording.pseudonymised && nearest.differs.some(isId)
              ? ["  Ids of this recording are not those of the org: take them from what it answers"]
              : [])
          ])
    ].join("\n")
  }
}

/** After these a client asks again. */
const triedAgain: ReadonlySet<number> = new Set([401, 408, 429, 502, 503, 504])

const date = /^\d{4}-\d\d-\d\dT/

const isDate = ({ recorded, sent }: Difference): boolean =>
  typeof recorded === "string" && typeof sent === "string" && date.test(recorded) && date.test(sent)

const isId = ({ recorded }: Difference): boolean =>
  typeof recorded === "string" && /0{8}-0000-4000-8000-|0{12}/.test(recorded)
