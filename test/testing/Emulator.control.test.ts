import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { Chats } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { basic, send, smallOrg, tokenRequest } from "./emulator-utils.js"

describe("layerClient", () => {
  it.effect("is the live client on an emulator", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const alice = yield* emulator.addUser({ name: "Alice" })
      const { jid } = yield* Chats.postChatsRooms({ subject: "Incident", userIds: [alice.id] })
      const { id } = yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
      const [message] = yield* emulator.messages(jid)
      expect(message).toMatchObject({ id, body: "We are on it", jid: emulator.bot.jid })
      const state = Option.getOrThrow(yield* emulator.room(jid))
      expect(state.room.subject).toBe("Incident")
      expect(state.participants).toEqual([emulator.bot, alice])
      expect((yield* emulator.requests).map(({ operation, status }) => [operation, status])).toEqual([
        ["token", 200],
        ["postChatsRooms", 200],
        ["postChatsRoomMessages", 200]
      ])
    }).pipe(Effect.provide(Emulator.layerClient()))
  )

  it.effect("retries through faults under TestClock", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const fiber = yield* Effect.fork(Effect.withRandomFixed(Chats.getChatsSettings(), [0.5]))
      yield* TestClock.adjust("2 minutes")
      expect(yield* fiber).toEqual({ messageRetentionPeriodDays: 365, reactionsEnabled: true })
      expect((yield* emulator.requests).map(({ status }) => status)).toEqual([200, 429, 503, 504, 200])
    }).pipe(
      Effect.provide(
        Emulator.layerClient({
          faults: Faults.script([Faults.status(429, { retryAfter: 2 }), Faults.status(503), Faults.html(504)])
        })
      )
    )
  )
})

describe("printOnFailure", () => {
  it.effect("prints the seed and the requests, and nothing when all is well", () =>
    Effect.gen(function* () {
      const printed: Array<string> = []
      const console = yield* Effect.console
      const faults = Faults.random({ seed: 42, rate: 1, faults: [Faults.reset("after")] })
      const emulator = yield* Emulator.make({ faults })
      const run = (test: Effect.Effect<unknown, unknown>) =>
        test.pipe(
          Emulator.printOnFailure,
          Effect.provideService(Emulator.Emulator, emulator),
          Effect.withConsole({ ...console, error: (text) => Effect.sync(() => printed.push(String(text))) }),
          Effect.exit
        )
      yield* run(Effect.void)
      expect(printed).toEqual([])
      yield* run(Effect.zipRight(Effect.ignore(send(emulator, { path: "/x" })), Effect.die("no")))
      expect(printed).toEqual([`${faults}\n#0 00:00:00.000 no endpoint GET /x → no reply (reset after) █ 0 ms`])
      expect(String(faults)).toContain("seed: 42")
    })
  )
})

describe("determinism", () => {
  const run = (seed: number) =>
    Effect.gen(function* () {
      const { asAlice, emulator, room } = yield* smallOrg({ seed })
      yield* asAlice("POST", `${room}/messages`, { message: "x" })
      yield* asAlice("GET", "/nowhere")
      const listing = yield* asAlice("GET", `${room}/messages`)
      // tracing headers are the caller's own
      const requests = (yield* emulator.requests).map(({ headers: _, ...request }) => request)
      return { listing, requests }
    })

  it.effect("the same seed and calls give the same ids, tokens and log", () =>
    Effect.gen(function* () {
      expect(yield* run(1)).toEqual(yield* run(1))
      expect((yield* run(1)).listing.json).not.toEqual((yield* run(2)).listing.json)
    })
  )
})

