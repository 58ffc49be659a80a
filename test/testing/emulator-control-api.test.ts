import * as Http from "node:http"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { type Raw, sendFetch } from "./emulator-utils.js"

const started = (options?: Emulator.Options) =>
  Effect.gen(function* () {
    const emulator = Context.get(yield* Layer.build(Emulator.layerServer(options)), Emulator.Emulator)
    const call = (method: NonNullable<Raw["method"]>, path: string, body?: unknown, headers?: Record<string, string>) =>
      sendFetch(emulator.url, {
        method,
        path: `/emulator${path}`,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers })
      })
    return { emulator, call }
  })

const seed = {
  users: ["Alice", { name: "Bob", permissions: ["chat:chat:access"] }],
  rooms: [
    {
      subject: "Incident 4711",
      participants: ["Alice", "Bob"],
      count: 3,
      messages: [
        {
          author: "Bob",
          message: "on it",
          mentions: ["Alice"],
          pinned: true,
          reactions: { "👍": ["Alice"] },
          replies: [{ author: "Alice", message: "thanks" }]
        }
      ]
    }
  ],
  oneOnOnes: [{ users: ["Alice", "Bob"], messages: [{ message: "psst" }] }]
}

describe("the control API", () => {
  it.scopedLive("seeds, shows, resets", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* started()
      const before = (yield* call("POST", "/snapshots")).json
      const seeded = (yield* call("POST", "/seed", seed)).json
      const [room] = seeded.rooms
      const state = (yield* call("GET", "/state")).json
      expect(
        state.conversations.map((one: { kind: string; title: string; messages: number }) => [
          one.kind,
          one.title,
          one.messages
        ])
      ).toEqual([
        ["room", "Incident 4711", 5],
        ["oneOnOne", "Alice & Bob", 1]
      ])
      const { from, messages, total } = (yield* call("GET", `/messages?conversation=${room.jid}&limit=2`)).json
      const [alice, bob] = seeded.users
      expect([from, total, messages.length]).toEqual([3, 5, 2])
      expect(messages[0]).toMatchObject({
        author: bob.id,
        body: "on it",
        pinned: true,
        mentions: [alice.id],
        reactions: [{ emoji: "👍", users: [alice.id] }]
      })
      expect(messages[1]).toMatchObject({ body: "thanks", parentThreadId: messages[0].threadId })

      const path = `/api/v2/chats/rooms/${room.jid}/messages`
      const posted = (yield* call("POST", "/act", { user: alice.id, method: "POST", path, body: { message: "hello" } }))
        .json
      expect(posted.status).toBe(200)
      const removed = { user: alice.id, method: "DELETE", path: `${path}/${posted.body.id}` }
      expect((yield* call("POST", "/act", removed)).json).toEqual({ status: 204 })
      const { messages: last } = (yield* call("GET", `/messages?conversation=${room.jid}&limit=1`)).json
      expect(last).toMatchObject([{ id: posted.body.id, deleted: true }])
      expect(last[0].body).toBeUndefined()
      expect((yield* call("POST", "/act", { ...removed, path: `${path}/${messages[0].id}` })).json.status).toBe(403)
      expect(yield* emulator.requests).toEqual([])

      const { token } = (yield* call("POST", "/tokens", { user: alice.id })).json
      expect((yield* sendFetch(emulator.url, { path: "/api/v2/chats/users/me/settings", token })).status).toBe(200)
      expect((yield* call("GET", "/requests")).json).toMatchObject([
        { operation: "getChatsUsersMeSettings", user: alice.id, status: 200 }
      ])
      const detail = (yield* call("GET", "/requests/0")).json
      expect(detail).toMatchObject({ headers: { authorization: "Bearer <redacted>" }, reply: { muted: false } })
      expect((yield* call("GET", "/state")).text).not.toContain(token)
      expect((yield* call("GET", "/state")).json.windows).toMatchObject([{ user: alice.id, count: 1, allowed: 300 }])

      expect((yield* call("POST", "/reset", { snapshot: before.id })).status).toBe(204)
      expect((yield* call("GET", "/state")).json.conversations).toEqual([])
    })
  )

  it.scopedLive("moves the clock, sets faults and the limit", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* started({ faults: Faults.script([Faults.status(503)]) })
      expect((yield* call("GET", "/faults")).json.text).toBe("Faults.script([503])")
      const plan = { random: { seed: 42, rate: 0.3, faults: [{ status: 503 }, { html: 504 }] } }
      expect((yield* call("PUT", "/faults", plan)).status).toBe(200)
      expect(Faults.seedOf(yield* emulator.faults)).toMatchObject({ value: 42 })
      expect((yield* call("PUT", "/faults", { random: 1 })).status).toBe(400)
      const { offset } = (yield* call("POST", "/clock", { advance: "1 hour" })).json
      expect(offset).toBe(3_600_000)
      expect((yield* call("PUT", "/rate-limit", { limit: { requests: 7 } })).status).toBe(204)
      expect((yield* call("GET", "/state")).json.rateLimit).toEqual({ requests: 7, window: 60_000 })
    })
  )

  it.scopedLive("lists, kicks and expires notification channels, and changes how events go", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* started()
      const alice = yield* emulator.addUser({ name: "Alice" })
      const token = yield* emulator.issueToken(alice.id)
      const channels = "/api/v2/notifications/channels"
      const open = Effect.map(
        sendFetch(emulator.url, { method: "POST", path: channels, token }),
        ({ json }): { readonly id: string; readonly connectUri: string } => json
      )
      const [one, other] = [yield* open, yield* open]
      const topic = `v2.users.${alice.id}.badges.chats`
      const subscriptions = `${channels}/${one.id}/subscriptions`
      yield* sendFetch(emulator.url, { method: "POST", path: subscriptions, token, body: [{ id: topic }] })
      const heard: Array<unknown> = []
      const connected = (url: string) =>
        Effect.async<WebSocket>((resume) => {
          const socket = emulator.webSocket(url)
          socket.addEventListener("message", ({ data }) => heard.push(data))
          socket.addEventListener("close", ({ code }) => heard.push(code))
          socket.addEventListener("open", () => resume(Effect.succeed(socket)))
        })
      const until = (count: number) =>
        Effect.repeat(Effect.sleep("5 millis"), { until: () => heard.length >= count }).pipe(Effect.as(heard))
      yield* connected(one.connectUri)
      expect((yield* call("GET", "/channels")).json).toMatchObject([
        { id: one.id, user: alice.id, client: emulator.clientId, topics: [topic], connected: true },
        { id: other.id, topics: [], connected: false }
      ])
      expect((yield* call("POST", "/channels/send", { data: "any frame", channel: one.id })).status).toBe(204)
      expect((yield* call("POST", "/channels/announce-closing", {})).status).toBe(204)
      expect((yield* call("POST", "/channels/close", { channel: one.id, code: 4001 })).status).toBe(204)
      expect(yield* until(3)).toEqual(["any frame", expect.stringContaining("v2.system.socket_closing"), 4001])
      yield* connected(one.connectUri)
      expect((yield* call("POST", "/channels/terminate", {})).status).toBe(204)
      expect((yield* until(4))[3]).toBe(1006)
      expect((yield* call("DELETE", `/channels/${one.id}`)).status).toBe(204)
      expect((yield* call("GET", "/channels")).json.map(({ id }: { id: string }) => id)).toEqual([other.id])
      expect(yield* emulator.channels.list).toMatchObject([{ id: other.id, userId: alice.id }])
      for (const [method, path, body, status] of [
        ["DELETE", `/channels/${one.id}`, undefined, 404],
        ["POST", "/channels/send", { data: "x", channel: one.id }, 404],
        ["POST", "/channels/close", { code: 1005 }, 400],
        ["PUT", "/event-options", { drop: 2 }, 400],
        ["DELETE", "/channels", undefined, 204]
      ] as const) {
        expect([path, (yield* call(method, path, body)).status]).toEqual([path, status])
      }
      expect((yield* call("GET", "/channels")).json).toEqual([])
      expect((yield* call("PUT", "/event-options", { drop: 0.5 })).json).toMatchObject({ drop: 0.5, badges: true })
      expect((yield* call("GET", "/event-options")).json).toMatchObject({ drop: 0.5 })
    })
  )

  it.scopedLive("takes no more than it can hold, and no method that it does not know", () =>
    Effect.gen(function* () {
      const { call } = yield* started()
      expect((yield* call("PATCH", "/state", {})).status).toBe(405)
      const large = JSON.stringify({ users: ["x".repeat(67_108_864)] })
      expect((yield* call("POST", "/seed", large)).status).toBe(413)
      const refused = [
        yield* call("POST", "/seed", "{"),
        yield* call("PUT", "/faults", [{ status: 99 }]),
        yield* call("GET", "/nothing"),
        yield* call("GET", "/requests?limit=0")
      ]
      expect(refused.map(({ json, status }) => [status, json.message])).toEqual([
        [400, expect.stringContaining("The body is no JSON: ")],
        [400, expect.stringContaining("0.status Expected a number between 200 and 599")],
        [404, "There is no GET /emulator/nothing: see /emulator/openapi.json"],
        [400, expect.stringContaining("limit Expected a number between 1 and 1000")]
      ])
      expect((yield* call("GET", "/state")).json.users).toHaveLength(1)
    })
  )

  it.scopedLive("says what is wrong", () =>
    Effect.gen(function* () {
      const { call } = yield* started()
      expect(
        (yield* call("POST", "/seed", { rooms: [{ subject: "S", participants: ["Nobody"] }] })).json
      ).toMatchObject({
        _tag: "Refused",
        message: 'seed: there is no user "Nobody"'
      })
      expect((yield* call("GET", "/state")).json.users).toHaveLength(1)
      for (const [method, path, body] of [
        ["GET", "/messages?conversation=none", undefined],
        ["POST", "/tokens", { user: "none" }],
        ["POST", "/act", { user: "none", method: "GET", path: "/api/v2/chats/settings" }],
        ["POST", "/reset", { snapshot: "9" }],
        ["GET", "/requests/4", undefined],
        ["GET", "/nothing", undefined]
      ] as const) {
        expect([path, (yield* call(method, path, body)).status]).toEqual([path, 404])
      }
    })
  )

  it.scopedLive("describes itself, and its page is safe", () =>
    Effect.gen(function* () {
      const { call } = yield* started()
      const { json } = yield* call("GET", "/openapi.json")
      expect(Object.keys(json.paths)).toEqual(
        expect.arrayContaining([
          "/emulator/seed",
          "/emulator/faults",
          "/emulator/act",
          "/emulator/channels",
          "/emulator/event-options"
        ])
      )
      const page = yield* call("GET", "/")
      expect(page.headers["content-type"]).toBe("text/html; charset=utf-8")
      expect(page.headers["content-security-policy"]).toContain("script-src 'self'")
      for (const name of page.text.matchAll(/(?:src|href)="([^"#]+\.(?:js|css|svg))"/g)) {
        expect([name[1], (yield* call("GET", `/${name[1]}`)).status]).toEqual([name[1], 200])
      }
      expect((yield* call("GET", "/..%2fhost.ts")).status).toBe(404)
      expect((yield* call("GET", "/page.ts")).status).toBe(404)
    })
  )

  it.scopedLive("tells what changes", () =>
    Effect.gen(function* () {
      const { call, emulator } = yield* started()
      const seeded = (yield* call("POST", "/seed", seed)).json
      const stream = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const abort = new AbortController()
          // @effect-diagnostics-next-line globalFetchInEffect:off
          const { body } = await fetch(`${emulator.url}/emulator/events`, { signal: abort.signal })
          return { abort, reader: body!.pipeThrough(new TextDecoderStream()).getReader() }
        }),
        ({ abort }) => Effect.sync(() => abort.abort())
      )
      const next = Effect.promise(async () => {
        for (;;) {
          const { value = "" } = await stream.reader.read()
          const data = /^data: (.*)$/m.exec(value)?.[1]
          if (data !== undefined) return JSON.parse(data)
        }
      })
      const path = `/api/v2/chats/rooms/${seeded.rooms[0].jid}/messages`
      const token = yield* emulator.issueToken(seeded.users[0].id)
      yield* sendFetch(emulator.url, { method: "POST", path, token, body: { message: "live" } })
      // however many updates a slow machine makes of it
      const update = yield* Effect.iterate(yield* next, {
        while: ({ messages, requests }) => messages === undefined || requests?.[0].status === undefined,
        body: (before) => Effect.map(next, (update) => ({ ...before, ...update }))
      })
      expect(update).toMatchObject({
        messages: [{ body: "live", author: seeded.users[0].id }],
        conversations: [{ title: "Incident 4711", messages: 6, last: { text: "live" } }],
        requests: [{ operation: "postChatsRoomMessages", status: 200, user: seeded.users[0].id }],
        windows: [{ count: 1 }]
      })
      yield* emulator.reset()
      expect(yield* next).toMatchObject({ reset: true })
    })
  )
})

