import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { ChatsError, Conversation, Email, GroupId, RetryPolicy, UserId, UserJid } from "effect-genesys-chats"
import { ChatsStub, Emulator, Faults } from "effect-genesys-chats/testing"
import * as DirectoryApi from "../../src/DirectoryApi.js"
import * as Directory from "../../src/pipelines/Directory.js"
import { clientOver, json, scripted } from "../utils/http.js"

const users = (count: number) =>
  Effect.flatMap(Emulator.Emulator, (emulator) =>
    Effect.forEach(Array.from({ length: count }), (_, n) => emulator.addUser({ name: `User ${n}` }))
  )

/** The look-ups that were requested so far, as how many each. */
const asked = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const requests = yield* emulator.requests
  return requests.flatMap(({ body, operation }) => {
    if (operation !== "postUsersSearch") return operation === undefined || operation === "token" ? [] : [operation]
    const { query: [first] = [] } = Schema.decodeUnknownSync(Directory.UserSearchRequest)(body)
    return [`search ${first?.values?.length ?? 1}`]
  })
})

const tags = <A, E extends { readonly _tag: string }, R>(self: Effect.Effect<A, E, R>) =>
  Effect.match(self, { onFailure: ({ _tag }) => _tag, onSuccess: () => "found" })

const run = (options: Emulator.Options = {}) =>
  Effect.provide(Emulator.layerClient({ rateLimit: "unlimited", ...options }))

describe("users by address", () => {
  it.effect("are few requests, each address once, whatever its case", () =>
    Effect.gen(function* () {
      const all = yield* users(120)
      const addresses = [...all, ...all].map(({ email }, n) => Email.make(n % 3 === 0 ? email.toUpperCase() : email))
      const found = yield* Effect.forEach(addresses, Directory.user, { batching: true })
      expect(found.map(({ id }) => id)).toEqual([...all, ...all].map(({ id }) => id))
      expect(found[0]).toMatchObject({ name: "User 0", chat: { jabberId: all[0]!.jid } })
      expect(yield* asked).toEqual(["search 50", "search 50", "search 20"])
    }).pipe(run())
  )

  it.effect("fail alone where nobody is there, or the address is none", () =>
    Effect.gen(function* () {
      const [alice, bob] = yield* users(2)
      const hostile = [
        "",
        "*",
        "a@",
        "@b",
        "a b@c.example",
        "a@b@c",
        "a\n@b.example",
        "\ud800@b.example",
        "none",
        alice!.jid
      ]
      const nobody = [
        "nobody@acme.example",
        "__proto__@acme.example",
        '"},{"type":"MATCH_ALL"@x',
        "*@*",
        "%00@b.example"
      ]
      const all = [alice!.email, ...hostile, ...nobody, bob!.email].map((value) =>
        Email.make(value, { disableValidation: true })
      )
      expect(yield* Effect.forEach(all, (email) => tags(Directory.user(email)), { batching: true })).toEqual([
        "found",
        ...hostile.map(() => "InvalidRequest"),
        ...nobody.map(() => "UserNotFound"),
        "found"
      ])
      expect(yield* asked).toEqual([`search ${2 + nobody.length}`])
      const error = yield* Effect.flip(Directory.user(Email.make("nobody@acme.example")))
      expect(error).toMatchObject({ by: "email", value: "nobody@acme.example", state: undefined })
      expect(error.message).toContain("nobody@acme.example")
    }).pipe(run())
  )

  it.effect("are the active ones; where it cannot be told who is meant, nobody", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const add = (email: string, ...states: ReadonlyArray<string>) =>
        Effect.forEach(states, (state) => Effect.map(emulator.addUser({ email, state }), ({ id }) => id))
      const [, , moved] = yield* add("moved@acme.example", "deleted", "inactive", "active")
      const twins = yield* add("Twin@acme.example", "active", "active")
      const [left] = yield* add("left@acme.example", "deleted", "deleted", "inactive").pipe(
        Effect.map((ids) => ids.slice(2))
      )
      yield* add("gone@acme.example", "deleted")
      const addresses = ["moved", "twin", "left", "gone"].map((name) => Email.make(`${name}@acme.example`))
      const outcomes = (directory: Directory.Service) =>
        Effect.forEach(
          addresses,
          (email) => Effect.match(directory.user(email), { onFailure: (error) => error, onSuccess: ({ id }) => id }),
          { batching: true }
        )
      const [one, several, none, deleted] = yield* outcomes(yield* Directory.make())
      expect(one).toBe(moved)
      expect(several).toMatchObject({ _tag: "AmbiguousUser", value: "twin@acme.example", userIds: twins })
      expect([none, deleted]).toMatchObject([{ _tag: "UserNotFound" }, { _tag: "UserNotFound" }])
      const any = yield* outcomes(yield* Directory.make({ state: "any" }))
      expect(any.map((outcome) => (typeof outcome === "string" ? outcome : outcome._tag))).toEqual([
        moved,
        "AmbiguousUser",
        left,
        expect.not.stringContaining("User")
      ])
    }).pipe(run())
  )

  it.effect("are read to the last page, and no further", () =>
    Effect.gen(function* () {
      const page = (n: number, email: string) => ({
        pageCount: 1_000_000,
        results: [
          { id: UserId.make(`u${n}`), email },
          { name: "has no id", email: "a@b.example" }
        ]
      })
      let requests = 0
      const stub = ChatsStub.layer(
        {},
        ChatsStub.on(DirectoryApi.postUsersSearch, ({ pageNumber = 1 }) => {
          requests++
          return Effect.succeed(page(Math.min(pageNumber, 3), pageNumber === 3 ? "A@B.example" : "other@b.example"))
        })
      )
      const found = yield* Effect.provide(Directory.user(Email.make("a@b.example")), stub)
      expect([found.id, requests]).toEqual(["u3", 4])
    })
  )
})

