/** What the emulator's directory and list of conversations refuse, by raw requests. */
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Emulator from "../../src/testing/emulator/Emulator.js"
import { errorViolations, send, violations } from "./emulator-utils.js"

it.effect("refuses what is malformed, with the service's errors", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make({ directory: { maxUserIds: 2 } })
    const alice = yield* emulator.addUser({ name: "Alice" })
    const token = yield* emulator.issueToken(alice.id)
    const narrow = yield* emulator.issueToken(alice.id, { permissions: [] })
    const search = (query: unknown) =>
      send(emulator, { method: "POST", path: "/api/v2/users/search", token, body: { query } })
    const get = (path: string) => send(emulator, { path, token })
    const email = { type: "EXACT", fields: ["email"], value: "a" }
    const refused = [
      [400, yield* search([])],
      [400, yield* search([{ ...email, type: "NEARLY" }])],
      [400, yield* search([{ ...email, fields: ["shoeSize"] }])],
      [400, yield* search([{ ...email, fields: undefined }])],
      [400, yield* search([{ ...email, value: undefined }])],
      [400, yield* search([{ ...email, operator: "XOR" }])],
      [400, yield* search([{ fields: ["email"], value: "a" }])],
      [400, yield* get("/api/v2/users?id=a,b&id=c")],
      [400, yield* get("/api/v2/users?id=a&jabberId=b")],
      [400, yield* get("/api/v2/users?id=a,,b")],
      [400, yield* get("/api/v2/users?state=asleep")],
      [400, yield* get("/api/v2/users?pageSize=0")],
      [400, yield* get("/api/v2/users/chats/me?after=nonsense")],
      [400, yield* get("/api/v2/users/chats/me?excludeClosed=yes")],
      [404, yield* get("/api/v2/groups/none")],
      [403, yield* send(emulator, { path: "/api/v2/users?id=a", token: narrow })],
      [403, yield* send(emulator, { path: "/api/v2/users/chats/me", token: narrow })],
      [405, yield* send(emulator, { method: "DELETE", path: "/api/v2/users/me", token })]
    ] as const
    for (const [status, reply] of refused) {
      expect([reply.status, reply.text]).toEqual([status, expect.anything()])
      expect(errorViolations(reply)).toEqual([])
    }
  })
)

it.effect("joins criteria, and pages", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make()
    const token = yield* emulator.issueToken(emulator.bot.id)
    const names = ["Alice", "Alice", "Bob", "Carol"]
    const users = yield* Effect.forEach(names, (name) => emulator.addUser({ name }))
    expect(users.map(({ email }) => email)).toEqual(
      ["alice", "alice.2", "bob", "carol"].map((local) => `${local}@acme.example`)
    )
    yield* emulator.updateUser(users[3]!.id, { state: "inactive" })
    const found = (query: ReadonlyArray<unknown>, page: object = {}) =>
      Effect.map(
        send(emulator, { method: "POST", path: "/api/v2/users/search", token, body: { query, ...page } }),
        ({ json }) => [json.total, ...json.results.map(({ id }: { id: string }) => users.findIndex((u) => u.id === id))]
      )
    const name = (value: string, operator?: string) => ({ type: "EXACT", fields: ["name"], value, operator })
    expect(yield* found([name("alice")])).toEqual([2, 0, 1])
    expect(yield* found([name("alice")], { pageSize: 1, pageNumber: 2 })).toEqual([2, 1])
    expect(yield* found([name("alice", "OR"), name("BOB", "OR")])).toEqual([3, 0, 1, 2])
    expect(yield* found([name("alice"), { type: "CONTAINS", fields: ["email"], value: ".2@" }])).toEqual([1, 1])
    expect(
      yield* found([name("alice"), { type: "CONTAINS", fields: ["email"], value: ".2@", operator: "NOT" }])
    ).toEqual([1, 0])
    expect(yield* found([name("carol")])).toEqual([0])
    expect(yield* found([name("carol"), { type: "EXACT", fields: ["state"], values: ["inactive"] }])).toEqual([1, 3])
  })
)

it.effect("keeps groups, closed chats and addresses in a fork, and apart from it", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make()
    const alice = yield* emulator.addUser({ name: "Alice" })
    const room = yield* emulator.addRoom({ subject: "S", participants: [alice.id] })
    const token = yield* emulator.issueToken(alice.id)
    const before = yield* emulator.snapshot
    const group = yield* emulator.addGroup({ name: "Payments", members: [alice.id] })
    yield* emulator.closeChat(alice.id, room)
    const fork = yield* emulator.fork
    yield* emulator.reset(before)
    const chats = (service: Emulator.Service) =>
      Effect.map(send(service, { path: "/api/v2/users/chats/me", token }), ({ json }) => {
        expect(violations("ChatItemCursorListing", json)).toEqual([])
        return json.entities.map(({ name, open }: { name: string; open: boolean }) => [name, open])
      })
    expect(yield* chats(emulator)).toEqual([["S", true]])
    expect(yield* chats(fork)).toEqual([
      ["S", false],
      ["Payments", true]
    ])
    expect((yield* send(emulator, { path: `/api/v2/groups/${group.id}`, token })).status).toBe(404)
    expect((yield* send(fork, { path: `/api/v2/groups/${group.id}`, token })).status).toBe(200)
    expect((yield* fork.addUser({ name: "Alice" })).email).toBe("alice.2@acme.example")
  })
)