it.live("a page that listens does not keep the server from ending", () =>
  Effect.gen(function* () {
    const ended = yield* Effect.scoped(
      Effect.gen(function* () {
        const { emulator } = yield* started()
        // @effect-diagnostics-next-line globalFetchInEffect:off
        const { body } = yield* Effect.promise(() => fetch(`${emulator.url}/emulator/events`))
        const reader = body!.getReader()
        yield* Effect.promise(() => reader.read())
        return reader.read().then(
          ({ done }) => done,
          () => true
        )
      })
    )
    expect(yield* Effect.promise(() => ended)).toBe(true)
  })
)

describe("only for this machine", () => {
  const Status = Schema.Number
  const ask = (url: string, method: string, path: string, headers: Record<string, string>) =>
    Effect.async<number>((resume) => {
      const { hostname, port } = new URL(url)
      Http.request({ hostname, port, method, path: `/emulator${path}`, headers }, (response) => {
        response.resume().on("end", () => resume(Effect.succeed(Schema.decodeUnknownSync(Status)(response.statusCode))))
      }).end(method === "POST" ? "{}" : undefined)
    })
  const json = { "content-type": "application/json" }
  const cases: ReadonlyArray<readonly [string, string, string, Record<string, string>, number]> = [
    ["a name that resolves here (DNS rebinding)", "GET", "/state", { host: "rebound.example:80" }, 403],
    ["a name that only begins as ours", "GET", "/state", { host: "127.0.0.1.example" }, 403],
    ["localhost", "GET", "/state", { host: "localhost:1" }, 200],
    ["another site's read", "GET", "/state", { origin: "https://x.example" }, 403],
    ["another site's write", "POST", "/reset", { ...json, origin: "https://x.example" }, 403],
    ["a page without an origin", "POST", "/reset", { ...json, origin: "null" }, 403],
    ["another port's page", "POST", "/reset", { ...json, origin: "http://127.0.0.1:1" }, 403],
    ["a write that says it is cross-site", "POST", "/reset", { ...json, "sec-fetch-site": "cross-site" }, 403],
    ["a preflight", "OPTIONS", "/reset", { origin: "https://x.example" }, 403],
    ["its own page", "POST", "/reset", { ...json, host: "127.0.0.1:8", origin: "http://127.0.0.1:8" }, 204],
    ["a program", "POST", "/reset", json, 204]
  ]
  for (const [name, method, path, headers, status] of cases) {
    it.scopedLive(name, () =>
      Effect.gen(function* () {
        const { emulator } = yield* started()
        expect(yield* ask(emulator.url, method, path, headers)).toBe(status)
      })
    )
  }
})
