import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import * as Faults from "../../src/testing/faults/Faults.js"
import { basic, sendFetch, tokenRequest } from "./emulator-utils.js"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "emulator-state-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** An emulator with that state file, for as long as the effect runs. */
const session = <A, E>(
  stateFile: string,
  use: (emulator: Emulator.Service) => Effect.Effect<A, E>,
  options?: Emulator.Options
) =>
  Effect.scoped(
    Effect.flatMap(Layer.build(Emulator.layerServer({ ...options, stateFile })), (context) =>
      use(Context.get(context, Emulator.Emulator))
    )
  )

describe("a state file", () => {
  it.scopedLive(
    "brings all of it back: rooms, threads, pins, reactions, deleted ones, settings, tokens, the clock",
    () =>
      Effect.gen(function* () {
        const file = join(yield* directory, "state.jsonl")
        const paths = (jid: string) => `/api/v2/chats/rooms/${encodeURIComponent(jid)}`
        const before = yield* session(file, (emulator) =>
          Effect.gen(function* () {
            const alice = yield* emulator.addUser({
              name: "Alice",
              permissions: ["chat:chat:access", "chat:room:view"]
            })
            const bob = yield* emulator.addUser({ name: "Bob" })
            const jid = yield* emulator.addRoom({ subject: "S", participants: [alice.id, bob.id] })
            const token = Redacted.value(yield* emulator.issueToken(bob.id))
            const send = (method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET", path: string, body?: unknown) =>
              sendFetch(emulator.url, { method, path, token, ...(body === undefined ? {} : { body }) })
            const post = (body: unknown) =>
              Effect.map(send("POST", `${paths(jid)}/messages`, body), ({ json }) => json.id)
            const root = yield* post({ message: "root", mentions: [alice.jid] })
            const { thread } = (yield* send("GET", `/api/v2/chats/messages/${root}`)).json
            yield* post({ message: "reply", threadId: thread.id })
            const gone = yield* post({ message: "gone" })
            yield* send("DELETE", `${paths(jid)}/messages/${gone}`)
            yield* send("PUT", `/api/v2/chats/messages/${root}/reactions`, { reactions: ["👍"] })
            yield* send("POST", `${paths(jid)}/messages/pins`, { pinnedMessageIds: [root] })
            yield* send("PATCH", `${paths(jid)}/messages/${root}`, { message: "root, edited" })
            yield* send("POST", `/api/v2/chats/users/${alice.id}/messages`, { message: "psst" })
            yield* send("PATCH", "/api/v2/chats/settings", { reactionsEnabled: false })
            yield* send("POST", "/api/v2/chats/users/me/settings", { muted: true })
            // more than one line of a file that is written anew holds
            yield* emulator.seedMessages(jid, 2500, { author: bob.id, interval: "1 second" })
            yield* emulator.adjustClock("1 hour")
            const looks = [
              paths(jid),
              `${paths(jid)}/messages`,
              `${paths(jid)}/participants`,
              `/api/v2/chats/threads/${thread.id}/messages`,
              `/api/v2/chats/users/${alice.id}/messages`,
              "/api/v2/chats/settings",
              "/api/v2/chats/users/me/settings"
            ]
            const look = (url: string) =>
              Effect.forEach(looks, (path) =>
                Effect.map(sendFetch(url, { path, token }), ({ status, text }) => [path, status, text])
              )
            const state = (yield* sendFetch(emulator.url, { path: "/emulator/state" })).json
            return { look, seen: yield* look(emulator.url), state, jid, token }
          })
        )
        const [seen, state, fresh] = yield* session(file, (emulator) =>
          Effect.gen(function* () {
            const state = (yield* sendFetch(emulator.url, { path: "/emulator/state" })).json
            return [yield* before.look(emulator.url), state, yield* emulator.addUser()] as const
          })
        )
        expect(seen).toEqual(before.seen)
        expect(yield* session(file, ({ url }) => before.look(url))).toEqual(before.seen)
        expect(seen.map(([, status]) => status)).toEqual(seen.map(() => 200))
        expect(state.conversations).toEqual(before.state.conversations)
        expect(state.clock.offset).toBe(3_600_000)
        // ids go on from where they were
        expect(JSON.stringify(before.state)).not.toContain(fresh.id)
        expect(statSync(file).mode & 0o077).toBe(0)
      })
  )

  it.scopedLive("brings back the directory and the lists of conversations, and is heard on the channels again", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "state.jsonl")
      const before = yield* session(file, (emulator) =>
        Effect.gen(function* () {
          const alice = yield* emulator.addUser({ name: "Alice", state: "inactive" })
          const [bob, carol] = [yield* emulator.addUser({ name: "Bob" }), yield* emulator.addUser({ name: "Carol" })]
          yield* emulator.updateUser(alice.id, { name: "Alicia", email: "alicia@acme.example", state: undefined })
          const group = yield* emulator.addGroup({ name: "Ops", members: [alice.id, bob.id] })
          const token = Redacted.value(yield* emulator.issueToken(bob.id))
          const say = (to: string, message: string) =>
            sendFetch(emulator.url, {
              method: "POST",
              path: `/api/v2/chats/users/${to}/messages`,
              token,
              body: { message }
            })
          // looking at a 1on1 does not begin it; one that lost its first message began with it all the same
          yield* sendFetch(emulator.url, { path: `/api/v2/chats/users/${carol.id}/messages`, token })
          const first = yield* say(alice.id, "first")
          yield* say(carol.id, "second")
          yield* say(alice.id, "third")
          yield* sendFetch(emulator.url, {
            method: "DELETE",
            path: `/api/v2/chats/users/${alice.id}/messages/${first.json.id}`,
            token
          })
          yield* emulator.closeChat(bob.id, [bob.id, carol.id])
          const looks = [
            `/api/v2/users?state=any&id=${alice.id},${bob.id}`,
            `/api/v2/groups/${group.id}`,
            "/api/v2/users/chats/me?includeRoomOwners=true",
            "/api/v2/users/chats/me?excludeClosed=true"
          ]
          const look = (url: string) =>
            Effect.forEach(looks, (path) =>
              Effect.map(sendFetch(url, { path, token }), ({ json, status }) => [path, status, json])
            )
          return { alice, bob, carol, token, look, seen: yield* look(emulator.url) }
        })
      )
      const { alice, bob, carol, look, seen, token } = before
      expect(seen.map(([, status]) => status)).toEqual([200, 200, 200, 200])
      expect(seen[0]?.[2].entities[0]).toMatchObject({
        name: "Alicia",
        email: "alicia@acme.example",
        state: "inactive"
      })
      expect(seen[2]?.[2].entities.map(({ id }: { id: string }) => id).slice(1)).toEqual([alice.jid, carol.jid])
      expect(seen[3]?.[2].entities).toHaveLength(2)
      yield* session(file, (emulator) =>
        Effect.gen(function* () {
          expect(yield* look(emulator.url)).toEqual(seen)
          // an address that is taken stays so
          expect((yield* emulator.addUser({ name: "Bob" })).email).toBe("bob.2@acme.example")

          const listener = Redacted.value(yield* emulator.issueToken(carol.id))
          const open = () => sendFetch(emulator.url, { method: "POST", path: channels, token: listener })
          const channels = "/api/v2/notifications/channels"
          const { id, connectUri } = (yield* open()).json
          const body = [{ id: `v2.users.${carol.id}.badges.chats` }]
          yield* sendFetch(emulator.url, {
            method: "POST",
            path: `${channels}/${id}/subscriptions`,
            token: listener,
            body
          })
          // what the control API adds takes the place of the org: the channels hear of it
          const seed = { users: ["Dave"] }
          yield* sendFetch(emulator.url, { method: "POST", path: "/emulator/seed", body: seed })
          const heard: Array<unknown> = []
          const socket = emulator.webSocket(connectUri)
          yield* Effect.async<void>((resume) => socket.addEventListener("open", () => resume(Effect.void)))
          const event = Effect.async<void>((resume) =>
            socket.addEventListener("message", ({ data }) => {
              heard.push(JSON.parse(data).eventBody)
              resume(Effect.void)
            })
          )
          const path = `/api/v2/chats/users/${carol.id}/messages`
          yield* Effect.zipWith(
            event,
            sendFetch(emulator.url, { method: "POST", path, token, body: { message: "fourth" } }),
            () => undefined,
            { concurrent: true }
          )
          expect(heard).toMatchObject([{ entity: { jabberId: bob.jid }, unreadCount: 2 }])
          socket.close()
        })
      )
    })
  )

  it.scopedLive("survives a last line that is half there, and only that", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "state.jsonl")
      const alice = yield* session(file, (emulator) => emulator.addUser({ name: "Alice" }))
      const names = session(file, (emulator) =>
        Effect.map(sendFetch(emulator.url, { path: "/emulator/state" }), ({ json }) =>
          json.users.map(({ name }: { name: string }) => name)
        )
      )
      appendFileSync(file, '{"users":{"set":[["x",{"id":"x","jid":"')
      expect(yield* names).toEqual(["bot of emulator-client", "Alice"])
      // a disk that lost its power: the length is there, the bytes are not
      appendFileSync(file, `${"\0".repeat(40)}\n`)
      expect(yield* names).toEqual(["bot of emulator-client", "Alice"])
      const text = readFileSync(file, "utf8")
      for (const [broken, why] of [
        [text.replace(`"${alice.jid}"`, "17").concat("{}\n"), "line 3 is broken"],
        ["{}\n", "is no state of an emulator"],
        [text.replace('"version":1', '"version":2'), "is no state of an emulator"]
      ] as const) {
        writeFileSync(file, broken)
        const exit = yield* Effect.exit(names)
        expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain(why)
        // it is left as it was
        expect(readFileSync(file, "utf8")).toBe(broken)
      }
    })
  )

  it.scopedLive(
    "is written anew when it is several times its state; one that another process took is not written to",
    () =>
      Effect.gen(function* () {
        const file = join(yield* directory, "state.jsonl")
        const scope = yield* Effect.scope
        yield* session(file, (emulator) =>
          Effect.gen(function* () {
            const alice = yield* emulator.addUser()
            const jid = yield* emulator.addRoom({ subject: "S", participants: [alice.id] })
            const token = yield* emulator.issueToken(alice.id)
            const path = `/api/v2/chats/rooms/${encodeURIComponent(jid)}/messages`
            const { id } = (yield* sendFetch(emulator.url, { method: "POST", path, token, body: { message: "x" } }))
              .json
            const edit = sendFetch(emulator.url, {
              method: "PATCH",
              path: `${path}/${id}`,
              token,
              body: { message: "x".repeat(100_000) }
            })
            for (let i = 0; i < 15; i++) yield* edit
            expect(statSync(file).size).toBeLessThan(1_000_000)

            const inner = yield* Scope.fork(scope, ExecutionStrategy.sequential)
            const other = Context.get(
              yield* Layer.buildWithScope(Emulator.layerServer({ stateFile: file }), inner),
              Emulator.Emulator
            )
            expect((yield* sendFetch(other.url, { path: `${path}`, token })).json.entities).toHaveLength(1)
            expect(Exit.isFailure(yield* Effect.exit(edit))).toBe(true)
            expect(Exit.isFailure(yield* Effect.exit(emulator.addUser()))).toBe(true)
          })
        )
      }).pipe(
        // the server says why it could not answer
        Logger.withMinimumLogLevel(LogLevel.None)
      )
  )

  it.scopedLive("a secret or a limit that is given goes before what was kept", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "state.jsonl")
      yield* session(file, (emulator) => emulator.setRateLimit({ requests: 5 }))
      yield* session(
        file,
        (emulator) =>
          Effect.gen(function* () {
            const login = tokenRequest({ grant_type: "client_credentials" }, basic(emulator.clientId, "another"))
            const { json } = yield* sendFetch(emulator.url, login)
            const reply = yield* sendFetch(emulator.url, { path: "/api/v2/chats/settings", token: json.access_token })
            expect(reply.headers["inin-ratelimit-allowed"]).toBe("5")
          }),
        { clientSecret: "another" }
      )
      const limit = yield* session(file, (emulator) => sendFetch(emulator.url, { path: "/emulator/state" }), {
        rateLimit: { requests: 9 }
      })
      expect(limit.json.rateLimit.requests).toBe(9)
    })
  )
})

