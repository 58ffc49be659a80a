import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ChatMessageResponse } from "../../../src/domain/Message.js"
import { newestFirst } from "../../../src/internal/history/source.js"

const message = (id: string, second: number) =>
  Schema.decodeUnknownSync(ChatMessageResponse)({
    id,
    dateCreated: `2026-01-01T00:00:0${second}.000Z`,
    toJid: "adhoc-1@conference.acme.orgspan.com",
    jid: "1@acme.orgspan.com",
    body: id,
    mentions: {},
    edited: false,
    thread: { id: "1" },
    user: { id: "1" }
  })

/** The ids of the pages of one source, one after the other. */
const read = (...pages: ReadonlyArray<ReadonlyArray<ChatMessageResponse>>) => {
  const left = [...pages]
  const source = newestFirst({ page: () => Effect.sync(() => left.shift() ?? []) })
  return Effect.forEach(pages, () =>
    Effect.map(source.page({ limit: 100 }), (page) => page.map(({ id }) => id).join(" "))
  )
}

const [a, b, c, d, e] = [message("a", 1), message("b", 2), message("c", 2), message("d", 3), message("e", 3)]

describe("newestFirst", () => {
  it.effect("leaves a page in order as it is, and turns one that is not", () =>
    Effect.gen(function* () {
      expect(yield* read([d, b, a], [a, b, d], [b, d, a])).toEqual(["d b a", "d b a", "d b a"])
    })
  )

  it.effect("keeps the service's order within a millisecond, the way round that pages tell", () =>
    Effect.gen(function* () {
      expect(yield* read([d, e], [d, c, b, a], [e, d])).toEqual(["d e", "d c b a", "e d"])
      expect(yield* read([a, b, c], [d, e], [a, d, e])).toEqual(["c b a", "e d", "e d a"])
    })
  )

  it.effect("gives a message once that a page holds twice", () =>
    Effect.gen(function* () {
      expect(yield* read([d, b, b, a], [b, b])).toEqual(["d b a", "b"])
    })
  )
})