describe("snapshot, reset, fork", () => {
  it.effect("reset goes back to a snapshot, any number of times", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room, roomJid } = yield* smallOrg({ rateLimit: { requests: 5 } })
      const post = (message: string) => asAlice("POST", `${room}/messages`, { message })
      const {
        json: { id }
      } = yield* post("one")
      const snapshot = yield* emulator.snapshot
      const texts = Effect.map(emulator.messages(roomJid), (messages) => messages.map(({ body }) => body))
      for (let n = 0; n < 2; n++) {
        const two = yield* post("two")
        yield* asAlice("PATCH", `${room}/messages/${id}`, { message: "changed" })
        yield* asAlice("PUT", "/settings", { reactionsEnabled: false })
        yield* asAlice("DELETE", `${room}/messages/${two.json.id}`)
        expect((yield* asAlice("GET", "/settings")).status).toBe(429)
        expect(yield* texts).toEqual(["changed"])
        yield* emulator.reset(snapshot)
        expect(yield* texts).toEqual(["one"])
        expect(yield* emulator.requests).toEqual([])
      }
      expect((yield* asAlice("GET", "/settings")).json.reactionsEnabled).toBe(true)
    })
  )

  it.effect("reset without a snapshot goes back to the beginning, the plan of failures too", () =>
    Effect.gen(function* () {
      const { alice, asAlice, emulator, roomJid } = yield* smallOrg({ faults: Faults.script([Faults.status(503)]) })
      expect((yield* asAlice("GET", "/settings")).status).toBe(503)
      expect((yield* asAlice("GET", "/settings")).status).toBe(200)
      yield* emulator.reset()
      expect((yield* asAlice("GET", "/settings")).status).toBe(503)
      expect((yield* asAlice("GET", "/settings")).status).toBe(401)
      expect(Option.isNone(yield* emulator.room(roomJid))).toBe(true)
      // ids are drawn anew as well: the first user after a reset is the first user
      expect(yield* emulator.addUser({ name: "Alice" })).toEqual(alice)
    })
  )

  it.effect("a fork is independent", () =>
    Effect.gen(function* () {
      const { alice, asAlice, bob, emulator, room, roomJid } = yield* smallOrg()
      const {
        json: { id }
      } = yield* asAlice("POST", `${room}/messages`, { message: "both" })
      const fork = yield* emulator.fork
      const token = yield* fork.issueToken(bob.id)
      const path = `/api/v2/chats${room}/messages`
      yield* send(fork, { method: "POST", path, token, body: { message: "fork" } })
      yield* send(fork, {
        method: "PUT",
        path: `/api/v2/chats/messages/${id}/reactions`,
        token,
        body: { reactions: ["👍"] }
      })
      yield* asAlice("DELETE", `${room}/messages/${id}`)
      expect((yield* emulator.messages(roomJid)).map(({ body }) => body)).toEqual([])
      expect((yield* fork.messages(roomJid)).map(({ body, reactions }) => [body, reactions?.length])).toEqual([
        ["both", 1],
        ["fork", 0]
      ])
      expect((yield* send(emulator, { path, token })).status).toBe(401)
      expect((yield* fork.requests).length).toBe(2)
      const context = yield* Effect.scoped(Layer.build(Emulator.layerFrom(fork)))
      expect(Context.get(context, Emulator.Emulator)).toBe(fork)
      // a snapshot of one can be taken over by the other
      yield* emulator.reset(yield* fork.snapshot)
      expect(yield* emulator.messages(roomJid)).toHaveLength(2)
      expect(alice.name).toBe("Alice")
    })
  )
})

it.effect("layerClientFrom is the live client on a fork", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const fork = yield* emulator.fork
    yield* Effect.provide(Chats.putChatsSettings({ reactionsEnabled: false }), Emulator.layerClientFrom(fork))
    expect((yield* Chats.getChatsSettings()).reactionsEnabled).toBe(true)
    const ofFork = Effect.provide(Chats.getChatsSettings(), Emulator.layerClientFrom(fork))
    expect((yield* ofFork).reactionsEnabled).toBe(false)
  }).pipe(Effect.provide(Emulator.layerClient()))
)

describe("the clock", () => {
  it.effect("adjustClock moves the emulator's clock and no other", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room, roomJid } = yield* smallOrg({ tokenLifetime: "2 hours" })
      yield* emulator.adjustClock("90 minutes")
      yield* asAlice("POST", `${room}/messages`, { message: "later" })
      yield* TestClock.adjust("29 minutes")
      expect((yield* emulator.messages(roomJid))[0]?.dateCreated.epochMillis).toBe(Duration.toMillis("90 minutes"))
      expect((yield* asAlice("GET", "/settings")).status).toBe(200)
      yield* emulator.adjustClock("1 minutes")
      expect((yield* asAlice("GET", "/settings")).status).toBe(401)
    })
  )
})

