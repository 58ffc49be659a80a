import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Tracer from "effect/Tracer"
import { Chats, ChatsError, DirectoryApi, type Domain, Endpoint, MessageId, RoomJid } from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"
import { clientOver, json, scripted } from "../utils/http.js"
import { call, messageId, roomJid, samples, userId } from "../utils/samples.js"

const post = (message: string) => Chats.postChatsRoomMessages({ roomJid, message })

/** The message of the defect that a call dies with. */
const defectOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => {
    if (Exit.isSuccess(exit)) return "no defect"
    return Option.match(Cause.dieOption(exit.cause), {
      onNone: () => "no defect",
      onSome: (defect) => (defect instanceof Error ? defect.message : String(defect))
    })
  })

describe("handlers", () => {
  it.effect("answer with the input they are given", () =>
    Effect.gen(function* () {
      const room = yield* Chats.getChatsRoom({ roomJid })
      expect(room).toEqual({ jid: roomJid, subject: "Incident 4711" })
    }).pipe(
      Effect.provide(
        ChatsStub.layer({ getChatsRoom: (input) => Effect.succeed({ jid: input.roomJid, subject: "Incident 4711" }) })
      )
    )
  )

  it.effect("are given the input decoded, and all of it", () =>
    Effect.gen(function* () {
      for (const { endpoint, input } of samples) yield* call(endpoint, input)
      const calls = yield* ChatsStub.calls
      expect(calls.map((one) => [one.operation, one.input])).toEqual(samples.map(({ input, name }) => [name, input]))
    }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 7 })))
  )

  it.effect("fail with an error of the endpoint, completed as the live client completes it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Chats.getChatsRoom({ roomJid }))
      const live = yield* Effect.flip(Chats.getChatsRoom({ roomJid })).pipe(
        Effect.provide(clientOver(scripted(() => json(404, { message: "Not Found" }))))
      )
      expect(error).toBeInstanceOf(ChatsError.NotFound)
      expect({ ...error }).toEqual({ ...live })
      expect(error).toMatchObject({
        operation: "getChatsRoom",
        method: "GET",
        path: "/api/v2/chats/rooms/{roomJid}",
        attempts: 1
      })
    }).pipe(Effect.provide(ChatsStub.layer({ getChatsRoom: () => new ChatsError.NotFound() })))
  )

  it.effect("share an error without one call's facts on the other's", () => {
    const forbidden = new ChatsError.Forbidden({ code: "not.authorized", attempts: 3 })
    return Effect.gen(function* () {
      const [one, other] = yield* Effect.all([Effect.flip(Chats.getChatsRoom({ roomJid })), Effect.flip(post("Hi"))])
      expect([one.operation, other.operation]).toEqual(["getChatsRoom", "postChatsRoomMessages"])
      expect(one).toMatchObject({ code: "not.authorized", attempts: 3 })
      expect(forbidden.operation).toBe("")
    }).pipe(Effect.provide(ChatsStub.layer({ getChatsRoom: () => forbidden, postChatsRoomMessages: () => forbidden })))
  })

  it.effect("of a 204 give nothing, as the live client does", () =>
    Effect.gen(function* () {
      expect(yield* Chats.patchChatsRoom({ roomJid, subject: "s" })).toBeUndefined()
    }).pipe(
      // TypeScript takes a function that returns a value for one that returns none
      Effect.provide(ChatsStub.layer({ patchChatsRoom: (): Effect.Effect<void> => Effect.succeed({ ok: true }) }))
    )
  )

  it.effect("may use services, which the layer then needs", () => {
    class Subject extends Context.Tag("Subject")<Subject, string>() {}
    const Stub = ChatsStub.layer({ getChatsRoom: () => Effect.map(Subject, (subject) => ({ subject })) })
    return Effect.gen(function* () {
      expect(yield* Chats.getChatsRoom({ roomJid })).toEqual({ subject: "of the layer" })
      // the handler is the layer's: what the caller has is not for it
      const called = Chats.getChatsRoom({ roomJid }).pipe(Effect.provideService(Subject, "of the caller"))
      expect(yield* called).toEqual({ subject: "of the layer" })
    }).pipe(Effect.provide(Layer.provide(Stub, Layer.succeed(Subject, "of the layer"))))
  })

  it.effect("that throw are defects", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(Chats.getChatsSettings())).toBe("boom")
    }).pipe(
      Effect.provide(
        ChatsStub.layer({
          getChatsSettings: () => {
            throw new Error("boom")
          }
        })
      )
    )
  )
})

