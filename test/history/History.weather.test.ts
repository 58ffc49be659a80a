import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { MessageId, RoomJid, ThreadId, UserId } from "effect-genesys-chats"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import { clientOf, history, message } from "../pipelines/model.js"
import { clientOver, json, scripted } from "../utils/http.js"

const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
const start = Date.parse("2026-03-01T00:00:00.000Z")
const day = 86_400_000

const silent = Logger.remove(Logger.defaultLogger)

const following = (model: { readonly layer: ReturnType<typeof clientOf> }, options: History.FollowOptions) =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    yield* History.follow(room, options).pipe(
      Stream.runForEach(({ body, id }) =>
        Effect.sync(() => void seen.push(body === `message ${id}` ? id : `${id} ${body}`))
      ),
      Effect.provide(model.layer),
      Effect.fork
    )
    yield* TestClock.adjust(0)
    return seen
  })

describe("a message that is dated ahead of the service's clock", () => {
  // the local clock may be right, or wrong by years
  for (const clock of [0, start]) {
    for (const ahead of [10_000, day]) {
      it.effect(`hides none of those after it: ${ahead} ms, local clock at ${clock}`, () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(clock)
          for (const pageSize of [2, 3, 100]) {
            const model = history(Array.from({ length: 20 }, (_, i) => start - 1000 * (20 - i)))
            const seen = yield* following(model, { every: "1 second", pageSize })
            model.post(start + ahead) // 20
            yield* TestClock.adjust("5 seconds")
            const expected = ["20"]
            for (let i = 0; i < 40; i++) {
              model.post(start + 5000 + i * 500)
              expected.push(String(21 + i))
              if (i % 2 === 1) yield* TestClock.adjust("1 second")
            }
            yield* TestClock.adjust("1 minute")
            expect(seen).toEqual(expected)
          }
        })
      )
    }
  }

  it.effect("is none to begin with, alone or among others", () =>
    Effect.gen(function* () {
      for (const before of [0, 1, 200]) {
        const dates = Array.from({ length: before }, (_, i) => start - 60_000 * (before - i))
        const model = history([...dates, start + day])
        const seen = yield* following(model, { every: "1 second" })
        const expected: Array<string> = []
        for (let i = 1; i <= 250; i++) {
          model.post(start + i * 1000)
          expected.push(String(before + i))
          if (i % 5 === 0) yield* TestClock.adjust("1 second")
        }
        yield* TestClock.adjust("1 minute")
        expect(seen).toEqual(expected)
      }
    })
  )

  it.effect("hides no edit, where this machine's clock is right", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const model = history([start - 30_000, start - 1000, start + day])
      const seen = yield* following(model, { every: "1 second", edits: true })
      model.edit(1, "changed")
      yield* TestClock.adjust("10 seconds")
      expect(seen).toEqual(["1 changed"])
    })
  )
})

describe("a message that does not decode", () => {
  const wire = (id: number, fields: object = {}) => ({
    id: String(id),
    dateCreated: new Date(start + id * 1000).toISOString(),
    toJid: "r",
    jid: "u",
    body: `message ${id}`,
    thread: {},
    ...fields
  })
  /** 1 to 9; 3 has no body, 5 no legible date, 6 is no object, and a whole page is illegible. */
  const messages: ReadonlyArray<{ readonly date: number; readonly json: unknown }> = Array.from(
    { length: 9 },
    (_, i) => ({
      date: start + (i + 1) * 1000,
      json:
        i === 2
          ? wire(3, { body: null })
          : i === 4
            ? wire(5, { dateCreated: "yesterday" })
            : i === 5
              ? 42
              : i > 6
                ? wire(i + 1, { jid: 7 })
                : wire(i + 1)
    })
  )
  const service = () =>
    scripted(({ url }) => {
      const before = Date.parse(url.searchParams.get("before") ?? "9999-01-01T00:00:00.000Z")
      const page = messages.filter(({ date }) => date < before).reverse()
      return json(200, { entities: page.slice(0, Number(url.searchParams.get("limit"))).map(({ json }) => json) })
    })
  const threadId = ThreadId.make("0f1d")
  const user = Conversation.user(UserId.make("7f0e"))

  it.effect("costs that message, with a warning", () =>
    Effect.gen(function* () {
      const warnings: Array<string> = []
      const logger = Logger.make(({ annotations, message }) => {
        warnings.push(`${message} ${HashMap.get(annotations, "fields").pipe(Option.getOrElse(() => ""))}`)
      })
      for (const pageSize of [4, 100]) {
        for (const order of ["ascending", "descending"] as const) {
          for (const stream of [
            History.stream(room, { pageSize, order }),
            History.stream(user, { pageSize, order }),
            History.thread(threadId, { pageSize, order })
          ]) {
            warnings.length = 0
            const given = yield* Stream.runCollect(stream).pipe(
              Effect.provide(Layer.merge(clientOver(service()), Logger.replace(Logger.defaultLogger, logger)))
            )
            const ids = Chunk.toReadonlyArray(given).map(({ id }) => id)
            expect(order === "ascending" ? ids : ids.toReversed()).toEqual(["1", "2", "4", "7"])
            expect(warnings.join()).toContain("A message does not decode")
            // which fields, and neither the id nor what they hold
            expect(warnings.join()).toMatch(/history body/)
          }
        }
      }
    })
  )

  it.effect("is given where one asks for it, with all that is known of it", () =>
    Effect.gen(function* () {
      const given = yield* History.stream(room, { undecoded: "give", order: "ascending" }).pipe(
        Stream.filter(History.isUndecoded),
        Stream.runCollect,
        Effect.provide(clientOver(service()))
      )
      const entries = Chunk.toReadonlyArray(given)
      expect(entries).toHaveLength(5)
      expect(entries[0]).toMatchObject({ id: "3", json: messages[2]?.json, issues: [{ path: "body" }] })
      expect(entries[0]?.dateCreated).toEqual(DateTime.unsafeMake(start + 3000))
      expect(entries.map(({ json }) => json)).toContain(42)
    })
  )

  it.effect("ends no `follow`, and does not come again", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      yield* History.follow(room, { since: DateTime.unsafeMake(start), undecoded: "give" }).pipe(
        Stream.runForEach(({ id }) => Effect.sync(() => void seen.push(id))),
        Effect.provide(clientOver(service())),
        Effect.fork
      )
      yield* TestClock.adjust("2 minutes")
      expect(seen).toHaveLength(9)
    })
  )

  it.effect("is the whole where the reply is no listing: a typed error", () =>
    Effect.gen(function* () {
      for (const body of [[], "text", 5, { entities: 5 }]) {
        const error = yield* Stream.runCollect(History.stream(room)).pipe(
          Effect.flip,
          Effect.provide(clientOver(scripted(() => json(200, body))))
        )
        expect(error._tag).toBe("DecodeError")
      }
    })
  )
})

