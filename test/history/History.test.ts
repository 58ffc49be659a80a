import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import { ChatsError, RoomJid, ThreadId, UserId } from "effect-genesys-chats"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as History from "../../src/history/History.js"
import { type Behaviour, history, type Model } from "../pipelines/model.js"
import { runs } from "../utils/runs.js"

const room = Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))
const user = Conversation.user(UserId.make("7f0e"))
const start = Date.parse("2026-03-01T00:00:00.000Z")

const behaviours: fc.Arbitrary<Omit<Behaviour, "cap" | "repeats" | "single">> = fc.record({
  order: fc.constantFrom("ascending", "descending"),
  inclusiveBefore: fc.boolean(),
  inclusiveAfter: fc.boolean(),
  after: fc.constantFrom("newest", "nearest"),
  both: fc.constantFrom("newest", "nearest"),
  aboveCap: fc.constantFrom("cut", "refuse")
})

/** Dates that are a few steps apart: equal milliseconds, bursts and long gaps. */
const datesOf = (steps: ReadonlyArray<number>): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.array(fc.constantFrom(...steps), { maxLength: 120 }).map((steps) => {
    let date = start
    return steps.map((step) => (date += step))
  })

const dates = datesOf([0, 0, 0, 1, 1, 2, 50, 60_000, 86_400_000, 40_000_000_000])
const distinctDates = datesOf([1, 1, 2, 50, 60_000, 40_000_000_000])
const orders = fc.constantFrom("ascending" as const, "descending" as const)

const largestGroup = (dates: ReadonlyArray<number>): number => {
  const counts = new Map<number, number>()
  for (const date of dates) counts.set(date, (counts.get(date) ?? 0) + 1)
  return Math.max(1, ...counts.values())
}

const silent = Logger.remove(Logger.defaultLogger)

const collect = (model: Model, options: History.StreamOptions = {}, conversation: Conversation.Conversation = room) =>
  History.stream(conversation, options).pipe(
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray),
    Effect.provide(Layer.merge(model.layer, silent))
  )

/** What was posted, in order, once. */
const expectAll = (
  messages: Effect.Effect.Success<ReturnType<typeof collect>>,
  dates: ReadonlyArray<number>,
  order: "ascending" | "descending"
) => {
  expect(messages.map(({ dateCreated }) => dateCreated.epochMillis)).toEqual(
    order === "ascending" ? dates : dates.toReversed()
  )
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)
}

const hours = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => start + i * 3_600_000)

describe("a stream gives what was posted, in order, once", () => {
  const numRuns = runs(150)

  it("whatever the service does, for any page size and range", () =>
    fc.assert(
      fc.asyncProperty(
        behaviours,
        dates,
        fc.record({
          pageSize: fc.integer({ min: 1, max: 30 }),
          prefetch: fc.integer({ min: 0, max: 2 }),
          order: orders
        }),
        fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
        fc.option(fc.tuple(fc.nat(120), fc.integer({ min: -2, max: 2 })), { nil: undefined }),
        fc.option(fc.tuple(fc.nat(120), fc.integer({ min: -2, max: 2 })), { nil: undefined }),
        async (behaviour, dates, options, spare, after, before) => {
          const bound = (at: readonly [number, number] | undefined) =>
            at === undefined || dates.length === 0 ? undefined : dates[at[0] % dates.length]! + at[1]
          const [from, until] = [bound(after), bound(before)]
          // below the size of a page, but no smaller than the most messages of one millisecond
          const refused = behaviour.aboveCap === "refuse"
          const least = Math.max(largestGroup(dates), refused ? Math.max(2, options.pageSize) : 1)
          const cap = spare === undefined ? Number.POSITIVE_INFINITY : least + spare
          const model = history(dates, { ...behaviour, cap })
          const messages = await Effect.runPromise(
            collect(model, {
              ...options,
              after: from === undefined ? undefined : DateTime.unsafeMake(from),
              before: until === undefined ? undefined : DateTime.unsafeMake(until)
            })
          )
          const inRange = dates.filter((date) => date >= (from ?? 0) && date < (until ?? Number.POSITIVE_INFINITY))
          expectAll(messages, inRange, options.order)
          expect(model.calls.length).toBeLessThan(400)
        }
      ),
      { numRuns }
    ))

  it("where a 1on1 answers with one bare message, and 404 where there is none", () =>
    fc.assert(
      fc.asyncProperty(behaviours, distinctDates, orders, async (behaviour, dates, order) => {
        const model = history(dates.slice(0, 40), { ...behaviour, single: true })
        expectAll(await Effect.runPromise(collect(model, { order, pageSize: 20 }, user)), dates.slice(0, 40), order)
      }),
      { numRuns: numRuns / 5 }
    ))

  it("where a page is given twice", () =>
    fc.assert(
      fc.asyncProperty(behaviours, distinctDates, fc.integer({ min: 1, max: 8 }), async (how, dates, page) => {
        const model = history(dates, { ...how, aboveCap: "cut", repeats: new Set([page]) })
        expectAll(await Effect.runPromise(collect(model, { order: "descending", pageSize: 10 })), dates, "descending")
      }),
      { numRuns: numRuns / 5 }
    ))

  it("up to the failure, where a request fails", () =>
    fc.assert(
      fc.asyncProperty(
        behaviours,
        dates,
        fc.integer({ min: 1, max: 12 }),
        orders,
        async (how, dates, failing, order) => {
          const model = history(dates, how, (call) => (call === failing ? ChatsError.Forbidden.make({}) : undefined))
          const seen: Array<number> = []
          const exit = await Effect.runPromise(
            History.stream(room, { pageSize: 10, order }).pipe(
              Stream.runForEach(({ dateCreated }) => Effect.sync(() => void seen.push(dateCreated.epochMillis))),
              Effect.provide(Layer.merge(model.layer, silent)),
              Effect.either
            )
          )
          const all = order === "ascending" ? dates : dates.toReversed()
          expect(seen).toEqual(all.slice(0, seen.length))
          if (exit._tag === "Left") expect(exit.left).toBeInstanceOf(ChatsError.Forbidden)
          else expect(seen).toEqual(all)
          expect(exit._tag === "Left").toBe(model.calls.length >= failing)
        }
      ),
      { numRuns: numRuns / 5 }
    ))
})

