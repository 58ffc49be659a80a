import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
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
import { start } from "../../src/testing/emulator/start.js"
import { compare } from "../../src/testing/recorder/compare.js"
import * as Recorder from "../../src/testing/recorder/Recorder.js"
import { echoes, leftOf } from "../utils/echoes.js"
import { json, scripted } from "../utils/http.js"
import { basic, sendFetch, tokenRequest } from "./emulator-utils.js"

/** An afternoon at an org: what it answers is recorded. */
const story = Effect.gen(function* () {
  const emulator = yield* Emulator.make({ orgName: "megacorp", clientSecret: "hunter2-secret" })
  const alice = yield* emulator.addUser({ name: "Alice Liddell" })
  const client = ChatsClient.layer.pipe(
    Layer.provide(
      Credentials.layerClientCredentials({ clientId: emulator.clientId, clientSecret: emulator.clientSecret })
    ),
    Layer.provide(Layer.succeed(Region.Region, { apiUrl: "http://a.example", loginUrl: "http://a.example" })),
    Layer.provideMerge(Recorder.layer().pipe(Layer.provide(Emulator.layerFrom(emulator))))
  )
  return yield* Effect.gen(function* () {
    const { jid } = yield* Chats.postChatsRooms({ subject: "Merger with Initech", userIds: [alice.id] })
    const { id } = yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "Top secret", mentions: [alice.jid] })
    yield* Chats.getChatsRoom({ roomJid: jid })
    const history = yield* Chats.getChatsRoomMessages({ roomJid: jid, limit: 10 })
    yield* Chats.getChatsMessage({ messageId: id })
    yield* Effect.ignore(Chats.getChatsRoom({ roomJid: RoomJid.make("none@conference.megacorp.orgspan.com") }))
    yield* Chats.postChatsUserMessages({ userId: alice.id, message: "psst" })
    const recorder = yield* Recorder.Recorder
    const recording = yield* recorder.recording
    return { recording, alice, jid, id, history }
  }).pipe(Effect.provide(client))
})

const userIdsOf = (body: unknown) => (body as { userIds: ReadonlyArray<string> }).userIds
const jidOf = (body: unknown) => (body as { jid: string }).jid

const parsed = (text: string) => Either.getOrThrowWith(Recorder.parse(text), (why) => new Error(why))

describe("a recording", () => {
  it.effect("holds no secret, id, name or text of the org, and the same stands for the same", () =>
    Effect.gen(function* () {
      const { alice, id, jid, recording } = yield* story
      const text = Recorder.stringify(recording)
      for (const told of [
        "hunter2",
        "Liddell",
        "megacorp",
        "Merger",
        "Top secret",
        "psst",
        alice.id,
        alice.jid,
        jid,
        id,
        "emulator-client"
      ]) {
        expect([told, text.includes(told)]).toEqual([told, false])
      }
      const [login, room, message] = recording.exchanges
      expect(login).toMatchObject({
        request: { path: "/oauth/token" },
        reply: { body: { access_token: "<redacted>" } }
      })
      expect(room?.operation).toBe("postChatsRooms")
      const made = jidOf(room?.reply?.body)
      expect(decodeURIComponent(message?.request.path ?? "")).toContain(made)
      expect(parsed(text)).toEqual(recording)
    })
  )

  it.effect("holds no token that is echoed, whatever its spelling, names kept or not", () =>
    Effect.gen(function* () {
      const token = "tok/EN+1234567890==abcdefgh"
      for (const echo of echoes(token)) {
        const http = scripted(({ url }) =>
          url.pathname === "/oauth/token"
            ? json(200, { access_token: token, expires_in: 3600 })
            : json(
                200,
                { subject: `it said ${echo}`, [echo]: echo },
                { "inin-correlation-id": encodeURIComponent(echo) }
              )
        )
        for (const pseudonymise of [true, false]) {
          const text = yield* Effect.gen(function* () {
            yield* Effect.ignore(Chats.getChatsRoom({ roomJid: RoomJid.make("r@conference.acme.orgspan.com") }))
            return Recorder.stringify(yield* Effect.flatMap(Recorder.Recorder, ({ recording }) => recording))
          }).pipe(
            Effect.provide(
              ChatsClient.layer.pipe(
                Layer.provide(
                  Credentials.layerClientCredentials({ clientId: "id", clientSecret: Redacted.make("s3cret-0123456") })
                ),
                Layer.provide(Region.layer("eu-west-1")),
                Layer.provideMerge(Recorder.layer({ pseudonymise }).pipe(Layer.provide(http.layer)))
              )
            )
          )
          expect(text).toContain("getChatsRoom")
          expect(leftOf(text, token)).toEqual([])
        }
      }
    })
  )

  it.effect("is replayed to the same program, whatever texts it sends", () =>
    Effect.gen(function* () {
      const { recording } = yield* story
      const [, room] = recording.exchanges
      const alice = UserId.make(userIdsOf(room?.request.body)[0] ?? "")
      const replayed = Effect.gen(function* () {
        const { jid } = yield* Chats.postChatsRooms({ subject: "Another", userIds: [alice] })
        const history = yield* Chats.getChatsRoomMessages({ roomJid: jid, limit: 10 })
        const lost = yield* Effect.exit(Chats.getChatsRoomMessages({ roomJid: jid, limit: 11 }))
        return { history, lost }
      }).pipe(Effect.provide(Recorder.layerReplayClient(parsed(Recorder.stringify(recording)))))
      const { history, lost } = yield* replayed
      expect(history.entities).toHaveLength(1)
      const why = Exit.isFailure(lost) ? Cause.pretty(lost.cause) : ""
      expect(why).toContain("was not recorded")
      expect(why).toContain('request.query.limit: recorded "10", but "11"')
    })
  )

  it("of another make is refused, and what was recorded before a crash is there", () => {
    expect(Recorder.parse("{}\n")).toEqual(Either.left("this is no recording, or of another version"))
    const text = Recorder.stringify({
      pseudonymised: true,
      exchanges: [{ request: { method: "GET", path: "/x", query: {} } }]
    })
    expect(Either.getOrThrow(Recorder.parse(`${text}{"request":{"met`)).exchanges).toHaveLength(1)
    expect(Recorder.parse(`${text}{\n${text}`)).toEqual(Either.left("line 3 of the recording is broken"))
  })
})

