import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ChatMessageResponse } from "../../src/domain/Message.js"
import { newestFirst } from "../../src/history/source.js"

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

type Page = ReadonlyArray<ChatMessageResponse>

/** The ids of the pages of one source, one after the other; `larger` is what it answers when asked for more. */
const read = (larger: Page | "refused", ...pages: ReadonlyArray<Page>) => {
  const left = [...pages]
  const limits: Array<number> = []
  const source = newestFirst({
    page: ({ limit }) => {
      limits.push(limit)
      if (limit === 100) return Effect.succeed(left.shift() ?? [])
      return larger === "refused" ? Effect.fail({ _tag: "BadRequest" as const }) : Effect.succeed(larger)
    }
  })
  return Effect.map(
    Effect.forEach(pages, () => source.page({ limit: 100 })),
    (read) => ({ pages: read.map((page) => page.map(({ id }) => id).join(" ")), more: limits.filter((n) => n > 100) })
  )
}

const [a, b, c, d, e] = [message("a", 1), message("b", 2), message("c", 2), message("d", 3), message("e", 3)]

describe("newestFirst", () => {
  it.effect("leaves a page in order as it is, and turns one that is not", () =>
    Effect.gen(function* () {
      const { more, pages } = yield* read("refused", [d, b, a], [a, b, d], [b, d, a])
      expect(pages).toEqual(["d b a", "d b a", "d b a"])
      expect(more).toEqual([])
    })
  )

  it.effect("keeps the service's order within a millisecond, the way round that pages tell", () =>
    Effect.gen(function* () {
      expect((yield* read("refused", [d, c, b, a], [e, d], [d, e])).pages).toEqual(["d c b a", "e d", "d e"])
      expect((yield* read("refused", [a, b, c], [d, e], [a, d, e])).pages).toEqual(["c b a", "e d", "e d a"])
    })
  )

  it.effect("asks once for a larger page where the first does not tell", () =>
    Effect.gen(function* () {
      expect(yield* read([a, d, e], [d, e], [b, c])).toEqual({ pages: ["e d", "c b"], more: [200] })
      expect(yield* read([d, e, a], [d, e], [b, c])).toEqual({ pages: ["d e", "b c"], more: [200] })
      expect(yield* read([d, e], [d, e], [d, e])).toEqual({ pages: ["d e", "d e"], more: [200] })
      expect(yield* read("refused", [d, e], [a, d])).toEqual({ pages: ["d e", "d a"], more: [200] })
      // one message has but one order
      expect(yield* read([a, d, e], [d], [])).toEqual({ pages: ["d", ""], more: [] })
    })
  )

  it.effect("gives a message once that a page holds twice", () =>
    Effect.gen(function* () {
      expect((yield* read("refused", [d, b, b, a], [b, b])).pages).toEqual(["d b a", "b"])
    })
  )
})