describe("what goes wrong", () => {
  const ask = ({ clientId, clientSecret, url }: Emulator.Service) =>
    Effect.gen(function* () {
      const login = tokenRequest({ grant_type: "client_credentials" }, basic(clientId, clientSecret))
      const { json } = yield* sendFetch(url, login)
      return (yield* sendFetch(url, { path: "/api/v2/chats/settings", token: json.access_token })).status
    })

  it.scopedLive("goes on where it was after a restart, unless another plan is given", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "state.jsonl")
      const plan = Faults.combine(
        Faults.forOperation("token", [Faults.pass, Faults.pass, Faults.pass]),
        Faults.script([Faults.status(503), Faults.html(504, { when: "after" }), Faults.status(500)]),
        Faults.random({ seed: 7, rate: 0.5, faults: [Faults.status(404)] })
      )
      const whole = yield* session(
        join(yield* directory, "other.jsonl"),
        (emulator) => Effect.replicateEffect(ask(emulator), 12),
        { faults: plan }
      )
      const events = { drop: 0.25, forbidden: { "v2.x": "x:y:z" } }
      const first = yield* session(
        file,
        (emulator) => Effect.zipRight(emulator.channels.setEvents(events), Effect.replicateEffect(ask(emulator), 2)),
        { faults: plan }
      )
      const [then, text, kept] = yield* session(file, (emulator) =>
        Effect.all([
          Effect.replicateEffect(ask(emulator), 5),
          Effect.map(emulator.faults, String),
          sendFetch(emulator.url, { path: "/emulator/event-options" })
        ])
      )
      expect(text).toBe(String(plan))
      expect(kept.json).toMatchObject(events)
      const last = yield* session(file, (emulator) => Effect.replicateEffect(ask(emulator), 5))
      expect([...first, ...then, ...last]).toEqual(whole)
      expect(whole.slice(0, 3)).toEqual([503, 504, 500])
      const given = yield* session(
        file,
        (emulator) => Effect.zip(emulator.faults, sendFetch(emulator.url, { path: "/emulator/event-options" })),
        { faults: Faults.none, events: { double: 0.5 } }
      )
      expect(String(given[0])).toBe("Faults.none")
      expect(given[1].json).toMatchObject({ double: 0.5, drop: 0, forbidden: {} })
    })
  )
})

