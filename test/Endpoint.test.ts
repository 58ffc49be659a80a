import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Chats, ChatsClient, ChatsError, Endpoint, RetryPolicy, RoomJid } from "effect-genesys-chats"
import { clientOver, json, reply, scripted } from "./utils/http.js"
import { call, plain } from "./utils/samples.js"

const putTopic = Endpoint.make("putTopic", {
  method: "PUT",
  path: "/api/v2/chats/rooms/{roomJid}/topics/{topic}",
  pathParameters: { roomJid: RoomJid, topic: Schema.String },
  query: { tag: Schema.optional(Schema.String), force: Schema.BooleanFromString },
  body: Schema.Struct({ text: Schema.String }),
  success: Schema.Struct({ version: Schema.NumberFromString }),
  statuses: [404],
  permissions: ["chat:topic:edit"]
})

const roomJid = RoomJid.make("a@b")
const input = { roomJid, topic: "t", force: false, text: "x" }

describe("Endpoint.make", () => {
  it("is its own description", () => {
    expect(Endpoint.isEndpoint(putTopic)).toBe(true)
    expect(putTopic.name).toBe("putTopic")
    expect({ ...putTopic }).toMatchObject({
      operation: "putTopic",
      method: "PUT",
      statuses: [404, 429],
      idempotent: true
    })
    expect(putTopic.permissions).toEqual(["chat:topic:edit"])
    const plainPost = Endpoint.make("post", { method: "POST", path: "/x", pathParameters: {}, permissions: [] })
    expect(plainPost.idempotent).toBe(false)
    expect(plainPost.statuses).toHaveLength(12)
    expect(plainPost.success).toBeUndefined()
    expect(Endpoint.isEndpoint(() => Effect.void)).toBe(false)
    expect(Endpoint.isEndpoint(undefined)).toBe(false)
    expect(Endpoint.isEndpoint({ ...putTopic })).toBe(false)
  })

  it.effect("runs as those of Chats do", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(200, { version: "7" }))
      const value = yield* Effect.provide(putTopic({ ...input, tag: "a&b=c d" }), clientOver(http))
      expect(value).toEqual({ version: 7 })
      expect(http.requests[0]?.url.href).toBe(
        "https://api.mypurecloud.de/api/v2/chats/rooms/a%40b/topics/t?tag=a%26b%3Dc%20d&force=false"
      )
      expect(JSON.parse(http.requests[0]?.body ?? "")).toEqual({ text: "x" })
    })
  )

  it.effect(
    "a status that it does not declare is an UnexpectedStatus, but for 429, with which flow control refuses, too",
    () =>
      Effect.gen(function* () {
        for (const [status, tag] of [
          [404, "NotFound"],
          [403, "UnexpectedStatus"],
          [503, "UnexpectedStatus"],
          [429, "TooManyRequests"]
        ] as const) {
          const error = yield* Effect.flip(
            RetryPolicy.with(
              Effect.provide(call(putTopic, input), clientOver(scripted(() => reply(status)))),
              RetryPolicy.none
            )
          )
          expect(plain(error)).toMatchObject({ _tag: tag, status, attempts: 1 })
        }
      })
  )

  it.effect("a path parameter that would bend the URL is refused, whatever its schema", () =>
    Effect.gen(function* () {
      for (const topic of ["", "..", "%2e%2E", "a\nb", "\ud800"]) {
        const http = scripted(() => json(200, { version: "7" }))
        const error = yield* Effect.flip(Effect.provide(call(putTopic, { ...input, topic }), clientOver(http)))
        expect(error._tag).toBe("InvalidRequest")
        expect(http.requests).toEqual([])
      }
    })
  )

  it.effect("a query parameter that cannot be encoded is refused", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(200, { version: "7" }))
      const error = yield* Effect.flip(Effect.provide(call(putTopic, { ...input, tag: "\ud800" }), clientOver(http)))
      expect(error._tag).toBe("InvalidRequest")
      expect(http.requests).toEqual([])
    })
  )
})

describe("an endpoint runs through whatever ChatsClient there is", () => {
  it.effect("with its description and its input", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const client = Layer.succeed(ChatsClient.ChatsClient, {
        execute: (endpoint, input) => {
          seen.push([endpoint.operation, input])
          return Effect.die("answered by no one")
        }
      })
      yield* Effect.exit(Effect.provide(Chats.getChatsRoom({ roomJid }), client))
      yield* Effect.exit(Effect.provide(Chats.getChatsSettings(), client))
      expect(seen).toEqual([
        ["getChatsRoom", { roomJid }],
        ["getChatsSettings", {}]
      ])
    })
  )

  it.effect("a call is a program: nothing happens until it runs, and it can run again", () =>
    Effect.gen(function* () {
      const http = scripted(() => json(200, {}))
      const program = Chats.getChatsRoom({ roomJid })
      expect(http.requests).toEqual([])
      yield* Effect.provide(Effect.zipRight(program, program), clientOver(http))
      expect(http.requests).toHaveLength(2)
    })
  )
})

describe("the schemas of an endpoint", () => {
  const tags = ({ ast }: Schema.Schema.AnyNoContext) => (ast._tag === "Union" ? ast.types.length : 0)

  it("are those of its value and of its errors, and no others", () => {
    expect(Schema.decodeUnknownSync(Endpoint.successSchema(putTopic))({ version: "7" })).toEqual({ version: 7 })
    expect(Schema.encodeSync(Endpoint.successSchema(Chats.postChatsRoomParticipant))(undefined)).toBeUndefined()
    // 404, 429, any other status, no reply, no token, an input, a reply
    expect(tags(Endpoint.errorSchema(putTopic))).toBe(7)
    const isError = Schema.is(Endpoint.errorSchema(putTopic))
    expect(isError(new ChatsError.NotFound({}))).toBe(true)
    expect(isError(new ChatsError.DecodeError({ status: 200, issues: [] }))).toBe(true)
    expect(isError(new ChatsError.Conflict({}))).toBe(false)
    // no input and no value: neither can be wrong
    const ping = Endpoint.make("ping", { method: "GET", path: "/ping", pathParameters: {}, permissions: [] })
    const isOfPing = Schema.is(Endpoint.errorSchema(ping))
    expect(isOfPing(new ChatsError.Conflict({}))).toBe(true)
    expect(isOfPing(new ChatsError.InvalidRequest({ issues: [] }))).toBe(false)
    expect(isOfPing(new ChatsError.DecodeError({ status: 200, issues: [] }))).toBe(false)
    // compiled once
    expect(Endpoint.errorSchema(ping).ast).toBe(Endpoint.errorSchema(ping).ast)
  })

  it("bring errors across a process boundary as what they were", () => {
    const Stored = Schema.parseJson(Endpoint.errorSchema(Chats.getChatsRoom))
    const error = new ChatsError.TooManyRequests({ attempts: 3, retryAfter: Duration.seconds(42) })
    const back = Schema.decodeSync(Stored)(Schema.encodeSync(Stored)(error))
    expect(back).toBeInstanceOf(ChatsError.TooManyRequests)
    expect(back).toMatchObject({ attempts: 3, retryAfter: Duration.seconds(42) })
  })
})
