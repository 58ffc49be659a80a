import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import { differences } from "./differences.js"
import { exchangeOf } from "./exchange.js"
import type { Exchange, Recording } from "./recording.js"

/** A request that was not recorded. */
export class NotRecorded extends Error {
  override readonly name = "NotRecorded"
}

interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A place in a recording. */
export class Replayer {
  readonly #recording: Recording
  readonly #used = new Set<Exchange>()

  constructor(recording: Recording) {
    this.#recording = recording
  }

  answer({ headers, method }: Sent, url: URL, body: Uint8Array): Effect.Effect<Response> {
    return Effect.suspend(() => {
      const { request } = exchangeOf({ sent: { method, url, headers, body }, reply: undefined }, undefined, identity)
      const anyText = this.#recording.pseudonymised
      const found = this.#recording.exchanges
        .filter(({ reply }) => reply !== undefined)
        .map((exchange) => ({ exchange, differs: differences(exchange.request, request, anyText, "request") }))
      const same = found.filter(({ differs }) => differs.length === 0).map(({ exchange }) => exchange)
      const next = same.find((exchange) => !this.#used.has(exchange)) ?? same.at(-1)
      if (next?.reply === undefined) {
        const nearest = found.sort((a, b) => a.differs.length - b.differs.length)[0]
        return Effect.die(new NotRecorded(mismatch(request, nearest)))
      }
      this.#used.add(next)
      const { body: reply, headers: replied, status } = next.reply
      const text = reply === undefined ? null : typeof reply === "string" ? reply : JSON.stringify(reply)
      return Effect.succeed(new Response(text, { status, headers: replied }))
    })
  }
}

const mismatch = (
  request: Exchange["request"],
  nearest: { readonly exchange: Exchange; readonly differs: ReadonlyArray<string> } | undefined
): string =>
  [
    `${request.method} ${request.path} was not recorded`,
    ...(nearest === undefined
      ? ["  The recording is empty"]
      : [
          `  The nearest is ${nearest.exchange.request.method} ${nearest.exchange.request.path}:`,
          ...nearest.differs.map((line) => `  ${line}`)
        ])
  ].join("\n")