const main = fileURLToPath(new URL("../../src/testing/command/main.ts", import.meta.url))

const command = (...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--import", "tsx", main, "emulator", "--json", ...args], {
        stdio: ["ignore", "pipe", "inherit"]
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const firstLine = ({ stdout }: ChildProcess) =>
  Effect.promise(async () => {
    if (stdout !== null) for await (const line of createInterface({ input: stdout })) return JSON.parse(line)
  })

it.scopedLive(
  "a seed file with a mistake leaves no state behind; what was seeded is there after a reset and a restart",
  () =>
    Effect.gen(function* () {
      const folder = yield* directory
      const [state, seed] = [join(folder, "state.jsonl"), join(folder, "seed.json")]
      writeFileSync(seed, JSON.stringify({ users: ["Alice"], rooms: [{ subject: "S", participants: ["Alise"] }] }))
      const wrong = yield* command("--state", state, "--seed-file", seed)
      expect((yield* Effect.promise(() => once(wrong, "exit")))[0]).toBe(2)
      expect(existsSync(state)).toBe(false)

      writeFileSync(seed, JSON.stringify({ users: ["Alice"], rooms: [{ subject: "S", participants: ["Alice"] }] }))
      const seen = (url: string, token: string) =>
        Effect.gen(function* () {
          const { json } = yield* sendFetch(url, { path: "/emulator/state" })
          const { status } = yield* sendFetch(url, { path: "/api/v2/chats/users/me/settings", token })
          return [json.users.length, json.conversations.length, status]
        })
      const child = yield* command("--state", state, "--seed-file", seed)
      const { url, users } = yield* firstLine(child)
      expect(yield* seen(url, users[0].token)).toEqual([2, 1, 200])
      yield* sendFetch(url, { method: "POST", path: "/emulator/seed", body: { users: ["Bob"] } })
      yield* sendFetch(url, { method: "POST", path: "/emulator/reset", body: {} })
      expect(yield* seen(url, users[0].token)).toEqual([2, 1, 200])
      child.kill("SIGKILL")
      // a process that was killed while it wrote the file anew
      writeFileSync(`${state}.999999999.tmp`, "{")
      const after = yield* firstLine(yield* command("--state", state))
      expect(after.users).toEqual(users)
      expect(existsSync(`${state}.999999999.tmp`)).toBe(false)
    })
)

it.scopedLive("a process that is killed between two posts has lost none that it answered", () =>
  Effect.gen(function* () {
    const folder = yield* directory
    const state = join(folder, "state.jsonl")
    const seed = join(folder, "seed.json")
    writeFileSync(seed, JSON.stringify({ users: ["Alice"], rooms: [{ subject: "S", participants: ["Alice"] }] }))
    const answered: Array<string> = []
    let path = ""
    for (let round = 0; round < 2; round++) {
      const child = yield* command("--state", state, "--seed-file", seed)
      const facts = yield* firstLine(child)
      expect(facts.users).toHaveLength(1)
      const { json } = yield* sendFetch(facts.url, { path: "/emulator/state" })
      path = `/api/v2/chats/rooms/${encodeURIComponent(json.conversations[0].key)}/messages`
      const post = (text: string) =>
        sendFetch(facts.url, { method: "POST", path, token: facts.users[0].token, body: { message: text } }).pipe(
          Effect.tap(({ status }) => (status === 200 ? Effect.sync(() => answered.push(text)) : Effect.void)),
          Effect.ignore
        )
      const exited = once(child, "exit")
      yield* Effect.forEach(
        Array.from({ length: 40 }, (_, index) => `${round}-${index}`),
        (text, index) =>
          index === 25
            ? Effect.zipRight(
                Effect.sync(() => child.kill("SIGKILL")),
                post(text)
              )
            : post(text),
        { concurrency: 4, discard: true }
      )
      yield* Effect.promise(() => exited)
    }
    expect(answered.length).toBeGreaterThan(20)
    const { token, url } = yield* Effect.map(Effect.flatMap(command("--state", state), firstLine), (facts) => ({
      url: facts.url,
      token: facts.users[0].token
    }))
    const { json } = yield* sendFetch(url, { path: `${path}?limit=100`, token })
    const there = json.entities.map(({ body }: { body: string }) => body)
    expect(answered.filter((text) => !there.includes(text))).toEqual([])
  })
)