describe("users by id and JID", () => {
  it.effect("are few requests, and fail alone", () =>
    Effect.gen(function* () {
      const all = yield* users(60)
      const ids = [...all.map(({ id }) => id), UserId.make("none"), UserId.make("a,b")]
      const outcomes = yield* Effect.forEach([...ids, ...ids], (id) => tags(Directory.userById(id)), { batching: true })
      const expected = [...all.map(() => "found"), "UserNotFound", "InvalidRequest"]
      expect(outcomes).toEqual([...expected, ...expected])
      const requests = (yield* asked).length
      expect(requests).toBeLessThan(8)
      // who was found is known by the JID too
      const jids = [...all.map(({ jid }) => jid), UserJid.make("none@acme.orgspan.com")]
      expect(yield* Effect.forEach(jids, (jid) => tags(Directory.userByJid(jid)), { batching: true })).toEqual([
        ...all.map(() => "found"),
        "UserNotFound"
      ])
      expect(yield* asked).toHaveLength(requests + 1)
    }).pipe(run())
  )

  it.effect("are asked for in smaller parts where the service takes fewer", () =>
    Effect.gen(function* () {
      const all = yield* users(60)
      const found = yield* Effect.forEach(all, ({ jid }) => Directory.userByJid(jid), { batching: true })
      expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    }).pipe(run({ directory: { maxUserIds: 7 } }))
  )

  it.effect("any other failure is that of all of its request", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.setClientPermissions(emulator.clientId, [])
      const ids = ["a", "b"].map((id) => UserId.make(id))
      expect(yield* Effect.forEach(ids, (id) => tags(Directory.userById(id)), { batching: true })).toEqual([
        "Forbidden",
        "Forbidden"
      ])
      expect(yield* asked).toHaveLength(1)
    }).pipe(run())
  )
})