describe("requests", () => {
  it.effect("says what was received and what became of it, without secrets", () =>
    Effect.gen(function* () {
      const { alice, emulator } = yield* smallOrg({ faults: Faults.script([Faults.reset("after")]) })
      const token = yield* emulator.issueToken(alice.id)
      yield* TestClock.adjust("5 seconds")
      yield* Effect.ignore(
        send(emulator, {
          method: "POST",
          path: "/api/v2/chats/rooms?a=1&a=2",
          token,
          body: { subject: "S" },
          headers: { "x-more": "yes" }
        })
      )
      const { clientId, clientSecret } = emulator
      yield* send(
        emulator,
        tokenRequest(
          { grant_type: "authorization_code", code: "c0de", redirect_uri: "https://x", code_verifier: "verif1er" },
          basic(clientId, clientSecret)
        )
      )
      const requests = yield* emulator.requests
      expect(requests[0]).toMatchObject({
        index: 0,
        operation: "postChatsRooms",
        method: "POST",
        path: "/api/v2/chats/rooms",
        query: { a: "1" },
        body: { subject: "S" },
        processedStatus: 200,
        status: undefined
      })
      expect(requests[0]?.time.epochMillis).toBe(5000)
      expect(requests[0]?.headers).toMatchObject({ authorization: "Bearer <redacted>", "x-more": "yes" })
      expect(requests[0]?.fault && Faults.describe(requests[0].fault)).toBe("reset after")
      expect(requests[1]).toMatchObject({
        operation: "token",
        body: { grant_type: "authorization_code", code: "<redacted>", code_verifier: "<redacted>" },
        status: 400
      })
      const shown = JSON.stringify(requests)
      for (const secret of [
        Redacted.value(token),
        Redacted.value(clientSecret),
        "c0de",
        "verif1er",
        basic(clientId, clientSecret).authorization
      ]) {
        expect(shown).not.toContain(secret)
      }
      yield* emulator.clearRequests
      expect(yield* emulator.requests).toEqual([])
    })
  )

  it.effect("are the newest, up to the capacity", () =>
    Effect.gen(function* () {
      const { asAlice, emulator } = yield* smallOrg({ requestLogCapacity: 3 })
      for (let n = 0; n < 20; n++) yield* asAlice("GET", `/nowhere/${n}`)
      expect((yield* emulator.requests).map(({ index, path }) => [index, path.split("/").at(-1)])).toEqual([
        [17, "17"],
        [18, "18"],
        [19, "19"]
      ])
    })
  )

  it.effect("long bodies are cut, text stays text", () =>
    Effect.gen(function* () {
      const { asAlice, emulator } = yield* smallOrg()
      yield* asAlice("POST", "/rooms", { subject: "x".repeat(100_000) })
      yield* asAlice("POST", "/rooms", "{nonsense")
      const [long, text] = yield* emulator.requests
      expect(String(long?.body).length).toBe(65_536)
      expect(text?.body).toBe("{nonsense")
    })
  )
})

describe("seeding", () => {
  it.effect("messages, an interval apart, among those that are there", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Duration.toMillis("1 days"))
      const { alice, asAlice, bob, emulator, room, roomJid } = yield* smallOrg()
      yield* asAlice("POST", `${room}/messages`, { message: "now" })
      const ids = yield* emulator.seedMessages(roomJid, 3, {
        author: bob.id,
        interval: "1 hour",
        message: (index) => `old ${index}`
      })
      const messages = yield* emulator.messages(roomJid)
      expect(messages.map(({ body }) => body)).toEqual(["old 0", "old 1", "old 2", "now"])
      expect(messages.slice(0, 3).map(({ id, jid }) => [id, jid])).toEqual(ids.map((id) => [id, bob.jid]))
      expect(messages[2]?.dateCreated.epochMillis).toBe(Duration.toMillis("23 hours"))
      yield* emulator.seedMessages([alice.id, bob.id], 1)
      expect((yield* emulator.messages([bob.id, alice.id]))[0]).toMatchObject({ jid: alice.jid, toJid: bob.jid })
    })
  )
})

describe("cost", () => {
  // generous: the figures themselves are measured by test/bench/emulator.bench.ts
  it.live("a layer starts in no time, and 10,000 messages stay quick", () =>
    Effect.gen(function* () {
      yield* Effect.scoped(Layer.build(Emulator.layer()))
      const [start] = yield* Effect.timed(Effect.scoped(Layer.build(Emulator.layer())))
      expect(Duration.toMillis(start)).toBeLessThan(50)
      const { asAlice, emulator, room, roomJid } = yield* smallOrg({ rateLimit: "unlimited" })
      yield* emulator.seedMessages(roomJid, 10_000)
      for (let n = 0; n < 20; n++) yield* asAlice("GET", `${room}/messages?limit=100`)
      const before = (yield* emulator.messages(roomJid))[5000]?.dateCreated.toJSON()
      const [page, reply] = yield* Effect.timed(asAlice("GET", `${room}/messages?limit=100&before=${before}`))
      expect(reply.json.entities).toHaveLength(100)
      expect(Duration.toMillis(page)).toBeLessThan(50)
    })
  )
})
