import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, expect, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, ChatsError, Credentials, type MessageId, Region, RetryPolicy } from "effect-genesys-chats"
import { endpointFacts, sample, successReply } from "./utils/facts.js"
import { type Answer, clientOver, json, reply, type Scripted, scripted, sequence, token } from "./utils/http.js"
import { call, messageId, plain, roomJid, samples, userId } from "./utils/samples.js"
import { recordingTracer } from "./utils/tracing.js"

const answered = (answer: () => Answer, options?: Parameters<typeof clientOver>[1]) =>
  clientOver(sequence(answer), { policy: RetryPolicy.none, ...options })

const withBody = samples.filter(({ name }) => endpointFacts(name).success.body !== null)
const without = samples.filter(({ name }) => endpointFacts(name).success.body === null)

describe("a 2xx that does not decode is a DecodeError", () => {
  const bodies: ReadonlyArray<readonly [form: string, text: string, says: RegExp]> = [
    ["HTML", `<html>${"x".repeat(5000)}</html>`, /not JSON \(5013 characters\)$/],
    ["empty", "", /empty$/],
    ["blank", " \r\n\t", /empty$/],
    ["truncated", JSON.stringify(sample("ChatMessageResponse")).slice(0, -5), /not JSON \(\d+ characters\)$/],
    ["null", "null", /./],
    ["an array", "[]", /./],
    ["a number", "5", /./]
  ]

  for (const [form, text, says] of bodies) {
    it.effect(form, () =>
      Effect.gen(function* () {
        for (const { endpoint, input, name } of withBody) {
          const error = yield* Effect.flip(
            Effect.provide(
              call(endpoint, input),
              answered(() => reply(200, text, { "inin-correlation-id": "corr" }))
            )
          )
          expect(plain(error)).toMatchObject({
            _tag: "DecodeError",
            operation: name,
            method: endpoint.method,
            path: endpoint.path,
            status: 200,
            correlationId: "corr",
            attempts: 1,
            message: expect.stringMatching(says),
            issues: expect.arrayContaining([expect.objectContaining({ path: "" })])
          })
          expect(error.message).toContain(`the reply to ${name} does not decode`)
          expect(JSON.stringify(error)).not.toContain("xxx")
          expect(ChatsError.outcome(error)).toBe("Unknown")
        }
      })
    )
  }

  it.effect("a wrong field is named by its path", () =>
    Effect.gen(function* () {
      const message = sample("ChatMessageResponse")
      const entities = [message, { ...message, dateCreated: "yesterday", thread: { id: 5 } }]
      const error = yield* Effect.flip(
        Effect.provide(
          Chats.getChatsRoomMessages({ roomJid }),
          answered(() => json(200, { entities }))
        )
      )
      if (error._tag !== "DecodeError") throw new Error(`not a DecodeError but a ${error._tag}`)
      expect(error.issues[0]?.path).toBe("entities.1.dateCreated")
      expect(error.message).toContain("entities.1.dateCreated: ")
      for (const { path } of error.issues) expect(["entities.1.dateCreated", "entities.1.thread.id"]).toContain(path)
    })
  )

  it.effect("each wrong field has one issue, which says what was expected of it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(
          call(Chats.getChatsRoom, { roomJid }),
          answered(() => json(200, { ...sample("Room"), subject: 5 }))
        )
      )
      expect(plain(error)["issues"]).toEqual([{ path: "subject", message: expect.stringContaining("string") }])
    })
  )

  it.effect("a body is not shown whole, however it is wrong", () =>
    Effect.gen(function* () {
      const long = "secret text ".repeat(2000)
      for (const body of [long, [long], { entities: long }, { entities: [long] }, { entities: [{ body: [long] }] }]) {
        const error = yield* Effect.flip(
          Effect.provide(
            Chats.getChatsRoomMessages({ roomJid }),
            answered(() => json(200, body))
          )
        )
        expect(error._tag).toBe("DecodeError")
        expect(JSON.stringify(error).length).toBeLessThan(8000)
        expect(error.message.length).toBeLessThan(1000)
      }
    })
  )

  it.effect("a listing of 10,000 broken messages makes no error of their size", () =>
    Effect.gen(function* () {
      const entities = Array.from({ length: 10_000 }, () => ({ id: 5 }))
      const error = yield* Effect.flip(
        Effect.provide(
          Chats.getChatsRoomMessages({ roomJid }),
          answered(() => json(200, { entities }))
        )
      )
      expect(error._tag).toBe("DecodeError")
      expect(JSON.stringify(error).length).toBeLessThan(100_000)
    })
  )

  it.effect("JSON that nests very deep is a DecodeError, too", () =>
    Effect.gen(function* () {
      const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`
      for (const text of [deep, `{"subject":${deep}}`, `{"owners":${deep}}`]) {
        const exit = yield* Effect.exit(
          Effect.provide(
            Chats.getChatsRoom({ roomJid }),
            answered(() => reply(200, text))
          )
        )
        expect(String(exit)).toContain("DecodeError")
      }
      const ignored = yield* Effect.provide(
        Chats.getChatsRoom({ roomJid }),
        answered(() => reply(200, `{"subject":"s","unknown":${deep}}`))
      )
      expect(ignored).toEqual({ subject: "s" })
    })
  )

  it.effect("a broken single message of getChatsUserMessages is one, too", () =>
    Effect.gen(function* () {
      const { id: _, ...broken } = sample("ChatMessageResponse")
      for (const body of [broken, { ...sample("ChatMessageResponse"), dateCreated: "x" }]) {
        const exit = yield* Effect.exit(
          Effect.provide(
            Chats.getChatsUserMessages({ userId }),
            answered(() => json(200, body))
          )
        )
        expect(Exit.isFailure(exit)).toBe(true)
      }
    })
  )
})

describe("a 2xx that is longer than it may be", () => {
  const room = { ...sample("Room"), description: "x".repeat(10_000) }

  it.effect("is a DecodeError, by its content-length, before it is read", () =>
    Effect.gen(function* () {
      let pulled = 0
      const body = () =>
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            pulled += 1024
            controller.enqueue(new Uint8Array(1024))
          }
        })
      const error = yield* Effect.flip(
        Effect.provide(
          call(Chats.getChatsRoom, { roomJid }),
          answered(() => reply(200, body(), { "content-length": String(1024 ** 3) }), { maxReplyBytes: 5000 })
        )
      )
      expect(plain(error)).toMatchObject({
        _tag: "DecodeError",
        issues: [{ path: "", message: "the body is longer than 5000 bytes" }]
      })
      expect(pulled).toBeLessThan(256 * 1024)
    })
  )

  it.effect("is a DecodeError when it comes in chunks, or packed", () =>
    Effect.gen(function* () {
      for (const headers of [
        {},
        { "content-length": "100", "content-encoding": "gzip" },
        { "content-length": "nonsense" }
      ]) {
        let pulled = 0
        const body = () =>
          new ReadableStream<Uint8Array>({
            pull: (controller) => {
              pulled += 1024
              controller.enqueue(new Uint8Array(1024).fill(0x20))
            }
          })
        const error = yield* Effect.flip(
          Effect.provide(
            call(Chats.getChatsRoom, { roomJid }),
            answered(() => reply(200, body(), headers), { maxReplyBytes: 5000 })
          )
        )
        expect(plain(error)).toMatchObject({
          _tag: "DecodeError",
          issues: [{ path: "", message: "the body is longer than 5000 bytes" }]
        })
        expect(pulled).toBeLessThan(64 * 1024)
      }
    })
  )

  it.effect("is taken where it is just as long as it may be", () =>
    Effect.gen(function* () {
      const text = JSON.stringify(room)
      for (const headers of [{}, { "content-length": String(text.length) }]) {
        const answer = () => reply(200, text, headers)
        const fits = yield* Effect.provide(
          Chats.getChatsRoom({ roomJid }),
          answered(answer, { maxReplyBytes: text.length })
        )
        expect(fits.description).toBe(room.description)
        const error = yield* Effect.flip(
          Effect.provide(Chats.getChatsRoom({ roomJid }), answered(answer, { maxReplyBytes: text.length - 1 }))
        )
        expect(error._tag).toBe("DecodeError")
      }
    })
  )

  it.effect("text of several bytes a character is put together across chunks", () =>
    Effect.gen(function* () {
      const bytes = new TextEncoder().encode(JSON.stringify({ subject: "Zürich 😀" }))
      const body = () =>
        new ReadableStream<Uint8Array>({
          start: (controller) => {
            for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
            controller.close()
          }
        })
      const value = yield* Effect.provide(
        Chats.getChatsRoom({ roomJid }),
        answered(() => reply(200, body()))
      )
      expect(value).toEqual({ subject: "Zürich 😀" })
    })
  )
})

describe("a 2xx", () => {
  it.effect("without a body is enough where the endpoint brings nothing; with one it is left unread", () =>
    Effect.gen(function* () {
      for (const { endpoint, input } of without) {
        for (const answer of [
          () => reply(204),
          () => reply(200, ""),
          () => reply(200, "<html>"),
          () => json(202, { a: 1 })
        ]) {
          expect(yield* Effect.provide(call(endpoint, input), answered(answer))).toBeUndefined()
        }
      }
    })
  )

  it.effect("of any number will do", () =>
    Effect.gen(function* () {
      for (const status of [200, 201, 202, 203, 206]) {
        const value = yield* Effect.provide(
          Chats.postChatsRooms({ subject: "s" }),
          answered(() => json(status, { jid: "a@conference.b" }))
        )
        expect(value).toEqual({ jid: "a@conference.b" })
      }
    })
  )

  it.effect("that breaks off is a TransportError: the action may have happened", () =>
    Effect.gen(function* () {
      const body = () =>
        new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
          pull: (controller) => controller.error(Object.assign(new Error("reset"), { code: "ECONNRESET" }))
        })
      for (const headers of [{}, { "content-length": "500" }]) {
        const error = yield* Effect.flip(
          Effect.provide(
            call(Chats.postChatsRooms, { subject: "s" }),
            answered(() => reply(200, body(), headers))
          )
        )
        expect(plain(error)).toMatchObject({ _tag: "TransportError", reason: "Reset", mayHaveArrived: true })
        expect(ChatsError.outcome(error)).toBe("Unknown")
      }
    })
  )

  it.effect("whose ids could not be sent decodes; sending one back is refused", () =>
    Effect.gen(function* () {
      const http = sequence(() => json(200, { id: ".." }))
      const program = Effect.gen(function* () {
        const { id } = yield* Chats.postChatsRoomMessages({ roomJid, message: "m" })
        return yield* Effect.flip(Chats.getChatsMessage({ messageId: id }))
      })
      const error = yield* Effect.provide(program, clientOver(http))
      expect(error._tag).toBe("InvalidRequest")
      expect(http.requests).toHaveLength(1)
    })
  )
})

const inRegion = <E>(region: Layer.Layer<Region.Region, E>, http: Scripted) =>
  ChatsClient.layer.pipe(
    Layer.provide(Credentials.layerToken(Redacted.make(token))),
    Layer.provide(region),
    Layer.provide(http.layer)
  )

describe("the client", () => {
  it.effect("looks its services up once, when it is built", () =>
    Effect.gen(function* () {
      const http = scripted(() => reply(204))
      const program = Effect.gen(function* () {
        const client = yield* ChatsClient.ChatsClient
        return yield* client
          .execute(Chats.deleteChatsUsersMeSettings, {})
          .pipe(Effect.provideService(Region.Region, { apiUrl: "https://elsewhere", loginUrl: "https://elsewhere" }))
      })
      yield* Effect.provide(program, clientOver(http))
      expect(http.requests[0]?.url.host).toBe("api.mypurecloud.de")
    })
  )

  it.effect("puts the path after a base URL that has one", () =>
    Effect.gen(function* () {
      const http = scripted(() => reply(204))
      const region = Region.layerCustom({ apiUrl: "http://127.0.0.1:8080/proxy//", loginUrl: "http://127.0.0.1:1" })
      yield* Effect.provide(Chats.deleteChatsUsersMeSettings(), inRegion(region, http))
      expect(http.requests[0]?.url.href).toBe("http://127.0.0.1:8080/proxy/api/v2/chats/users/me/settings")
    })
  )

  it.effect("with a Region that is no URL fails as a TransportError, and does not die", () =>
    Effect.gen(function* () {
      const http = scripted(() => reply(204))
      const region = Layer.succeed(Region.Region, { apiUrl: "nonsense", loginUrl: "nonsense" })
      const exit = yield* Effect.exit(Effect.provide(Chats.deleteChatsUsersMeSettings(), inRegion(region, http)))
      expect(String(exit)).toContain("InvalidUrl")
      expect(http.requests).toEqual([])
    })
  )

  it.effect("transformClient goes first", () =>
    Effect.gen(function* () {
      const http = scripted(() => reply(204))
      const transformClient = HttpClient.mapRequest(HttpClientRequest.setHeader("x-app", "incident-bot"))
      yield* Effect.provide(Chats.deleteChatsUsersMeSettings(), clientOver(http, { transformClient }))
      expect(http.requests[0]?.headers).toMatchObject({ "x-app": "incident-bot", authorization: `Bearer ${token}` })
    })
  )

  it.effect("keeps a RequestInit of fetch, but for the redirects", () =>
    Effect.gen(function* () {
      const inits: Array<RequestInit | undefined> = []
      const fetch: typeof globalThis.fetch = (_, init) => {
        inits.push(init)
        return Promise.resolve(new Response(null, { status: 204 }))
      }
      const live = ChatsClient.layer.pipe(
        Layer.provide(Credentials.layerToken(Redacted.make(token))),
        Layer.provide(Region.layer("eu-central-1")),
        Layer.provide(FetchHttpClient.layer),
        Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)),
        Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { cache: "no-store", redirect: "follow" }))
      )
      yield* Effect.provide(Chats.deleteChatsUsersMeSettings(), live)
      yield* Chats.deleteChatsUsersMeSettings().pipe(
        Effect.provide(live),
        Effect.provideService(FetchHttpClient.RequestInit, { cache: "reload", redirect: "follow" }),
        Effect.provideService(FetchHttpClient.Fetch, fetch)
      )
      expect(inits[0]).toMatchObject({ redirect: "manual", cache: "no-store" })
      expect(inits[1]).toMatchObject({ redirect: "manual", cache: "reload" })
    })
  )

  it.effect("many calls at once do not mix", () =>
    Effect.gen(function* () {
      const http = scripted(({ url }) => {
        const id = decodeURIComponent(url.pathname.split("/").at(-1) ?? "")
        return Effect.as(Effect.yieldNow(), json(200, { ...sample("ChatMessageResponse"), id }))
      })
      const ids = Array.from({ length: 200 }, (_, i) => `${messageId}-${i}` as MessageId)
      const values = yield* Effect.forEach(ids, (id) => Chats.getChatsMessage({ messageId: id }), {
        concurrency: "unbounded"
      }).pipe(Effect.provide(clientOver(http)))
      expect(values.map(({ id }) => id)).toEqual(ids)
    })
  )
})

describe("spans", () => {
  it.effect("one for the call, one for each attempt, with templates in place of ids", () =>
    Effect.gen(function* () {
      const { spans: recorded, tracer } = yield* recordingTracer
      const http = sequence(
        () => reply(401),
        () => json(200, {})
      )
      const program = Chats.getChatsRoomMessages({ roomJid, limit: 77 }).pipe(Effect.withTracer(tracer))
      const credentials = Layer.succeed(Credentials.Credentials, {
        token: Effect.succeed(Redacted.make(token)),
        invalidate: () => Effect.succeed(true)
      })
      const live = ChatsClient.layer.pipe(
        Layer.provide(credentials),
        Layer.provide(Region.layerCustom({ apiUrl: "http://127.0.0.1:8080", loginUrl: "http://127.0.0.1:8080" })),
        Layer.provide(http.layer)
      )
      yield* Effect.provide(program, live)
      const spans = recorded.map(({ span }) => span)
      const path = "/api/v2/chats/rooms/{roomJid}/messages"
      expect(spans.map(({ name }) => name)).toEqual(["chats.getChatsRoomMessages", `GET ${path}`, `GET ${path}`])
      const [outer, first, second] = spans.map(({ attributes }) => Object.fromEntries(attributes))
      expect(outer).toEqual({ "http.request.method": "GET", "url.template": path })
      const attempt = {
        "http.request.method": "GET",
        "url.template": path,
        "server.address": "127.0.0.1",
        "server.port": 8080
      }
      expect(first).toEqual({ ...attempt, "http.response.status_code": 401, "error.type": "401" })
      expect(second).toEqual({ ...attempt, "http.response.status_code": 200, "http.request.resend_count": 1 })
      expect(http.requests.map(({ headers }) => headers["traceparent"]?.includes(spans[1]?.traceId ?? "?"))).toEqual([
        true,
        true
      ])
      expect(JSON.stringify(spans.map(({ attributes, name }) => [name, [...attributes]]))).not.toMatch(/conference|77/)
    })
  )

  it.effect("are none where tracing is off", () =>
    Effect.gen(function* () {
      const http = scripted(() => reply(204))
      yield* Effect.withTracerEnabled(Chats.deleteChatsUsersMeSettings(), false).pipe(Effect.provide(clientOver(http)))
      expect(http.requests[0]?.headers).not.toHaveProperty("traceparent")
    })
  )
})

describe("layerConfig", () => {
  const run = (env: ReadonlyArray<readonly [string, string]>) => {
    const http = scripted(({ url }) =>
      url.pathname === "/oauth/token"
        ? json(200, { access_token: "from-login", token_type: "bearer", expires_in: 86_400 })
        : successReply("getChatsSettings")
    )
    return Chats.getChatsSettings().pipe(
      Effect.provide(Layer.provide(ChatsClient.layerConfig, http.layer)),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(env))),
      Effect.either,
      Effect.map((result) => ({ result, requests: http.requests }))
    )
  }

  it.effect("takes region, client id and secret from the environment", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* run([
        ["GENESYS_CLOUD_REGION", "eu-west-2"],
        ["GENESYS_CLOUD_CLIENT_ID", "id"],
        ["GENESYS_CLOUD_CLIENT_SECRET", "secret"]
      ])
      expect(result._tag).toBe("Right")
      expect(requests.map(({ url }) => url.href)).toEqual([
        "https://login.euw2.pure.cloud/oauth/token",
        "https://api.euw2.pure.cloud/api/v2/chats/settings"
      ])
      expect(requests[0]?.headers["authorization"]).toBe(`Basic ${btoa("id:secret")}`)
      expect(requests[1]?.headers["authorization"]).toBe("Bearer from-login")
    })
  )

  it.effect("takes an access token in their place", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* run([
        ["GENESYS_CLOUD_REGION", "us-east-1"],
        ["GENESYS_CLOUD_ACCESS_TOKEN", "given"],
        ["GENESYS_CLOUD_CLIENT_ID", "id"]
      ])
      expect(result._tag).toBe("Right")
      expect(requests.map(({ headers, url }) => [url.host, headers["authorization"]])).toEqual([
        ["api.mypurecloud.com", "Bearer given"]
      ])
    })
  )

  it.effect("names the variable that is missing, and sends nothing", () =>
    Effect.gen(function* () {
      const full = [
        ["GENESYS_CLOUD_REGION", "eu-west-2"],
        ["GENESYS_CLOUD_CLIENT_ID", "id"],
        ["GENESYS_CLOUD_CLIENT_SECRET", "s3cr3t-value"]
      ] as const
      for (const [missing] of full) {
        const { requests, result } = yield* run(full.filter(([name]) => name !== missing))
        expect(result._tag).toBe("Left")
        expect(String(result._tag === "Left" ? result.left : "")).toContain(missing)
        expect(String(result._tag === "Left" ? result.left : "")).not.toContain("s3cr3t-value")
        expect(requests).toEqual([])
      }
    })
  )
})
