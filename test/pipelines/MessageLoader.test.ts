import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as fc from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { type ChatsClient, ChatsError, MessageId, RoomJid, UserId } from "effect-genesys-chats"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as MessageLoader from "../../src/pipelines/MessageLoader.js"
import { clientOver, json, scripted } from "../utils/http.js"
import { withDateThatJumps } from "../utils/virtualTime.js"
import { clientOf, message } from "./model.js"

const rooms = ["a", "b", "c"].map((name) => Conversation.room(RoomJid.make(`${name}@conference.acme.orgspan.com`)))
const [room, otherRoom] = [rooms[0]!, rooms[1]!]
const user = Conversation.user(UserId.make("7f0e"))
const id = (index: number) => MessageId.make(String(index))
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

interface Behaviour {
  /** Which ids are there; all of them by default. */
  readonly has?: (index: number) => boolean
  /** What a request with ids that are not there gets. */
  readonly missing?: "omit" | "notFound" | "notFoundWhenNone"
  /** More ids than these are refused. */
  readonly most?: number
  readonly poison?: number
  readonly roomIsThere?: boolean
  readonly error?: ChatsError.ChatsError
  readonly gate?: Effect.Effect<void>
}

const service = (behaviour: Behaviour = {}) => {
  const requests: Array<{ readonly operation: string; readonly to: string; readonly ids: ReadonlyArray<number> }> = []
  const has = behaviour.has ?? (() => true)
  const layer = clientOf(
    (
      operation,
      input: { readonly roomJid?: string; readonly userId?: string; readonly messageIds?: ReadonlyArray<string> }
    ) =>
      Effect.zipRight(
        Effect.sync(() => {
          const ids = (input.messageIds ?? []).map(Number)
          requests.push({ operation, to: input.roomJid ?? input.userId ?? "", ids })
        }),
        Effect.zipRight(
          behaviour.gate ?? Effect.void,
          Effect.suspend(() => {
            const ids = (input.messageIds ?? []).map(Number)
            if (behaviour.roomIsThere === false) return Effect.fail(ChatsError.NotFound.make({}))
            if (ids.length === 0) return Effect.succeed({})
            if (behaviour.error !== undefined) return Effect.fail(behaviour.error)
            if (ids.length > (behaviour.most ?? 1e9)) return Effect.fail(ChatsError.BadRequest.make({}))
            if (behaviour.poison !== undefined && ids.includes(behaviour.poison))
              return Effect.fail(ChatsError.BadRequest.make({}))
            const found = ids.filter((index) => has(index))
            const notFound =
              found.length < ids.length &&
              behaviour.missing !== "omit" &&
              (behaviour.missing === "notFound" || found.length === 0)
            if (notFound) return Effect.fail(ChatsError.NotFound.make({}))
            return Effect.succeed({ entities: found.map((index) => message(index, index)).reverse() })
          })
        )
      )
  )
  return { layer, requests, sizes: () => requests.map(({ ids }) => ids.length) }
}

const outcomes = (
  get: (index: number) => Effect.Effect<unknown, { readonly _tag: string }, ChatsClient.ChatsClient>,
  indices: ReadonlyArray<number>
) =>
  Effect.forEach(
    indices,
    (index) => Effect.match(get(index), { onFailure: ({ _tag }) => _tag, onSuccess: () => index }),
    {
      batching: true
    }
  )

const ofRoom = (index: number) => MessageLoader.get(room, id(index))

