/**
 * What decoding a reply and encoding an input cost: by `ParseResult`, by the closures that the
 * client uses, and what `JSON.parse` of the same text costs. `npx tsx test/bench/decode.ts`
 */
import { argv } from "node:process"
import { pathToFileURL } from "node:url"
import * as Schema from "effect/Schema"
import { Chats, Domain, RoomJid } from "effect-genesys-chats"
import { decoder, encoder, failed } from "../../src/internal/compile.js"

const rounds = 9

const user = (n: number) => ({
  id: `b2bb6a0c-3b5b-4f5f-9a3f-${String(n).padStart(12, "0")}`,
  selfUri: `/api/v2/users/${n}`
})

const message = (n: number) => ({
  id: `5d0f6a5e-52a7-4d52-8a0e-${String(n).padStart(12, "0")}`,
  dateCreated: new Date(1_700_000_000_000 + n * 60_000).toISOString(),
  dateModified: new Date(1_700_000_000_500 + n * 60_000).toISOString(),
  toJid: "adhoc-0b6f@conference.acme.orgspan.com",
  jid: `${String(n).padStart(24, "0")}@acme.orgspan.com`,
  body: `message ${n}: the certificate of the payment gateway in Frankfurt expired at midnight`,
  mentions: {},
  edited: n % 10 === 0,
  thread: { id: `0f1d7c9a-7c5e-4c38-8d45-${String(n).padStart(12, "0")}` },
  user: user(n % 7),
  reactions: n % 4 === 0 ? [{ emoji: "👍", users: [user(1), user(2)] }] : []
})

const roomJid = RoomJid.make("adhoc-0b6f@conference.acme.orgspan.com")

const room = {
  id: roomJid,
  jid: roomJid,
  subject: "Incident 4711",
  roomType: "adhoc",
  dateCreated: "2024-01-01T00:00:00.000Z",
  participantLimit: 1000,
  owners: [user(1)],
  pinnedMessages: [user(2)]
}

const replies = [
  ["100 messages", Domain.ChatMessageEntityListing, { entities: Array.from({ length: 100 }, (_, n) => message(n)) }],
  ["a room", Domain.Room, room],
  ["the reply to a post", Domain.ChatSendMessageResponse, { id: "5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10" }]
] as const

const inputs = [
  [Chats.postChatsRoomMessages, { roomJid, message: "the certificate expired at midnight" }],
  [Chats.getChatsRoom, { roomJid }],
  [Chats.getChatsRoomMessages, { roomJid, limit: 100 }]
] as const

type Work = () => unknown

const microseconds = (work: Work, times: number): number => {
  const start = process.hrtime.bigint()
  for (let i = 0; i < times; i++) work()
  return Number(process.hrtime.bigint() - start) / times / 1000
}

/** Each in turn, round by round, so that all meet the same weather; the first round warms up. */
const medians = (works: ReadonlyArray<Work>): ReadonlyArray<number> => {
  const times = works.map((work) => {
    const [once] = [0, 1, 2].map(() => microseconds(work, 200)).sort((a, b) => a - b)
    return Math.ceil(50_000 / (once ?? 1))
  })
  const measured: ReadonlyArray<Array<number>> = works.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    works.forEach((work, i) => {
      const spent = microseconds(work, times[i] ?? 1)
      if (round > 0) measured[i]?.push(spent)
    })
  }
  return measured.map((all) => all.sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN)
}

const row = (title: string, json: number, stock: number, ours: number): string =>
  [
    title.padEnd(32),
    `${json.toFixed(2)} µs`.padStart(11),
    `${stock.toFixed(2)} µs`.padStart(12),
    `(${(stock / json).toFixed(1)})`.padStart(7),
    `${ours.toFixed(2)} µs`.padStart(11),
    `(${(ours / json).toFixed(1)})`.padStart(6),
    (ours / stock).toFixed(2).padStart(8)
  ].join("")

const header = `${"".padEnd(32)}${"JSON".padStart(11)}${"ParseResult".padStart(19)}${"closures".padStart(17)}${"ratio".padStart(8)}`

const decoding = (): ReadonlyArray<string> =>
  replies.map(([title, { ast }, reply]) => {
    const text = JSON.stringify(reply)
    const value: unknown = JSON.parse(text)
    const stock = Schema.decodeUnknownEither(Schema.make<unknown>(ast))
    const ours = decoder(ast, {})
    if (ours(value) === failed) throw new Error(`the closures leave ${title} to ParseResult`)
    const [json = 0, theirs = 0, own = 0] = medians([() => JSON.parse(text), () => stock(value), () => ours(value)])
    return row(`decode ${title}`, json, theirs, own)
  })

const encoding = (): ReadonlyArray<string> =>
  inputs.map(([{ body, operation, pathParameters, query }, input]) => {
    const options = { errors: "all" } as const
    const { ast } = Schema.Struct<Schema.Struct.Fields>({ ...pathParameters, ...query, ...body?.fields })
    const stock = Schema.encodeUnknownEither(Schema.make<unknown>(ast), options)
    const ours = encoder(ast, options)
    if (ours(input) === failed) throw new Error(`the closures leave ${operation} to ParseResult`)
    const [json = 0, theirs = 0, own = 0] = medians([
      () => JSON.stringify(input),
      () => stock(input),
      () => ours(input)
    ])
    return row(`encode ${operation}`, json, theirs, own)
  })

/** Medians of rounds in turn; in parentheses, times `JSON.parse` or `JSON.stringify`. */
export const decodeTable = (): string => [header, ...decoding(), ...encoding()].join("\n")

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) console.log(decodeTable())