describe("input that does not encode", () => {
  const tooMany = Chats.postChatsRoomMessagesPins({
    roomJid,
    pinnedMessageIds: ["1", "2", "3", "4", "5", "6"].map((id) => MessageId.make(id))
  })

  it.effect("is refused as the live client refuses it, before any handler", () =>
    Effect.gen(function* () {
      const stubbed = yield* Effect.flip(tooMany)
      const live = yield* Effect.flip(tooMany).pipe(Effect.provide(clientOver(scripted(() => json(500, {})))))
      expect(stubbed).toBeInstanceOf(ChatsError.InvalidRequest)
      expect({ ...stubbed, message: stubbed.message }).toEqual({ ...live, message: live.message })
      expect(stubbed.message).toContain("pinnedMessageIds: must hold at most 5")
    }).pipe(Effect.provide(ChatsStub.layer({ postChatsRoomMessagesPins: () => Effect.dieMessage("reached") })))
  )

  it.effect("is refused by an endpoint that is not stubbed, too, and is on record", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(tooMany)
      expect(yield* ChatsStub.callsTo("postChatsRoomMessagesPins")).toMatchObject([{ exit: Exit.fail(error) }])
    }).pipe(Effect.provide(ChatsStub.layer({})))
  )

  it.effect("does not count for a sequence", () =>
    Effect.gen(function* () {
      yield* Effect.flip(post(""))
      expect(yield* post("Hi")).toEqual({ id: "first" })
    }).pipe(
      Effect.provide(
        ChatsStub.layer({
          postChatsRoomMessages: ChatsStub.sequence([
            Effect.succeed({ id: MessageId.make("first") }),
            Effect.succeed({ id: MessageId.make("second") })
          ])
        })
      )
    )
  )
})

describe("endpoints that are not stubbed", () => {
  it.effect("die with their name and how to stub them", () =>
    Effect.gen(function* () {
      expect(yield* defectOf(post("Hi"))).toBe(
        `postChatsRoomMessages (POST /api/v2/chats/rooms/{roomJid}/messages) was called but is not stubbed. Stub it:

  ChatsStub.layer({
    postChatsRoomMessages: ({ roomJid, message }) => Effect.succeed({ id: … })
  })

or let ChatsStub.layerArbitrary({ seed: 1 }) answer every endpoint from its schema.`
      )
      expect(yield* defectOf(Chats.patchChatsRoom({ roomJid }))).toContain(
        "patchChatsRoom: ({ roomJid }) => Effect.void"
      )
      expect(yield* defectOf(Chats.getChatsSettings())).toContain("getChatsSettings: () => Effect.succeed({})")
    }).pipe(Effect.provide(ChatsStub.layer({ getChatsRoom: () => Effect.succeed({}) })))
  )

  it.effect("all of them do", () =>
    Effect.gen(function* () {
      for (const { endpoint, input, name } of samples) {
        expect(yield* defectOf(call(endpoint, input))).toContain(
          `${name} (${endpoint.method} ${endpoint.path}) was called`
        )
      }
      expect((yield* ChatsStub.calls).map((one) => one.exit?._tag)).toEqual(samples.map(() => "Failure"))
    }).pipe(Effect.provide(ChatsStub.layer({})))
  )
})

describe("values that the endpoint cannot give", () => {
  it.effect("die with the field, where the types did not see it", () => {
    const odd: Domain.Room = JSON.parse('{"participantLimit":1.5,"subjet":"s"}')
    return Effect.gen(function* () {
      const defect = yield* defectOf(Chats.getChatsRoom({ roomJid }))
      expect(defect).toMatch(/^The stub of getChatsRoom gave a value that the endpoint cannot give: /)
      expect(defect).toMatch(/participantLimit: .*1\.5/)
      expect(defect).toContain("subjet: is unexpected")
    }).pipe(Effect.provide(ChatsStub.layer({ getChatsRoom: () => Effect.succeed(odd) })))
  })
})

