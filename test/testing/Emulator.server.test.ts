import * as Http from "node:http"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import { UserId } from "../../src/index.js"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { endpointFacts, facts } from "../utils/facts.js"
import { basic, errorViolations, type Raw, sendFetch, tokenRequest, violations } from "./emulator-utils.js"

const server = (options?: Emulator.Options & Emulator.ServerOptions) =>
  Effect.map(Layer.build(Emulator.layerServer(options)), (context) => Context.get(context, Emulator.Emulator))

describe("a real server", () => {
  it.scopedLive("plain fetch drives every route of chat", () =>
    Effect.gen(function* () {
      const emulator = yield* server()
      const alice = yield* emulator.addUser()
      const bob = yield* emulator.addUser()
      const token = yield* emulator.issueToken(alice.id)
      const called = new Set<string>()

      /** Calls an operation as the facts describe it, and checks the reply against them. */
      const call = (operation: string, parameters: Record<string, string>, more?: { query?: string; body?: unknown }) =>
        Effect.gen(function* () {
          called.add(operation)
          const { body, method, path, success } = endpointFacts(operation)
          const request = {
            method: method as NonNullable<Raw["method"]>,
            path:
              path.replace(/\{(.*?)\}/g, (_, name) => encodeURIComponent(parameters[name] ?? "")) +
              (more?.query === undefined ? "" : `?${more.query}`),
            token,
            ...(more?.body === undefined ? {} : { body: more.body })
          }
          expect(more?.body !== undefined).toBe(body !== null)
          if (body !== null) expect(violations(body, more?.body)).toEqual([])
          const reply = yield* sendFetch(emulator.url, request)
          expect([operation, reply.status, reply.text]).toEqual([operation, success.status, expect.anything()])
          if (success.body === null) expect(reply.text).toBe("")
          // declared to be one message, though it is a listing
          else
            expect(
              violations(operation === "getChatsUserMessages" ? "ChatMessageEntityListing" : success.body, reply.json)
            ).toEqual([])
          return reply.json
        })

      const { jid: roomJid } = yield* call("postChatsRooms", {}, { body: { subject: "S", description: "D" } })
      const inRoom = { roomJid }
      yield* call("patchChatsRoom", inRoom, { body: { subject: "T", ownerIds: [alice.id] } })
      yield* call("postChatsRoomParticipant", { ...inRoom, userId: bob.id })
      yield* call("getChatsRoomParticipants", inRoom, { query: "notify=false" })
      yield* call("getChatsRoomParticipant", { ...inRoom, participantJid: bob.jid })
      const { id } = yield* call("postChatsRoomMessages", inRoom, { body: { message: "root", mentions: [bob.jid] } })
      const message = yield* call("getChatsMessage", { messageId: id })
      const threadId = message.thread.id
      yield* call("postChatsRoomMessages", inRoom, { body: { message: "reply", threadId } })
      yield* call("putChatsMessageReactions", { messageId: id }, { body: { reactions: ["👍"] } })
      yield* call("patchChatsRoomMessage", { ...inRoom, messageId: id }, { body: { message: "edited" } })
      const query = "limit=10&after=2020-01-01T00:00:00.000Z&before=2100-01-01T00%3A00%3A00.000Z&excludeMetadata=false"
      const history = yield* call("getChatsRoomMessages", inRoom, { query })
      expect(history.entities.map(({ body }: { body: string }) => body)).toEqual(["reply", "edited"])
      yield* call("getChatsThreadMessages", { threadId }, { query })
      const ids = history.entities.map((entity: { id: string }) => entity.id).join(",")
      expect((yield* call("getChatsRoomMessage", { ...inRoom, messageIds: ids })).entities).toHaveLength(2)
      yield* call("postChatsRoomMessagesPins", inRoom, { body: { pinnedMessageIds: [id] } })
      expect((yield* call("getChatsRoom", inRoom)).pinnedMessages).toHaveLength(1)
      yield* call("deleteChatsRoomMessagesPin", { ...inRoom, pinnedMessageId: id })
      yield* call("deleteChatsRoomMessage", { ...inRoom, messageId: id })
      yield* call("deleteChatsRoomParticipant", { ...inRoom, userId: bob.id })

      const withBob = { userId: bob.id }
      const { id: own } = yield* call("postChatsUserMessages", withBob, { body: { message: "psst" } })
      yield* call("patchChatsUserMessage", { ...withBob, messageId: own }, { body: { message: "psst!" } })
      yield* call("getChatsUserMessages", withBob, { query: "limit=1" })
      yield* call("getChatsUserMessage", { ...withBob, messageIds: own })
      yield* call("postChatsUserMessagesPins", withBob, { body: { pinnedMessageIds: [own] } })
      yield* call("getChatsUser", withBob)
      yield* call("deleteChatsUserMessagesPin", { ...withBob, pinnedMessageId: own })
      const chats = yield* call("getUsersChatsMe", {}, { query: "excludeClosed=true&includeRoomOwners=true" })
      expect(chats.entities).toHaveLength(2)
      yield* call("deleteChatsUserMessage", { ...withBob, messageId: own })

      const mobile = { notifications: { when: "Always" } }
      yield* call("getChatsSettings", {})
      yield* call("putChatsSettings", {}, { body: { messageRetentionPeriodDays: 30, reactionsEnabled: true } })
      yield* call("patchChatsSettings", {}, { body: { reactionsEnabled: false } })
      yield* call("getChatsUserSettings", withBob)
      yield* call("patchChatsUserSettings", withBob, { body: { mobile } })
      yield* call("postChatsUsersMeSettings", {}, { body: { muted: true } })
      yield* call("patchChatsUsersMeSettings", {}, { body: { muted: false, mobile } })
      yield* call("getChatsUsersMeSettings", {})
      yield* call("deleteChatsUsersMeSettings", {})

      expect([...called].sort()).toEqual(facts.endpoints.map(({ name }) => name).sort())
      const logged = new Set((yield* emulator.requests).map(({ operation }) => operation))
      expect([...logged].sort()).toEqual([...called].sort())
    })
  )

  it.scopedLive("logs in, refuses, and limits what it reads", () =>
    Effect.gen(function* () {
      const emulator = yield* server()
      const login = tokenRequest({ grant_type: "client_credentials" }, basic(emulator.clientId, emulator.clientSecret))
      const { json } = yield* sendFetch(emulator.url, login)
      const token: string = json.access_token
      const big = yield* sendFetch(emulator.url, {
        method: "POST",
        path: "/api/v2/chats/rooms",
        token,
        body: { subject: "x".repeat(3_000_000) }
      })
      expect([big.status, errorViolations(big)]).toEqual([413, []])
      expect(big.headers["inin-ratelimit-count"]).toBe("1")
      expect((yield* sendFetch(emulator.url, { path: "/api/v2/chats/settings", token })).status).toBe(200)
      const lost = yield* sendFetch(emulator.url, { path: "/api/v2/chats/../chats/nowhere", token })
      expect([lost.status, errorViolations(lost)]).toEqual([404, []])
    })
  )

  it.scoped("follows the clock of the layer", () =>
    Effect.gen(function* () {
      const emulator = yield* server({ tokenLifetime: "1 hour" })
      const alice = yield* emulator.addUser()
      const token = yield* emulator.issueToken(alice.id)
      const ask = sendFetch(emulator.url, { path: "/api/v2/chats/settings", token })
      expect((yield* ask).status).toBe(200)
      yield* TestClock.adjust("1 hour")
      expect((yield* ask).json.code).toBe("credentials.expired")
    })
  )

  it.live("ends requests and connections at once when its scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const layer = Emulator.layerServer({ faults: Faults.always(Faults.stall()) })
      const emulator = Context.get(yield* Layer.buildWithScope(layer, scope), Emulator.Emulator)
      const pending = yield* Effect.fork(Effect.exit(sendFetch(emulator.url, { path: "/api/v2/chats/settings" })))
      while ((yield* emulator.requests).length === 0) yield* Effect.sleep("5 millis")
      const [duration] = yield* Effect.timed(Scope.close(scope, Exit.void))
      expect(Number(duration.value._tag === "Nanos" ? duration.value.nanos : 0n) / 1e6).toBeLessThan(500)
      expect(Exit.isFailure(yield* Effect.flatten(Fiber.await(pending)))).toBe(true)
      expect(Exit.isFailure(yield* Effect.exit(sendFetch(emulator.url, { path: "/" })))).toBe(true)
    })
  )

  it.scopedLive("a request that is given up is given up by the server too", () =>
    Effect.gen(function* () {
      const emulator = yield* server({ faults: Faults.script([Faults.delay("100 millis")]) })
      const alice = yield* emulator.addUser()
      const token = yield* emulator.issueToken(alice.id)
      const request: Raw = { method: "POST", path: "/api/v2/chats/rooms", token, body: { subject: "S" } }
      yield* Effect.timeoutOption(sendFetch(emulator.url, request), "30 millis")
      yield* Effect.sleep("150 millis")
      const [received] = yield* emulator.requests
      expect(received).toMatchObject({ operation: "postChatsRooms", status: undefined, processedStatus: undefined })
    })
  )

  it.scopedLive("two servers do not know each other; a busy port is a defect", () =>
    Effect.gen(function* () {
      const a = yield* server()
      const b = yield* server()
      expect(a.url).not.toBe(b.url)
      const alice = yield* a.addUser()
      const token = yield* a.issueToken(alice.id)
      expect((yield* sendFetch(a.url, { path: "/api/v2/chats/settings", token })).status).toBe(200)
      expect((yield* sendFetch(b.url, { path: "/api/v2/chats/settings", token })).status).toBe(401)
      const busy = yield* Effect.exit(server({ port: Number(new URL(a.url).port) }))
      expect(Exit.isFailure(busy)).toBe(true)
    })
  )

  it.scopedLive("sees the path as it was sent, dots and all", () =>
    Effect.gen(function* () {
      const emulator = yield* server()
      const { hostname, port } = new URL(emulator.url)
      for (const path of [
        "/api/v2/chats/rooms/../settings",
        "/api/v2/chats/rooms/%2e%2e",
        "/api/v2/chats/settings?a=b?c"
      ]) {
        yield* Effect.async<void>((resume) => {
          Http.get({ hostname, port, path }, (response) => {
            response.resume().on("end", () => resume(Effect.void))
          })
        })
      }
      expect((yield* emulator.requests).map(({ operation, path, query }) => [operation, path, query])).toEqual([
        [undefined, "/api/v2/chats/rooms/../settings", {}],
        ["getChatsRoom", "/api/v2/chats/rooms/%2e%2e", {}],
        ["getChatsSettings", "/api/v2/chats/settings", { a: "b?c" }]
      ])
    })
  )
})

it("is a defect to name a user that is not there", () => {
  const exit = Effect.runSyncExit(Effect.flatMap(Emulator.make(), (e) => e.issueToken(UserId.make("nobody"))))
  expect(Exit.isFailure(exit) && Cause.isDie(exit.cause)).toBe(true)
  expect(Redacted.isRedacted(Effect.runSync(Emulator.make()).clientSecret)).toBe(true)
})
