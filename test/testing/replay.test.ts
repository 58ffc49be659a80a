/** Recordings replayed: by the emulator and by the stub; and what a recording holds of an org, which is nothing. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, Region, RoomJid, UserId } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Recorder from "../../src/testing/recorder/Recorder.js"
import * as ChatsStub from "../../src/testing/stub/ChatsStub.js"

/** What an org answered one afternoon, the client's second attempt among it. */
const afternoon = Effect.gen(function* () {
  const emulator = yield* Emulator.make({ orgName: "megacorp" })
  const alice = yield* emulator.addUser({ name: "Alice Liddell" })
  const client = ChatsClient.layer.pipe(
    Layer.provide(
      Credentials.layerClientCredentials({ clientId: emulator.clientId, clientSecret: emulator.clientSecret })
    ),
    Layer.provide(Layer.succeed(Region.Region, { apiUrl: "http://a.example", loginUrl: "http://a.example" })),
    Layer.provideMerge(Recorder.layer().pipe(Layer.provide(Emulator.layerFrom(emulator))))
  )
  return yield* Effect.gen(function* () {
    yield* Chats.getChatsSettings()
    yield* Chats.putChatsSettings({ reactionsEnabled: false })
    yield* Chats.getChatsSettings()
    const { jid } = yield* Chats.postChatsRooms({ subject: "Merger", userIds: [alice.id] })
    yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "Top secret" })
    yield* Chats.getChatsRoomMessages({ roomJid: jid, limit: 10 })
    yield* Effect.ignore(Chats.getChatsRoom({ roomJid: RoomJid.make("none@conference.megacorp.orgspan.com") }))
    const recorder = yield* Recorder.Recorder
    return yield* recorder.recording
  }).pipe(Effect.provide(client))
})

const stringIn = (value: unknown, name: string) => String(Object(value)[name])

/** The same program again, with the ids that the recording has. */
const again = (recording: Recorder.Recording) =>
  Effect.gen(function* () {
    const made = recording.exchanges.find(({ operation }) => operation === "postChatsRooms")
    const alice = UserId.make(String(Object(made?.request.body).userIds[0]))
    const before = yield* Chats.getChatsSettings()
    yield* Chats.putChatsSettings({ reactionsEnabled: false })
    const after = yield* Chats.getChatsSettings()
    const { jid } = yield* Chats.postChatsRooms({ subject: "Something else", userIds: [alice] })
    yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "and another text" })
    const history = yield* Chats.getChatsRoomMessages({ roomJid: jid, limit: 10 })
    const found = recording.exchanges.find(({ reply }) => reply?.status === 404)
    const path = found?.request.path.split("/").at(-1) ?? ""
    const lost = yield* Effect.flip(Chats.getChatsRoom({ roomJid: RoomJid.make(decodeURIComponent(path)) }))
    return {
      settings: [before.reactionsEnabled, after.reactionsEnabled],
      jid: [jid, stringIn(made?.reply?.body, "jid")],
      messages: history.entities?.length,
      lost: lost._tag
    }
  })

const asRecorded = { settings: [true, false], messages: 1, lost: "NotFound" }