describe("calls", () => {
  const Stub = ChatsStub.layer({
    postChatsRooms: () => Effect.succeed({ jid: roomJid }),
    postChatsRoomMessages: ({ message }) =>
      message === "fail" ? new ChatsError.Conflict() : Effect.succeed({ id: messageId })
  })

  it.effect("are recorded in order, with how they ended", () =>
    Effect.gen(function* () {
      yield* Chats.postChatsRooms({ subject: "Incident 4711" })
      yield* post("Hi")
      const conflict = yield* Effect.flip(post("fail"))
      expect(yield* ChatsStub.calls).toEqual([
        { operation: "postChatsRooms", input: { subject: "Incident 4711" }, exit: Exit.succeed({ jid: roomJid }) },
        {
          operation: "postChatsRoomMessages",
          input: { roomJid, message: "Hi" },
          exit: Exit.succeed({ id: messageId })
        },
        { operation: "postChatsRoomMessages", input: { roomJid, message: "fail" }, exit: Exit.fail(conflict) }
      ])
    }).pipe(Effect.provide(Stub))
  )

  it.effect("are filtered by name, and by endpoint", () =>
    Effect.gen(function* () {
      yield* Chats.postChatsRooms({ subject: "Incident 4711" })
      yield* post("one")
      yield* post("two")
      const byName = yield* ChatsStub.callsTo("postChatsRoomMessages")
      expect(byName.map((one) => one.input.message)).toEqual(["one", "two"])
      expect(yield* ChatsStub.callsTo(Chats.postChatsRoomMessages)).toEqual(byName)
      expect(yield* ChatsStub.callsTo("getChatsRoom")).toEqual([])
    }).pipe(Effect.provide(Stub))
  )

  it.effect("are on record while they run, and a record that was read stays as it was", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      yield* ChatsStub.set({ getChatsUser: () => Effect.as(Deferred.await(gate), {}) })
      const fiber = yield* Effect.fork(Chats.getChatsUser({ userId }))
      yield* Effect.yieldNow()
      const during = yield* ChatsStub.callsTo("getChatsUser")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(fiber)
      expect(during.map((one) => one.exit)).toEqual([undefined])
      expect((yield* ChatsStub.callsTo("getChatsUser")).map((one) => one.exit)).toEqual([Exit.succeed({})])
    }).pipe(Effect.provide(Stub))
  )

  it.effect("that are interrupted say so", () =>
    Effect.gen(function* () {
      yield* ChatsStub.set({ getChatsUser: () => Effect.never })
      const fiber = yield* Effect.fork(Chats.getChatsUser({ userId }))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      const [one] = yield* ChatsStub.callsTo("getChatsUser")
      expect(one?.exit !== undefined && Exit.isInterrupted(one.exit)).toBe(true)
    }).pipe(Effect.provide(Stub))
  )

  it.effect("are each layer's own", () =>
    Effect.gen(function* () {
      const count = Effect.map(Effect.zipRight(post("Hi"), ChatsStub.calls), (calls) => calls.length)
      expect(yield* Effect.provide(count, Stub)).toBe(1)
      expect(yield* Effect.provide(count, Stub)).toBe(1)
    })
  )

  it.effect("run in the span of the live client, under the caller's", () => {
    const spans: Array<Tracer.Span> = []
    const Traced = ChatsStub.layer({
      getChatsUser: () =>
        Effect.currentSpan.pipe(
          Effect.orDie,
          Effect.map((span) => {
            spans.push(span)
            return {}
          })
        )
    })
    return Effect.gen(function* () {
      yield* Chats.getChatsUser({ userId }).pipe(Effect.withSpan("caller"))
      const [span] = spans
      expect(span?.name).toBe("chats.getChatsUser")
      expect(Option.map(span?.parent ?? Option.none(), (parent) => parent._tag === "Span" && parent.name)).toEqual(
        Option.some("caller")
      )
      expect(Object.fromEntries(span?.attributes ?? [])).toEqual({
        "http.request.method": "GET",
        "url.template": "/api/v2/chats/users/{userId}"
      })
    }).pipe(Effect.provide(Traced), Effect.withSpan("where the layer is built"))
  })
})

describe("sequence", () => {
  const Stub = ChatsStub.layer({
    postChatsRoomMessages: ChatsStub.sequence([
      new ChatsError.GatewayTimeout(),
      Effect.succeed({ id: MessageId.make("2nd") }),
      Effect.succeed({ id: MessageId.make("3rd") })
    ])
  })

  it.effect("gives one answer after the other, and the last one from there on", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(post("Hi"))).toBeInstanceOf(ChatsError.GatewayTimeout)
      expect(yield* Effect.all([post("Hi"), post("Hi"), post("Hi")])).toEqual([
        { id: "2nd" },
        { id: "3rd" },
        { id: "3rd" }
      ])
    }).pipe(Effect.provide(Stub))
  )

  it.effect("lets the caller's own retry go on", () =>
    Effect.gen(function* () {
      expect(yield* Effect.retry(post("Hi"), { times: 1 })).toEqual({ id: "2nd" })
    }).pipe(Effect.provide(Stub))
  )

  it.effect("begins anew with each layer", () =>
    Effect.gen(function* () {
      const first = Effect.exit(post("Hi"))
      expect((yield* Effect.provide(first, Stub))._tag).toBe("Failure")
      expect((yield* Effect.provide(first, Stub))._tag).toBe("Failure")
    })
  )
})

