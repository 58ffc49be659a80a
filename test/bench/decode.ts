/**
 * What decoding a reply costs: by `ParseResult`, by the closures that the client uses, and what `JSON.parse` of
 * the same text costs. In this process, without a network.
 */
import * as Schema from "effect/Schema"
import { Domain } from "effect-genesys-chats"
import { failed, taker } from "../../src/codec/compile.js"
import type { Bench } from "./shared/bench.js"
import { listing, posted, room } from "./shared/replies.js"
import { type Section, table } from "./shared/report.js"
import { median } from "./shared/rounds.js"

const replies = [
  ["100 messages", Domain.ChatMessageEntityListing, listing],
  ["a room", Domain.Room, room],
  ["the reply to a post", Domain.ChatSendMessageResponse, posted]
] as const

interface Row {
  readonly what: string
  readonly json: number
  readonly stock: number
  readonly ours: number
}

export const decode = async ({ options: { rounds } }: Bench): Promise<Section> => {
  const decoding = replies.map(([title, schema, text]) => decodingOf(rounds, title, schema, text))
  const print = ({ json, ours, stock, what }: Row) => [
    what,
    `${json.toFixed(2)} µs`,
    ...[stock, ours].map((time) => `${time.toFixed(2)} µs (${(time / json).toFixed(1)}×)`),
    `${(ours / stock).toFixed(2)}×`
  ]
  const [{ ours = Number.NaN, stock = Number.NaN } = {}] = decoding
  return {
    markdown: table(["", "JSON", "ParseResult", "closures", "closures / ParseResult"], decoding.map(print)),
    promises: [
      {
        what: "decoding 100 messages, closures / ParseResult",
        figure: ours / stock,
        bound: "at most",
        limit: 0.5,
        unit: "×"
      }
    ]
  }
}

/** Both ways with a value that `JSON.parse` has just made: the closures may keep its parts. */
const decodingOf = (
  rounds: number,
  title: string,
  { ast }: { readonly ast: Schema.Schema.Any["ast"] },
  text: string
): Row => {
  const stock = Schema.decodeUnknownEither(Schema.make<unknown>(ast))
  const ours = taker(ast, {})
  if (ours(JSON.parse(text)) === failed) throw new Error(`the closures leave ${title} to ParseResult`)
  const { json, ...both } = medians(
    rounds,
    `decode ${title}`,
    () => JSON.parse(text),
    () => stock(JSON.parse(text)),
    () => ours(JSON.parse(text))
  )
  return { ...both, json, stock: both.stock - json, ours: Math.max(0, both.ours - json) }
}

type Work = () => unknown

/** Each in turn, round by round, so that all meet the same weather; the first round warms up. */
const medians = (rounds: number, what: string, json: Work, stock: Work, ours: Work): Row => {
  const works = [json, stock, ours]
  const times = works.map((work) => Math.ceil(50_000 / median([0, 1, 2].map(() => microseconds(work, 200)))))
  const measured = works.map((): Array<number> => [])
  for (let round = 0; round <= rounds; round++) {
    works.forEach((work, i) => {
      const spent = microseconds(work, times[i] ?? 1)
      if (round > 0) measured[i]?.push(spent)
    })
  }
  const [jsonTime = Number.NaN, stockTime = Number.NaN, ourTime = Number.NaN] = measured.map(median)
  return { what, json: jsonTime, stock: stockTime, ours: ourTime }
}

const microseconds = (work: Work, times: number): number => {
  const start = process.hrtime.bigint()
  for (let i = 0; i < times; i++) work()
  return Number(process.hrtime.bigint() - start) / times / 1000
}