describe("the emulator", () => {
  it.effect("answers as was recorded, and says what of a request was not", () =>
    Effect.gen(function* () {
      const recording = yield* afternoon
      yield* Effect.gen(function* () {
        const emulator = yield* Emulator.Emulator
        const fork = yield* emulator.fork
        const { jid, ...seen } = yield* again(recording)
        expect(seen).toEqual(asRecorded)
        expect(jid[0]).toBe(jid[1])
        const error = yield* Effect.flip(Chats.getChatsRoomMessages({ roomJid: RoomJid.make(jid[0] ?? ""), limit: 11 }))
        expect(error).toMatchObject({ _tag: "UnexpectedStatus", status: 501, attempts: 1 })
        expect(error.message).toMatch(/was not recorded\s+The nearest is GET \/api\/v2\/chats\/rooms\//)
        expect(error.message).toContain('request.query.limit: recorded "10", but "11"')
        expect((yield* emulator.requests).at(-1)).toMatchObject({ status: 501, reply: { code: "not.recorded" } })
        // an id of the real org
        const real = RoomJid.make("adhoc-3f0c9e0e-50a5-4a9c-b1a4-6f1d2f7e1c11@conference.megacorp.orgspan.com")
        expect((yield* Effect.flip(Chats.getChatsRoomMessages({ roomJid: real, limit: 10 }))).message).toContain(
          "Ids of this recording are not those of the org"
        )
        // the first settings come first again after a reset, and where a fork is
        yield* emulator.reset()
        for (const one of [emulator, fork]) {
          const { settings } = yield* Effect.provide(again(recording), Emulator.layerClientFrom(one))
          expect(settings).toEqual(asRecorded.settings)
        }
      }).pipe(Effect.provide(Emulator.layerClient({ replay: recording, rateLimit: { requests: 0 } })))
    })
  )

  it.effect("takes a token as ever, and a date that a program makes of the clock", () =>
    Effect.gen(function* () {
      const path = "/api/v2/chats/rooms/text-1/messages"
      const exchange = (before: string, count: number): Recorder.Exchange => ({
        operation: "getChatsRoomMessages",
        request: { method: "GET", path, query: { before } },
        reply: { status: 200, headers: {}, body: { entities: [], count } }
      })
      const emulator = yield* Emulator.make({
        replay: {
          pseudonymised: true,
          exchanges: [exchange("2026-01-01T00:00:00.000Z", 1), exchange("2026-01-02T00:00:00.000Z", 2)]
        }
      })
      const ask = (before: string, token: string) =>
        Effect.flatMap(
          emulator.httpClient.execute(
            HttpClientRequest.get(`${emulator.url}${path.replace("text-1", "mine")}?before=${before}`).pipe(
              HttpClientRequest.bearerToken(token)
            )
          ),
          (response) => Effect.map(response.json, (body) => [response.status, Object(body).count])
        )
      const value = Redacted.value(yield* emulator.issueToken(emulator.bot.id))
      expect(yield* ask("2026-01-02T00:00:00.000Z", value)).toEqual([200, 2])
      expect(yield* ask("2031-01-01T00:00:00.000Z", value)).toEqual([200, 1])
      expect((yield* ask("2026-01-02T00:00:00.000Z", "wrong"))[0]).toBe(401)
    })
  )
})

describe("the stub", () => {
  it.effect("answers as was recorded, and records calls; what a client asks again after is passed over", () =>
    Effect.gen(function* () {
      const recording = yield* afternoon
      const exchanges = recording.exchanges.flatMap((exchange) =>
        exchange.operation === "postChatsRoomMessages"
          ? [{ ...exchange, reply: { status: 503, headers: {}, body: "text-9" } }, exchange]
          : [exchange]
      )
      yield* Effect.gen(function* () {
        const { jid, ...seen } = yield* again(recording)
        expect(seen).toEqual(asRecorded)
        expect((yield* ChatsStub.callsTo("postChatsRoomMessages")).map(({ exit }) => exit?._tag)).toEqual(["Success"])
        yield* ChatsStub.reset
        expect((yield* again(recording)).settings).toEqual(asRecorded.settings)
        const exit = yield* Effect.exit(Chats.getChatsRoomMessages({ roomJid: RoomJid.make(jid[0] ?? ""), limit: 3 }))
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain('query.limit: recorded "10", but "3"')
        yield* ChatsStub.set({ getChatsSettings: () => Effect.succeed({ reactionsEnabled: true }) })
        expect((yield* Chats.getChatsSettings()).reactionsEnabled).toBe(true)
      }).pipe(Effect.provide(ChatsStub.layerReplay({ recording: { ...recording, exchanges } })))
    })
  )

  it.effect("gives the errors that were recorded, and overrides", () =>
    Effect.gen(function* () {
      const settings = (reply: Recorder.Exchange["reply"]): Recorder.Recording => ({
        pseudonymised: false,
        exchanges: [{ request: { method: "GET", path: "/api/v2/chats/settings", query: {} }, reply }]
      })
      const ask = (recording: Recorder.Recording) =>
        Effect.provide(Effect.either(Chats.getChatsSettings()), ChatsStub.layerReplay({ recording }))
      const limited = yield* ask(settings({ status: 429, headers: { "retry-after": "7" }, body: { message: "slow" } }))
      expect(Either.flip(limited)).toMatchObject({ right: { _tag: "TooManyRequests", message: "slow" } })
      const broken = yield* ask(settings({ status: 200, headers: {}, body: { reactionsEnabled: "yes" } }))
      expect(Either.flip(broken)).toMatchObject({ right: { _tag: "DecodeError", status: 200 } })
      const overridden = yield* Chats.getChatsSettings().pipe(
        Effect.provide(
          ChatsStub.layerReplay({
            recording: settings({ status: 404, headers: {} }),
            overrides: { getChatsSettings: () => Effect.succeed({ reactionsEnabled: true }) }
          })
        )
      )
      expect(overridden).toEqual({ reactionsEnabled: true })
    })
  )
})

/** A client that is answered so, and records. */
const recorder = (options: Recorder.Options | undefined, reply: (path: string) => Response) => {
  const client = HttpClient.make((request, url) =>
    Effect.sync(() => HttpClientResponse.fromWeb(request, reply(url.pathname)))
  )
  return Effect.map(
    Layer.build(Recorder.layer(options).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, client)))),
    (context) => ({
      client: Context.get(context, HttpClient.HttpClient),
      text: Effect.map(Context.get(context, Recorder.Recorder).recording, Recorder.stringify)
    })
  )
}

const json = (body: unknown, init?: ResponseInit) =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json" }, ...init })