describe("set and reset", () => {
  const Stub = ChatsStub.layer({
    getChatsRoom: ChatsStub.sequence([Effect.succeed({ subject: "one" }), Effect.succeed({ subject: "two" })]),
    getChatsUser: () => Effect.succeed({})
  })
  const subject = Effect.map(Chats.getChatsRoom({ roomJid }), (room) => room.subject)

  it.effect("set replaces a handler, leaves the others, and begins a sequence", () =>
    Effect.gen(function* () {
      expect(yield* subject).toBe("one")
      yield* ChatsStub.set({
        getChatsRoom: ChatsStub.sequence([Effect.succeed({ subject: "a" }), Effect.succeed({ subject: "b" })]),
        getChatsSettings: () => Effect.succeed({ reactionsEnabled: true })
      })
      expect([yield* subject, yield* subject]).toEqual(["a", "b"])
      expect(yield* Chats.getChatsUser({ userId })).toEqual({})
      expect(yield* Chats.getChatsSettings()).toEqual({ reactionsEnabled: true })
      expect((yield* ChatsStub.calls).length).toBe(5)
    }).pipe(Effect.provide(Stub))
  )

  it.effect("a handler that was set has the services of where it was set", () => {
    class Subject extends Context.Tag("Subject")<Subject, string>() {}
    return Effect.gen(function* () {
      yield* ChatsStub.set({ getChatsRoom: () => Effect.map(Subject, (subject) => ({ subject })) }).pipe(
        Effect.provideService(Subject, "here")
      )
      expect(yield* subject).toBe("here")
    }).pipe(Effect.provide(Stub))
  })

  it.effect("reset forgets calls and what was set, and begins sequences anew", () =>
    Effect.gen(function* () {
      yield* subject
      yield* ChatsStub.set({ getChatsUser: () => new ChatsError.NotFound() })
      yield* ChatsStub.reset
      expect(yield* ChatsStub.calls).toEqual([])
      expect(yield* subject).toBe("one")
      expect(yield* Chats.getChatsUser({ userId })).toEqual({})
    }).pipe(Effect.provide(Stub))
  )
})

describe("an endpoint that is not of Chats", () => {
  const getTopic = Endpoint.make("getTopic", {
    method: "GET",
    path: "/topics/{messageId}",
    pathParameters: { messageId: MessageId },
    success: Schema.Struct({ topic: Schema.String }),
    permissions: []
  })
  const topic = getTopic({ messageId: MessageId.make("5d0f") })
  const onTopic = ChatsStub.on(getTopic, ({ messageId }, { index }) =>
    Effect.succeed({ topic: `${messageId} ${index}` })
  )

  it.effect("is answered by its own handler, recorded, set and reset", () =>
    Effect.gen(function* () {
      expect(yield* topic).toEqual({ topic: "5d0f 0" })
      expect(yield* topic).toEqual({ topic: "5d0f 1" })
      yield* ChatsStub.set(
        {},
        ChatsStub.on(getTopic, () => new ChatsError.NotFound())
      )
      expect(yield* Effect.flip(topic)).toMatchObject({ _tag: "NotFound", operation: "getTopic", method: "GET" })
      expect((yield* ChatsStub.callsTo(getTopic)).map(({ input }) => input.messageId)).toEqual(["5d0f", "5d0f", "5d0f"])
      yield* ChatsStub.reset
      expect(yield* topic).toEqual({ topic: "5d0f 0" })
      expect(yield* DirectoryApi.getUsersMe()).toEqual({ name: "Alice" })
    }).pipe(
      Effect.provide(
        ChatsStub.layer(
          {},
          onTopic,
          ChatsStub.on(DirectoryApi.getUsersMe, () => Effect.succeed({ name: "Alice" }))
        )
      )
    )
  )

  it.effect("is told how it is stubbed", () =>
    Effect.gen(function* () {
      const cause = yield* Effect.flip(Effect.sandbox(topic))
      expect(String(cause)).toContain(
        "ChatsStub.layer({}, ChatsStub.on(getTopic, ({ messageId }) => Effect.succeed({ topic: … })))"
      )
    }).pipe(Effect.provide(ChatsStub.layer({})))
  )

  it.effect("overrides generated answers", () =>
    Effect.gen(function* () {
      expect(yield* topic).toEqual({ topic: "5d0f 0" })
    }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 1, others: [onTopic] })))
  )
})