describe("a stream ends", () => {
  it("where every page is the first one again", async () => {
    for (const order of ["ascending", "descending"] as const) {
      const model = history(hours(100), { repeats: new Set(Array.from({ length: 1000 }, (_, i) => i + 1)) })
      const messages = await Effect.runPromise(collect(model, { pageSize: 10, order }))
      expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length)
      expect(model.calls.length).toBeLessThan(20)
    }
  })

  it("where one millisecond holds more than any page: the rest is given, and a warning logged once", async () => {
    const burst = [
      ...hours(5),
      ...Array.from({ length: 30 }, () => start + 20_000_000),
      ...hours(3).map((at) => at + 9e8)
    ]
    for (const order of ["ascending", "descending"] as const) {
      const warnings: Array<unknown> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => void warnings.push(message))
      )
      const model = history(burst, { cap: 10 })
      const messages = await Effect.runPromise(
        Effect.provide(
          Stream.runCollect(History.stream(room, { pageSize: 10, order })).pipe(Effect.provide(model.layer)),
          logger
        )
      )
      const found = Chunk.toReadonlyArray(messages).map(({ dateCreated }) => dateCreated.epochMillis)
      const outside = (dates: ReadonlyArray<number>) => dates.filter((date) => date !== start + 20_000_000)
      expect(outside(found)).toEqual(outside(order === "ascending" ? burst : burst.toReversed()))
      expect(found.length).toBeGreaterThanOrEqual(outside(burst).length + 9)
      expect(warnings).toHaveLength(1)
      expect(model.calls.length).toBeLessThan(60)
    }
  })

  it("at a conversation that is empty, and fails at one that is not there", async () => {
    for (const single of [false, true]) {
      expect(await Effect.runPromise(collect(history([], { single }), {}, user))).toEqual([])
    }
    const notThere = history([], {}, () => ChatsError.NotFound.make({}))
    const error = await Effect.runPromise(Effect.flip(collect(notThere, {}, user)))
    expect(error).toBeInstanceOf(ChatsError.NotFound)
  })
})