describe("MessageLoader", () => {
  it.effect("makes ceil(n / max) requests for each conversation", () =>
    Effect.gen(function* () {
      const { layer, requests } = service()
      const wanted = [
        ...range(0, 120).map((i) => [room, i] as const),
        ...range(0, 51).map((i) => [user, i] as const),
        ...range(500, 507).map((i) => [otherRoom, i] as const)
      ]
      const found = yield* Effect.forEach(wanted, ([conversation, i]) => MessageLoader.get(conversation, id(i)), {
        batching: true
      }).pipe(Effect.provide(layer))
      expect(found.map((message) => Number(message.id))).toEqual(wanted.map(([_, i]) => i))
      expect(requests.map(({ ids, operation, to }) => [operation, to, ids.length])).toEqual([
        ["getChatsRoomMessage", room.jid, 50],
        ["getChatsRoomMessage", room.jid, 50],
        ["getChatsRoomMessage", room.jid, 20],
        ["getChatsUserMessage", user.userId, 50],
        ["getChatsUserMessage", user.userId, 1],
        ["getChatsRoomMessage", otherRoom.jid, 7]
      ])
    })
  )

  it("in any mix, for any max", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(60)), { maxLength: 150 }),
        fc.integer({ min: 1, max: 20 }),
        async (wanted, max) => {
          const { layer, requests } = service()
          const program = Effect.flatMap(MessageLoader.make({ max }), (loader) =>
            Effect.forEach(wanted, ([r, i]) => loader.get(rooms[r]!, id(i)), { batching: true })
          )
          const found = await Effect.runPromise(Effect.provide(program, layer))
          expect(found.map((message) => Number(message.id))).toEqual(wanted.map(([_, i]) => i))
          const expected = [0, 1, 2].map((r) =>
            Math.ceil(new Set(wanted.filter(([q]) => q === r).map(([_, i]) => i)).size / max)
          )
          expect(requests).toHaveLength(expected.reduce((a, b) => a + b))
        }
      ),
      { numRuns: 100 }
    ))

  it.effect("pipes, and one look-up is one request", () =>
    Effect.gen(function* () {
      const { layer, sizes } = service()
      const found = yield* room.pipe(MessageLoader.get(id(7)), Effect.provide(layer))
      expect(found.id).toBe("7")
      expect(sizes()).toEqual([1])
    })
  )

  for (const missing of ["omit", "notFound", "notFoundWhenNone"] as const) {
    it(`an id that is not there fails alone (${missing})`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 60 }),
          fc.func(fc.boolean()),
          async (indices, has) => {
            const { layer, requests } = service({ has, missing })
            const found = await Effect.runPromise(Effect.provide(outcomes(ofRoom, indices), layer))
            expect(found).toEqual(indices.map((index) => (has(index) ? index : "MessageNotFound")))
            expect(requests.length).toBeLessThanOrEqual(2 * indices.length + 2)
          }
        ),
        { numRuns: 60 }
      ))
  }

  it.effect("MessageNotFound says which, and can be stored", () =>
    Effect.gen(function* () {
      const { layer } = service({ has: () => false, missing: "omit" })
      const error = yield* Effect.flip(Effect.provide(ofRoom(3), layer))
      expect(error).toEqual(MessageLoader.MessageNotFound.make({ conversation: room, messageId: id(3) }))
      expect(error.message).toContain("3")
      if (error._tag !== "MessageNotFound") return yield* Effect.dieMessage(error._tag)
      const json = yield* Schema.encode(MessageLoader.MessageNotFound)(error)
      expect(JSON.parse(JSON.stringify(json))).toEqual({
        _tag: "MessageNotFound",
        conversation: { _tag: "Room", jid: room.jid },
        messageId: "3"
      })
    })
  )

  it.effect("a conversation that is not there costs two requests", () =>
    Effect.gen(function* () {
      const { layer, requests } = service({ roomIsThere: false })
      const found = yield* Effect.provide(outcomes(ofRoom, range(0, 50)), layer)
      expect(new Set(found)).toEqual(new Set(["MessageNotFound"]))
      expect(requests.map(({ operation }) => operation)).toEqual(["getChatsRoomMessage", "getChatsRoom"])
    })
  )

  it.effect("any other error is that of all ids of its request", () =>
    Effect.gen(function* () {
      const { layer, requests } = service({ error: ChatsError.Forbidden.make({}) })
      const found = yield* Effect.provide(outcomes(ofRoom, range(0, 60)), layer)
      expect(found).toEqual(range(0, 60).map(() => "Forbidden"))
      expect(requests).toHaveLength(2)
    })
  )

  it.effect("asks for fewer from then on where the service refuses so many", () =>
    Effect.gen(function* () {
      const { layer, requests, sizes } = service({ most: 15 })
      yield* Effect.gen(function* () {
        const loader = yield* MessageLoader.make({ max: 50, concurrency: 1 })
        const get = (index: number) => loader.get(room, id(index))
        expect(yield* outcomes(get, range(0, 50))).toEqual(range(0, 50))
        requests.length = 0
        expect(yield* outcomes(get, range(100, 150))).toEqual(range(100, 150))
        expect(Math.max(...sizes())).toBeLessThanOrEqual(15)
        expect(sizes()).toHaveLength(4)
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("an id that the service refuses is refused alone, and nothing is learned from it", () =>
    Effect.gen(function* () {
      const { layer, requests, sizes } = service({ poison: 17 })
      const found = yield* Effect.gen(function* () {
        const loader = yield* MessageLoader.make()
        const get = (index: number) => loader.get(room, id(index))
        const found = yield* outcomes(get, range(0, 50))
        requests.length = 0
        yield* outcomes(get, range(100, 150))
        return found
      }).pipe(Effect.provide(layer))
      expect(found).toEqual(range(0, 50).map((index) => (index === 17 ? "BadRequest" : index)))
      expect(sizes()).toEqual([50])
    })
  )

  it.effect("what is under way is not asked for again, by any fiber", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { layer, requests } = service({ gate: Deferred.await(gate) })
      const fibers = yield* Effect.forEach(range(0, 20), () => Effect.fork(outcomes(ofRoom, [1, 2, 3]))).pipe(
        Effect.provide(layer)
      )
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      const more = yield* Effect.fork(Effect.provide(outcomes(ofRoom, [3, 4]), layer))
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(Fiber.all(fibers))).toEqual(range(0, 20).map(() => [1, 2, 3]))
      expect(yield* Fiber.join(more)).toEqual([3, 4])
      expect(requests.map(({ ids }) => ids)).toEqual([[1, 2, 3], [4]])
      // not kept: the next one asks again
      requests.length = 0
      yield* Effect.provide(ofRoom(1), layer)
      expect(requests).toHaveLength(1)
    })
  )

  it.effect("interrupting the first does not fail those who wait for it", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { layer, requests } = service({ gate: Deferred.await(gate) })
      const loader = yield* Effect.provide(MessageLoader.make(), layer)
      const first = yield* Effect.fork(loader.get(room, id(1)))
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      const second = yield* Effect.fork(loader.get(room, id(1)))
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      expect(requests).toHaveLength(1)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(first))).toBe(true)
      yield* Effect.repeatN(Effect.yieldNow(), 100)
      // Effect 3 asks again for those who are left, Effect 4 lets the request of the first go on
      expect(requests.length).toBeLessThanOrEqual(2)
      yield* Deferred.succeed(gate, undefined)
      expect((yield* Fiber.join(second)).id).toBe("1")
    })
  )

  it.effect("keeps what was found where it is told to, and no errors", () =>
    Effect.gen(function* () {
      const { layer, sizes } = service({ has: (index) => index < 10, missing: "omit" })
      yield* Effect.gen(function* () {
        const loader = yield* MessageLoader.MessageLoader
        const get = (index: number) => loader.get(room, id(index))
        yield* outcomes(get, [1, 2, 11])
        yield* outcomes(get, [2, 3, 11])
        expect(sizes()).toEqual([3, 2])
        yield* TestClock.adjust("6 minutes")
        yield* outcomes(get, [1, 2, 3])
        expect(sizes()).toEqual([3, 2, 3])
        // whatever becomes of the machine's date
        yield* withDateThatJumps((jump) =>
          Effect.gen(function* () {
            yield* jump(3_600_000)
            yield* outcomes(get, [1, 2, 3])
            expect(sizes()).toEqual([3, 2, 3])
            yield* jump(-7_200_000)
            yield* TestClock.adjust("6 minutes")
            yield* outcomes(get, [1, 2, 3])
            expect(sizes()).toEqual([3, 2, 3, 3])
          })
        )
      }).pipe(
        Effect.provide(
          Layer.provideMerge(MessageLoader.layer({ cache: { capacity: 100, timeToLive: "5 minutes" } }), layer)
        )
      )
    })
  )
})

it.effect("a message that does not decode costs itself, and no other of its request", () =>
  Effect.gen(function* () {
    const good = { ...wire, id: "1" }
    const http = scripted(() => json(200, { entities: [good, { ...wire, id: "2", dateCreated: "soon" }] }))
    const outcomes = yield* Effect.forEach([1, 2, 3], (index) => Effect.either(MessageLoader.get(room, id(index))), {
      batching: true
    }).pipe(Effect.provide(clientOver(http)))
    expect(outcomes).toMatchObject([
      { right: { id: "1", body: "hi" } },
      { left: { _tag: "DecodeError", operation: "getChatsRoomMessage", issues: [{ path: "dateCreated" }] } },
      { left: { _tag: "MessageNotFound", messageId: "3" } }
    ])
    expect(http.requests).toHaveLength(1)
  })
)

const wire = {
  dateCreated: "2026-03-01T00:00:00Z",
  toJid: "a@conference.acme.orgspan.com",
  jid: "user@acme.orgspan.com",
  body: "hi",
  thread: {}
}