describe("layerArbitrary", () => {
  const page = Chats.getChatsRoomMessages({ roomJid })
  const pages = (seed: number) =>
    Effect.all(Array.from({ length: 20 }, () => page)).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed })))
  const text = (value: unknown) => JSON.stringify(value)

  it.effect("answers every endpoint with what the service could have sent", () =>
    Effect.gen(function* () {
      for (const { endpoint, input, name } of samples) {
        for (let n = 0; n < 20; n++) {
          const value = yield* call(endpoint, input)
          if (endpoint.success === undefined) expect(value, name).toBeUndefined()
          else {
            const sent = JSON.parse(JSON.stringify(yield* Schema.encodeUnknown(endpoint.success)(value)))
            expect(yield* Schema.decodeUnknown(endpoint.success)(sent), name).toEqual(value)
          }
        }
      }
    }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 42 })))
  )

  it.effect("gives the same answers for the same seed, and others for another", () =>
    Effect.gen(function* () {
      const answers = text(yield* pages(42))
      expect(text(yield* pages(42))).toBe(answers)
      expect(text(yield* pages(43))).not.toBe(answers)
    })
  )

  it.effect("varies from call to call", () =>
    Effect.gen(function* () {
      const answers = yield* pages(42)
      expect(new Set(answers.map(text)).size).toBeGreaterThan(5)
      // pages with messages, too: an empty one alone would prove little to a pipeline
      expect(answers.some((answer) => (answer.entities ?? []).length > 0)).toBe(true)
    })
  )

  it.effect("answers an endpoint alike, whatever else is called", () =>
    Effect.gen(function* () {
      const alone = yield* Effect.provide(Effect.all([page, page]), ChatsStub.layerArbitrary({ seed: 5 }))
      const among = yield* Effect.gen(function* () {
        yield* Chats.getChatsSettings()
        const one = yield* page
        yield* Effect.all(Array.from({ length: 7 }, () => Chats.getChatsUser({ userId })))
        return [one, yield* page]
      }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 5 })))
      expect(text(among)).toBe(text(alone))
    })
  )

  it.effect("begins anew on reset, and tells its seed", () =>
    Effect.gen(function* () {
      const before = yield* page
      yield* page
      yield* ChatsStub.reset
      expect(text(yield* page)).toBe(text(before))
      expect(yield* ChatsStub.seed).toBe(42)
    }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 42 })))
  )

  it.effect("takes any number as a seed", () =>
    Effect.gen(function* () {
      for (const seed of [0, -1, 0.5, Number.MAX_SAFE_INTEGER, Number.NaN]) {
        expect((yield* pages(seed)).length).toBe(20)
      }
      expect(text(yield* pages(0.5))).not.toBe(text(yield* pages(0)))
    })
  )

  it.effect("leaves to overrides what they answer", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(Chats.getChatsRoom({ roomJid }))).toBeInstanceOf(ChatsError.NotFound)
      yield* page
    }).pipe(
      Effect.provide(
        ChatsStub.layerArbitrary({ seed: 42, overrides: { getChatsRoom: () => new ChatsError.NotFound() } })
      )
    )
  )

  it.effect("answers an endpoint of one's own", () => {
    const getTopic = Endpoint.make("getTopic", {
      method: "GET",
      path: "/api/v2/chats/rooms/{roomJid}/topic",
      pathParameters: { roomJid: RoomJid },
      permissions: [],
      success: Schema.Struct({ topic: Schema.Literal("the only one") })
    })
    return Effect.gen(function* () {
      expect(yield* getTopic({ roomJid })).toEqual({ topic: "the only one" })
      expect((yield* ChatsStub.callsTo(getTopic)).map((one) => one.input.roomJid)).toEqual([roomJid])
    }).pipe(Effect.provide(ChatsStub.layerArbitrary({ seed: 1 })))
  })

  it.effect("a plain layer has no seed", () =>
    Effect.gen(function* () {
      expect(yield* ChatsStub.seed).toBeUndefined()
    }).pipe(Effect.provide(ChatsStub.layer({})))
  )
})

it.layer(ChatsStub.layer({ getChatsRoom: () => Effect.succeed({ subject: "shared" }) }))(
  "a layer that tests share",
  (it) => {
    it.effect("keeps its calls", () =>
      Effect.gen(function* () {
        yield* Chats.getChatsRoom({ roomJid })
        expect((yield* ChatsStub.calls).length).toBe(1)
      })
    )
    it.effect("until it is reset", () =>
      Effect.gen(function* () {
        expect((yield* ChatsStub.calls).length).toBe(1)
        yield* ChatsStub.reset
        expect((yield* ChatsStub.calls).length).toBe(0)
      })
    )
  }
)