describe("requests", () => {
  const limits = ({ calls }: Model) => calls.map(({ input }) => input.limit)

  it("take(10) asks for one page, with any prefetch", async () => {
    for (const prefetch of [0, 1, 5]) {
      const model = history(hours(1000))
      const ten = History.stream(room, { prefetch }).pipe(
        Stream.take(10),
        Stream.runCollect,
        Effect.provide(model.layer)
      )
      expect(Chunk.size(await Effect.runPromise(ten))).toBe(10)
      expect(limits(model)).toEqual([100])
    }
  })

  it("take of whole pages asks for those pages", async () => {
    for (const prefetch of [0, 1]) {
      for (const pages of [1, 2, 3]) {
        const model = history(hours(1000))
        // a page overlaps the one before it by one message
        const some = Stream.take(History.stream(room, { prefetch, pageSize: 10 }), 10 + 9 * (pages - 1))
        await Effect.runPromise(Effect.provide(Stream.runDrain(some), model.layer))
        expect(model.calls).toHaveLength(pages)
      }
    }
  })

  it("all of 1000 messages take 11 pages and one to see the end", async () => {
    const model = history(hours(1000))
    await Effect.runPromise(collect(model))
    expect(model.calls).toHaveLength(12)
  })

  it("a small room takes two", async () => {
    const model = history(hours(5))
    await Effect.runPromise(collect(model))
    expect(model.calls).toHaveLength(2)
  })

  it("a range takes no page beyond it", async () => {
    const model = history(hours(1000))
    const after = DateTime.unsafeMake(start + 950 * 3_600_000)
    const messages = await Effect.runPromise(collect(model, { after }))
    expect(messages).toHaveLength(50)
    expect(model.calls).toHaveLength(1)
  })

  it("oldest first: one a page where the service goes on from `after`, and few more where it does not", async () => {
    const nearest = history(hours(2000), { after: "nearest" })
    await Effect.runPromise(collect(nearest, { order: "ascending" }))
    expect(nearest.calls.length).toBeLessThan(25)
    const newest = history(hours(2000), { after: "newest" })
    await Effect.runPromise(collect(newest, { order: "ascending" }))
    expect(newest.calls.length).toBeLessThan(60)
    const ten = history(hours(2000), { after: "nearest" })
    await Effect.runPromise(
      Stream.runDrain(Stream.take(History.stream(room, { order: "ascending" }), 10)).pipe(Effect.provide(ten.layer))
    )
    expect(ten.calls).toHaveLength(2)
  })

  it.effect("the next page comes while this one is consumed, and no more than asked for", () =>
    Effect.gen(function* () {
      for (const [prefetch, atHalf, atEnd] of [
        [0, 1, 1],
        [1, 1, 2],
        [3, 1, 4]
      ] as const) {
        const model = history(hours(1000))
        const gates = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        let consumed = 0
        const fiber = yield* History.stream(room, { prefetch, pageSize: 10 }).pipe(
          Stream.runForEach(() => {
            consumed++
            const gate = consumed === 5 ? gates[0] : consumed === 10 ? gates[1] : undefined
            return gate === undefined ? Effect.void : Deferred.await(gate)
          }),
          Effect.provide(model.layer),
          Effect.fork
        )
        const settle = Effect.repeatN(Effect.yieldNow(), 200)
        yield* settle
        expect([consumed, model.calls.length]).toEqual([5, atHalf])
        yield* Deferred.succeed(gates[0]!, undefined)
        yield* settle
        expect([consumed, model.calls.length]).toEqual([10, atEnd])
        yield* Fiber.interrupt(fiber)
      }
    })
  )

  it("go to the endpoint of the conversation or thread, with what was asked for", async () => {
    const of = async (stream: Stream.Stream<unknown, unknown, never>, model: Model) => {
      await Effect.runPromise(Stream.runDrain(stream))
      return model.calls[0]
    }
    const model = history(hours(3))
    const options = { pageSize: 7, before: DateTime.unsafeMake(start), excludeMetadata: true } as const
    const expected = { limit: 7, before: DateTime.unsafeMake(start), excludeMetadata: true }
    expect(await of(History.stream(room, options).pipe(Stream.provideLayer(model.layer)), model)).toEqual({
      operation: "getChatsRoomMessages",
      input: { roomJid: room.jid, ...expected }
    })
    const other = history(hours(3))
    expect(await of(user.pipe(History.stream(options), Stream.provideLayer(other.layer)), other)).toEqual({
      operation: "getChatsUserMessages",
      input: { userId: user.userId, ...expected }
    })
    const third = history(hours(3))
    const threadId = ThreadId.make("0f1d")
    expect(await of(History.thread(threadId, options).pipe(Stream.provideLayer(third.layer)), third)).toEqual({
      operation: "getChatsThreadMessages",
      input: { threadId, ...expected }
    })
  })

  it("a thread is a history like any other", async () => {
    const model = history(hours(250), { order: "ascending", inclusiveBefore: true })
    const thread = History.thread(ThreadId.make("0f1d"), { order: "ascending" }).pipe(Stream.provideLayer(model.layer))
    expectAll(Chunk.toReadonlyArray(await Effect.runPromise(Stream.runCollect(thread))), hours(250), "ascending")
    expect(new Set(model.calls.map(({ operation }) => operation))).toEqual(new Set(["getChatsThreadMessages"]))
  })
})

it("interruption ends the requests", async () => {
  const model = history(hours(10_000))
  const fiber = Effect.runFork(
    Stream.runForEach(History.stream(room, { pageSize: 10 }), () => Effect.sleep("1 millis")).pipe(
      Effect.provide(model.layer)
    )
  )
  await new Promise((resolve) => setTimeout(resolve, 50))
  await Effect.runPromise(Fiber.interrupt(fiber))
  const calls = model.calls.length
  expect(calls).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(model.calls.length).toBe(calls)
})