describe("deleted messages", () => {
  /** A service that takes so many messages and leaves out the deleted ones afterwards. */
  const thinning = (count: number, deleted: (index: number) => boolean, after: "newest" | "nearest") =>
    clientOf((_, input: { readonly before?: DateTime.Utc; readonly after?: DateTime.Utc; readonly limit: number }) => {
      const date = (index: number) => start + index * 60_000
      const all = Array.from({ length: count }, (_, i) => i).filter(
        (i) =>
          (input.before === undefined || date(i) < input.before.epochMillis) &&
          (input.after === undefined || date(i) > input.after.epochMillis)
      )
      const page =
        input.after !== undefined && after === "nearest" ? all.slice(0, input.limit) : all.slice(-input.limit)
      return Effect.succeed({ entities: page.filter((i) => !deleted(i)).map((i) => message(i, date(i))) })
    })

  for (const after of ["newest", "nearest"] as const) {
    for (const order of after === "nearest" ? (["ascending", "descending"] as const) : (["descending"] as const)) {
      it.effect(`do not end a history that is ${order}, \`after\` gives the ${after}`, () =>
        Effect.gen(function* () {
          // the page before the stretch is full: else nothing tells a stretch from the end
          const stretches: ReadonlyArray<readonly [number, number]> =
            order === "descending"
              ? [
                  [200, 290],
                  [200, 252],
                  [109, 271]
                ]
              : [
                  [200, 290],
                  [100, 250]
                ]
          for (const [low, high] of stretches) {
            const deleted = (index: number) => index >= low && index < high
            const given = yield* History.stream(room, { order, pageSize: 20 }).pipe(
              Stream.runCollect,
              Effect.provide(Layer.merge(thinning(310, deleted, after), silent))
            )
            const expected = Array.from({ length: 310 }, (_, i) => i).filter((i) => !deleted(i))
            expect(Chunk.toReadonlyArray(given).map(({ id }) => Number(id))).toEqual(
              order === "ascending" ? expected : expected.reverse()
            )
          }
        })
      )
    }
  }
})

describe("messages before 1970", () => {
  const dates = [-9e11, -5e11, -5e11 + 1, -1, 0, 5, start, start + 1]
  for (const order of ["ascending", "descending"] as const) {
    for (const after of ["newest", "nearest"] as const) {
      it.effect(`are messages: ${order}, \`after\` gives the ${after}`, () =>
        Effect.gen(function* () {
          for (const count of [1, 3, dates.length]) {
            for (const pageSize of [2, 3, 100]) {
              const model = history(dates.slice(0, count), { after })
              const given = yield* History.stream(room, { order, pageSize }).pipe(
                Stream.runCollect,
                Effect.provide(Layer.merge(model.layer, silent))
              )
              const expected = dates.slice(0, count)
              const found = Chunk.toReadonlyArray(given).map(({ dateCreated }) => dateCreated.epochMillis)
              expect(found).toEqual(order === "ascending" ? expected : expected.toReversed())
            }
          }
        })
      )
    }
  }

  it.effect("are followed too", () =>
    Effect.gen(function* () {
      for (const initial of [[], [-5e11]]) {
        const model = history(initial)
        const seen = yield* following(model, { every: "1 second" })
        for (const date of [-4e11, -3e11, 7]) {
          model.post(date)
          yield* TestClock.adjust("10 seconds")
        }
        expect(seen).toHaveLength(3)
      }
    })
  )
})

it("names an element that does not decode", () => {
  const entry = new History.Undecoded({
    id: MessageId.make("5d0f"),
    dateCreated: DateTime.unsafeMake(0),
    issues: [],
    json: {}
  })
  expect(entry._tag).toBe("Undecoded")
})