describe("who was found", () => {
  it.effect("is kept for a while; who was not is asked for again", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const alice = yield* emulator.addUser({ name: "Alice" })
      const directory = yield* Directory.make({ cache: { capacity: 10, timeToLive: "1 minute" } })
      const look = Effect.all([
        directory.user(alice.email),
        directory.userById(alice.id),
        directory.userByJid(alice.jid)
      ])
      yield* look
      yield* look
      expect(yield* asked).toHaveLength(1)
      yield* TestClock.adjust("61 seconds")
      yield* look
      expect(yield* asked).toHaveLength(2)
      const bob = Email.make("bob@acme.example")
      expect(yield* tags(directory.user(bob))).toBe("UserNotFound")
      yield* emulator.addUser({ name: "Bob" })
      expect(yield* tags(directory.user(bob))).toBe("found")
      const forgetful = yield* Directory.make({ cache: "none" })
      yield* Effect.repeatN(forgetful.user(alice.email), 2)
      expect(yield* asked).toHaveLength(7)
    }).pipe(run())
  )

  it.effect("is never that of another org, nor of another layer", () =>
    Effect.gen(function* () {
      const email = Email.make("alice@acme.example")
      const inOrg = (seed: number) =>
        Effect.gen(function* () {
          const emulator = yield* Emulator.Emulator
          const { id } = yield* emulator.addUser({ name: "Alice" })
          expect((yield* Directory.user(email)).id).toBe(id)
          const { user } = yield* Directory.Directory
          expect((yield* user(email)).id).toBe(id)
          return id
        }).pipe(Effect.provide(Layer.provideMerge(layer, Emulator.layerClient({ seed }))))
      // one layer, in two orgs
      const layer = Directory.layer()
      expect(yield* inOrg(1)).not.toBe(yield* inOrg(2))
    })
  )

  it.effect("is asked for once by all fibers, and outlives the first of them", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let requests = 0
      const stub = ChatsStub.layer(
        {},
        ChatsStub.on(DirectoryApi.getUsersMe, () => {
          requests++
          return Effect.as(Deferred.await(gate), { id: UserId.make("me") })
        })
      )
      yield* Effect.gen(function* () {
        const settle = Effect.repeatN(Effect.yieldNow(), 100)
        const first = yield* Effect.fork(Directory.me)
        yield* settle
        const others = yield* Effect.forEach([1, 2, 3], () => Effect.fork(Directory.me))
        yield* settle
        expect(requests).toBe(1)
        expect(Exit.isInterrupted(yield* Fiber.interrupt(first))).toBe(true)
        yield* settle
        yield* Deferred.succeed(gate, undefined)
        expect((yield* Fiber.join(Fiber.all(others))).map(({ id }) => id)).toEqual(["me", "me", "me"])
        // Effect 3 asks again for those who are left, Effect 4 lets the request of the first go on
        const asked = requests
        expect(asked).toBeLessThanOrEqual(2)
        yield* Directory.me
        expect(requests).toBe(asked)
      }).pipe(Effect.provide(stub))
    })
  )
})

describe("me", () => {
  it.effect("is the user of the token, and nobody for a client's", () =>
    Effect.gen(function* () {
      expect(yield* tags(Directory.me)).toBe("BadRequest")
      const notHere = ChatsStub.layer(
        {},
        ChatsStub.on(DirectoryApi.getUsersMe, () => new ChatsError.NotFound())
      )
      expect(yield* Effect.flip(Effect.provide(Directory.me, notHere))).toMatchObject({
        _tag: "UserNotFound",
        by: "me"
      })
    }).pipe(run())
  )
})

describe("a group", () => {
  it.effect("comes with its room, once", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const group = yield* emulator.addGroup({ name: "Payments", members: [emulator.bot.id] })
      const wanted = [group.id, GroupId.make("none"), group.id, GroupId.make("..", { disableValidation: true })]
      expect(yield* Effect.forEach(wanted, (id) => tags(Directory.group(id)), { batching: true })).toEqual([
        "found",
        "GroupNotFound",
        "found",
        "InvalidRequest"
      ])
      const found = yield* Directory.group(group.id)
      expect(found.name).toBe("Payments")
      expect(Directory.roomOf(found)).toEqual(Option.some(Conversation.room(group.roomJid)))
      expect(Directory.roomOf({ name: "without" })).toEqual(Option.none())
      expect(yield* asked).toEqual(["getGroup", "getGroup"])
    }).pipe(run())
  )
})