describe("a recording by default", () => {
  const told = [
    "Liddell",
    "alice",
    "megacorp",
    "Finance",
    "4915112345678",
    "Wonderland",
    "hatter",
    "Merger",
    "Cheshire",
    "croquet",
    "secret-token-of-alice",
    "10.1.2.3"
  ]

  it.scoped("holds nothing of an org wherever it stands: fields nobody thought of, keys, paths, errors, pages", () =>
    Effect.gen(function* () {
      const user = {
        id: "3f0c9e0e-50a5-4a9c-b1a4-6f1d2f7e1c11",
        name: "Alice Liddell",
        chat: { jabberId: "5d0f5d0f5d0f5d0f5d0f5d0f@megacorp.orgspan.com" },
        department: "Finance",
        title: "Hatter of hatters",
        email: "alice.liddell@megacorp.example",
        username: "alice.liddell@megacorp.example",
        state: "active",
        version: 3,
        primaryContactInfo: [{ address: "+4915112345678", mediaType: "PHONE", display: "4915112345678" }],
        images: [{ resolution: "x48", imageUri: "https://megacorp.example/alice.png" }],
        biography: { hobbies: ["croquet"], spouse: "Cheshire" },
        division: { name: "Wonderland", selfUri: "/api/v2/authorization/divisions/Wonderland" },
        customAttributes: { "Alice Liddell's cost center": "Merger" },
        selfUri: "/api/v2/users/3f0c9e0e-50a5-4a9c-b1a4-6f1d2f7e1c11?expand=presence"
      }
      const error = {
        message: "User 'Alice Liddell' (token secret-token-of-alice) may not see Merger from 10.1.2.3",
        code: "not.authorized",
        status: 403,
        messageParams: { name: "Alice Liddell", room: "Merger" },
        details: [{ errorCode: "not.authorized", fieldName: "subject", entityName: "Merger" }],
        errors: [{ message: "Wonderland", code: "bad.request" }]
      }
      const { client, text } = yield* recorder(undefined, (path) =>
        path.endsWith("/users/search")
          ? json({ results: [user], mentions: { "Alice Liddell": "Cheshire" }, nextUri: "/api/v2/users?name=alice" })
          : path.endsWith("/page")
            ? new Response("<html>proxy of megacorp at 10.1.2.3</html>", {
                status: 504,
                headers: { "content-type": "text/html", "inin-correlation-id": "alice@megacorp.example" }
              })
            : json(error, { status: 403 })
      )
      const send = (request: HttpClientRequest.HttpClientRequest) =>
        client.execute(
          request.pipe(
            HttpClientRequest.bearerToken("secret-token-of-alice"),
            HttpClientRequest.setHeader("cookie", "session=hatter-hatter")
          )
        )
      const base = "https://api.megacorp.example"
      yield* send(
        HttpClientRequest.post(`${base}/api/v2/users/search`).pipe(
          HttpClientRequest.bodyUnsafeJson({
            query: [{ type: "EXACT", fields: ["name"], value: "Alice Liddell" }, { value: "secret-token-of-alice" }],
            password: "Cheshire"
          })
        )
      )
      yield* send(HttpClientRequest.get(`${base}/api/v2/groups/Wonderland?q=alice&name=Merger&apiKey=hatter`))
      yield* send(HttpClientRequest.get(`${base}/api/v2/tenants/alice/page`))
      const recorded = yield* text
      for (const one of told) expect([one, recorded.toLowerCase().includes(one.toLowerCase())]).toEqual([one, false])
      expect(recorded).not.toContain("3f0c9e0e")
      // and is of use nevertheless
      for (const kept of ['"code":"not.authorized"', '"state":"active"', '"type":"EXACT"', '"fieldName":"subject"']) {
        expect(recorded).toContain(kept)
      }
      const [search] = Either.getOrThrow(Recorder.parse(recorded)).exchanges
      expect(search?.operation).toBe("postUsersSearch")
      expect(search?.request.path).toBe("/api/v2/users/search")
    })
  )

  it.scoped("holds no credentials where names are kept, wherever they are echoed", () =>
    Effect.gen(function* () {
      const { client, text } = yield* recorder({ pseudonymise: false }, (path) =>
        path === "/oauth/token"
          ? json({ access_token: "tok-12345678", token_type: "bearer" })
          : json({ message: "tok-12345678 and hush-hush-hush and c00kie-c00kie of Alice" }, { status: 401 })
      )
      yield* client.execute(
        HttpClientRequest.post("https://login.example/oauth/token").pipe(
          HttpClientRequest.basicAuth("client", "hush-hush-hush"),
          HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials" })
        )
      )
      yield* client.execute(
        HttpClientRequest.get("https://api.example/api/v2/x/tok-12345678").pipe(
          HttpClientRequest.setHeader("cookie", "a=c00kie-c00kie")
        )
      )
      const recorded = yield* text
      for (const secret of ["tok-12345678", "hush-hush-hush", "c00kie-c00kie"]) expect(recorded).not.toContain(secret)
      expect(recorded).toContain("of Alice")
    })
  )
})