describe("the emulator against a recording", () => {
  it.effect("is as it was recorded, and says where it is not", () =>
    Effect.gen(function* () {
      const { recording } = yield* story
      expect(yield* compare(yield* start({ seed: 7 }), recording)).toEqual([])
      const exchanges = recording.exchanges.map((exchange) => {
        const { operation, reply } = exchange
        if (reply === undefined) return exchange
        if (operation === "getChatsRoom" && reply.status === 200) {
          return {
            ...exchange,
            reply: { ...reply, body: { ...(reply.body as object), participantLimit: "1000", isPublic: true } }
          }
        }
        return operation === "postChatsUserMessages" ? { ...exchange, reply: { ...reply, status: 403 } } : exchange
      })
      const found = yield* compare(yield* start(), { ...recording, exchanges })
      expect(found.map(({ differences, exchange }) => [exchange.operation, ...differences])).toEqual([
        [
          "getChatsRoom",
          "reply.participantLimit: recorded string, the emulator number",
          "reply.isPublic: recorded boolean, the emulator nothing"
        ],
        ["postChatsUserMessages", expect.stringMatching(/^status: recorded 403, the emulator 200/)]
      ])
    })
  )
})

const main = fileURLToPath(new URL("../../src/testing/command/main.ts", import.meta.url))

const run = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--import", "tsx", main, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

it.scopedLive("the proxy records, and the command compares", () =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "recorder-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const file = join(folder, "org.jsonl")
    const org = Context.get(yield* Layer.build(Emulator.layerServer()), Emulator.Emulator)
    const proxy = yield* run("record", "--to", org.url, "--login", org.url, "--out", file)
    const url = yield* Effect.promise(async () => {
      for await (const line of createInterface({ input: proxy.stdout })) {
        const found = /API_URL=(\S+)/.exec(line)?.[1]
        if (found !== undefined) return found
      }
      return ""
    })
    const { json } = yield* sendFetch(
      url,
      tokenRequest({ grant_type: "client_credentials" }, basic(org.clientId, org.clientSecret))
    )
    const token = Redacted.make<string>(json.access_token)
    const room = yield* sendFetch(url, { method: "POST", path: "/api/v2/chats/rooms", token, body: { subject: "S" } })
    expect(room.status).toBe(200)
    expect((yield* sendFetch(url, { path: "/api/v2/chats/settings", token })).json.reactionsEnabled).toBe(true)
    const ended = once(proxy, "exit")
    proxy.kill("SIGTERM")
    yield* Effect.promise(() => ended)
    const recorded = readFileSync(file, "utf8")
    expect(parsed(recorded).exchanges.map(({ operation }) => operation)).toEqual([
      undefined,
      "postChatsRooms",
      "getChatsSettings"
    ])
    expect(recorded).not.toContain(json.access_token)

    const replaying = yield* run("emulator", "--json", "--replay", file)
    const facts = yield* Effect.promise(async () => {
      for await (const line of createInterface({ input: replaying.stdout })) return JSON.parse(line)
    })
    const ask = (path: string) => sendFetch(facts.url, { path, token: facts.users[0].token })
    expect((yield* ask("/api/v2/chats/settings")).json).toEqual({
      messageRetentionPeriodDays: 365,
      reactionsEnabled: true
    })
    expect((yield* ask("/api/v2/chats/rooms/none")).json).toMatchObject({
      status: 501,
      message: expect.stringContaining("GET /api/v2/chats/rooms/none was not recorded\n  The nearest is ")
    })

    const outcome = (path: string) =>
      Effect.gen(function* () {
        const child = yield* run("emulator", "--compare", path)
        const out: Array<string> = []
        child.stdout.on("data", (chunk) => out.push(String(chunk)))
        const [code] = yield* Effect.promise(() => once(child, "close"))
        return [code, out.join("")]
      })
    expect(yield* outcome(file)).toEqual([0, "0 of 2 calls are answered otherwise\n"])
    const other = join(folder, "other.jsonl")
    writeFileSync(other, recorded.replace('"reactionsEnabled":true', '"reactionsEnabled":"yes"'))
    expect(yield* outcome(other)).toEqual([
      1,
      expect.stringContaining("reply.reactionsEnabled: recorded string, the emulator boolean")
    ])
  })
)