describe("userIds", () => {
  it.effect("takes ids, addresses and JIDs in any mix, and looks up no more than it must", () =>
    Effect.gen(function* () {
      const [alice, bob, carol] = yield* users(3)
      expect(yield* Directory.userIds([carol!.id, alice!.email, bob!.jid, alice!.id, alice!.jid])).toEqual([
        carol!.id,
        alice!.id,
        bob!.id
      ])
      expect([...(yield* asked)].sort()).toEqual(["getUsers", "search 1"])
      expect(yield* Directory.userIds([UserId.make("never looked up")])).toEqual(["never looked up"])
      expect(yield* asked).toHaveLength(2)
    }).pipe(run())
  )
})

it.effect("a search is retried, though it is a POST", () =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const alice = yield* emulator.addUser()
    yield* emulator.setFaults(Faults.forOperation("postUsersSearch", [Faults.reset("after"), Faults.html(504)]))
    const fiber = yield* Effect.fork(Directory.user(alice.email))
    yield* TestClock.adjust("1 minute")
    expect((yield* Fiber.join(fiber)).id).toBe(alice.id)
    expect(yield* asked).toHaveLength(3)
  }).pipe(RetryPolicy.with(RetryPolicy.standard), run())
)

it.effect("options are checked", () =>
  Effect.gen(function* () {
    const wrong: ReadonlyArray<readonly [string, Directory.Options]> = [
      ["max", { max: 0 }],
      ["max", { max: 501 }],
      ["max", { max: Number.NaN }],
      ["concurrency", { concurrency: 1.5 }],
      ["cache.capacity", { cache: { capacity: 0, timeToLive: "1 minute" } }],
      ["cache.timeToLive", { cache: { capacity: 1, timeToLive: 0 } }],
      ["cache.timeToLive", { cache: { capacity: 1, timeToLive: -1 } }]
    ]
    for (const [name, options] of wrong) {
      const exit = yield* Effect.exit(Directory.make(options))
      expect(String(Exit.isFailure(exit) ? exit.cause : "")).toContain(`Directory.make: ${name} must be`)
    }
    yield* Directory.make({ concurrency: Infinity, cache: { capacity: 1, timeToLive: Infinity } })
  }).pipe(run())
)

it.effect("its errors can be stored", () =>
  Effect.gen(function* () {
    const Errors = Schema.Union(Directory.UserNotFound, Directory.AmbiguousUser, Directory.GroupNotFound)
    const errors = [
      new Directory.UserNotFound({ by: "jid", value: "a@acme.orgspan.com", state: "inactive" }),
      new Directory.AmbiguousUser({ by: "email", value: "a@b.example", userIds: [UserId.make("7f0e")] }),
      new Directory.GroupNotFound({ groupId: GroupId.make("c1d2") })
    ]
    for (const error of errors) {
      const json = JSON.stringify(yield* Schema.encode(Errors)(error))
      expect(yield* Schema.decode(Schema.parseJson(Errors))(json)).toEqual(error)
    }
  })
)

describe("DirectoryApi.getUsers", () => {
  const sent = (input: Parameters<typeof DirectoryApi.getUsers>[0]) =>
    Effect.gen(function* () {
      const http = scripted(() => json(200, { entities: [] }))
      yield* Effect.provide(DirectoryApi.getUsers(input), clientOver(http))
      return http.requests.map(({ url }) => url.search)
    })
  const [a, b] = [UserId.make("a"), UserId.make("b&c=d#")]

  it.effect("sends ids as one list, as the vendor's SDK does", () =>
    Effect.gen(function* () {
      expect(yield* sent({ id: [a, b], pageSize: 2 })).toEqual(["?id=a%2Cb%26c%3Dd%23&pageSize=2"])
      expect(yield* sent({ jabberId: [UserJid.make("a@acme.orgspan.com")], state: "any" })).toEqual([
        "?jabberId=a%40acme.orgspan.com&state=any"
      ])
    })
  )

  it.effect("sends no list that would mean others", () =>
    Effect.gen(function* () {
      const unchecked = { disableValidation: true } as const
      for (const id of [
        [],
        [a, UserId.make("b,c")],
        [UserId.make("", unchecked)],
        [UserId.make("\ud800", unchecked)]
      ]) {
        expect(yield* Effect.flip(sent({ id }))).toMatchObject({ _tag: "InvalidRequest" })
      }
    })
  )
})
