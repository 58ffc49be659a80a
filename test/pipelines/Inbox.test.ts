import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ChatsClient, Credentials, type Domain, GroupId, Region, RoomJid, UserId } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import * as Conversation from "../../src/conversation/Conversation.js"
import * as Inbox from "../../src/pipelines/Inbox.js"
import { clientOver, json, scripted } from "../utils/http.js"
import { clientOf } from "./model.js"

const item = (id: string): Domain.ChatItem => ({ id, open: true, chatType: "room" })

interface Page {
  readonly ids: ReadonlyArray<string>
  readonly nextUri?: string
}

/** A service that gives a page for each cursor, and the cursors it was asked for. */
const pages = (page: (after: string | undefined, n: number) => Page) => {
  const asked: Array<string | undefined> = []
  const layer = clientOf((_, { after }: { readonly after?: string }) =>
    Effect.sync(() => {
      asked.push(after)
      const { ids, nextUri } = page(after, asked.length - 1)
      return { entities: ids.map(item), ...(nextUri === undefined ? {} : { nextUri }) }
    })
  )
  return { asked, layer }
}

const idsOf = (layer: Layer.Layer<ChatsClient.ChatsClient>, options?: Inbox.Options) =>
  Inbox.stream(options).pipe(
    Stream.map(({ id }) => id),
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray),
    Effect.provide(layer)
  )

describe("stream", () => {
  it("gives every conversation once, however the pages lie and whatever the cursors are", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(40).map(String), { maxLength: 8 }), { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 12, maxLength: 12 }),
        async (lists, cursors) => {
          const { asked, layer } = pages((after) => {
            const n = after === undefined ? 0 : cursors.indexOf(after) + 1
            const next = n + 1 < lists.length ? `?x=1&after=${encodeURIComponent(cursors[n]!)}#after=no` : undefined
            return { ids: lists[n]!, ...(next === undefined ? {} : { nextUri: next }) }
          })
          expect(await Effect.runPromise(idsOf(layer))).toEqual([...new Set(lists.flat())])
          expect(asked).toEqual([undefined, ...cursors.slice(0, lists.length - 1)])
        }
      ),
      { numRuns: 100 }
    ))

  it.effect("takes nothing but the cursor from the next page's address", () =>
    Effect.gen(function* () {
      const addresses = [
        "https://evil.example/steal?after=a",
        "/api/v2/users/chats/../../admin?excludeClosed=true&after=..%2F..%2Fadmin%3Fx%3D1%23%0D%0Ax-injected%3A1",
        "not a uri at all ?after=c",
        "//evil.example?before=1&after=d&after=e"
      ]
      const http = scripted((_, n) =>
        json(200, { entities: [item(String(n))], ...(n < addresses.length ? { nextUri: addresses[n] } : {}) })
      )
      expect(yield* idsOf(clientOver(http), { excludeClosed: false })).toEqual(["0", "1", "2", "3", "4"])
      expect(http.requests.map(({ url }) => [url.origin, url.pathname, url.searchParams.get("excludeClosed")])).toEqual(
        Array.from({ length: 5 }, () => ["https://api.mypurecloud.de", "/api/v2/users/chats/me", "false"])
      )
      expect(http.requests.map(({ url }) => url.searchParams.get("after"))).toEqual([
        null,
        "a",
        "../../admin?x=1#\r\nx-injected:1",
        "c",
        "d"
      ])
    })
  )

  const ends: ReadonlyArray<readonly [string, (n: number) => string, requests: number]> = [
    ["a cursor that repeats", () => "?after=same", 2],
    ["two cursors in turn", (n) => `?after=${n % 2}`, 3],
    ["an address without a cursor", () => "/api/v2/users/chats/me", 1],
    ["an empty cursor", () => "?after=", 1],
    ["no address at all", () => "\u0000\ud800 http://[", 1],
    ["ever new cursors that bring nothing new", (n) => `?after=${n}`, 101]
  ]
  for (const [name, address, requests] of ends) {
    it.effect(`ends: ${name}`, () =>
      Effect.gen(function* () {
        const { asked, layer } = pages((_, n) => ({ ids: ["a", "b"], nextUri: address(n) }))
        expect(yield* idsOf(layer)).toEqual(["a", "b"])
        expect(asked).toHaveLength(requests)
      })
    )
  }

  it.effect("goes on after empty pages, and asks for no page ahead", () =>
    Effect.gen(function* () {
      const { asked, layer } = pages((_, n) => ({ ids: n % 50 === 0 ? [String(n)] : [], nextUri: `?after=${n}` }))
      const first = yield* Inbox.stream().pipe(Stream.take(3), Stream.runCollect, Effect.provide(layer))
      expect(Chunk.toReadonlyArray(first).map(({ id }) => id)).toEqual(["0", "50", "100"])
      expect(asked).toHaveLength(101)
    })
  )
})

describe("conversation", () => {
  const jid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
  const userId = UserId.make("7f0e")
  const of = (fields: Partial<Domain.ChatItem>) => Inbox.conversation({ open: true, chatType: "?", ...fields })

  it("is the room, or else the 1on1", () => {
    expect(of({ room: { jid, id: "group" } })).toEqual(Option.some(Conversation.room(jid)))
    expect(of({ user: { id: userId } })).toEqual(Option.some(Conversation.user(userId)))
    expect(of({ room: { jid }, user: { id: userId } })).toEqual(Option.some(Conversation.room(jid)))
    expect(of({ room: { jid, roomType: "oneOnOne" }, user: { id: userId } })).toEqual(
      Option.some(Conversation.user(userId))
    )
    for (const unknown of [{}, { room: { id: "group" } }, { user: { name: "Alice" } }]) {
      expect(of(unknown)).toEqual(Option.none())
    }
  })
})

/** An org with a user who has so many rooms, and a client that acts as the user. */
const org = (rooms: number) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make({ directory: { chatsPageSize: 3, chatsFor: "users", groupJids: false } })
    const alice = yield* emulator.addUser({ name: "Alice" })
    const bob = yield* emulator.addUser({ name: "Bob" })
    const jids = yield* Effect.forEach(Array.from({ length: rooms }), (_, n) =>
      emulator.addRoom({ subject: `Room ${n}`, participants: [alice.id] })
    )
    yield* emulator.addRoom({ subject: "Not hers", participants: [bob.id] })
    const group = yield* emulator.addGroup({ name: "Payments", members: [bob.id, alice.id] })
    const client = ChatsClient.layer.pipe(
      Layer.provide(Credentials.layerToken(yield* emulator.issueToken(alice.id))),
      Layer.provide(Layer.orDie(Region.layerCustom({ apiUrl: emulator.url, loginUrl: emulator.url }))),
      Layer.provide(Emulator.layerFrom(emulator))
    )
    return { emulator, alice, bob, jids, group, client }
  })

describe("on the emulator", () => {
  it.effect("lists rooms and 1on1s, closed ones among them", () =>
    Effect.gen(function* () {
      const { alice, bob, client, emulator, group, jids } = yield* org(7)
      yield* emulator.seedMessages([alice.id, bob.id], 1)
      yield* emulator.closeChat(alice.id, jids[0]!)
      const conversations = (options?: Inbox.Options) =>
        Inbox.conversations(options).pipe(Stream.runCollect, Effect.map(Chunk.toReadonlyArray), Effect.provide(client))
      const all = [...jids.map(Conversation.room), Conversation.room(group.roomJid), Conversation.user(bob.id)]
      expect(yield* conversations()).toEqual(all)
      expect((yield* emulator.requests).filter(({ operation }) => operation === "getUsersChatsMe")).toHaveLength(3)
      expect(yield* conversations({ excludeClosed: true })).toEqual(all.slice(1))
      yield* emulator.adjustClock("1 minute")
      yield* Effect.provide(Conversation.send(Conversation.room(jids[0]!), "Open again"), client)
      expect(yield* conversations({ excludeClosed: true })).toEqual(all)
    })
  )

  it.effect("says where messages came since a date", () =>
    Effect.gen(function* () {
      const { client, emulator, jids } = yield* org(5)
      yield* emulator.adjustClock("1 hour")
      yield* emulator.seedMessages(jids[1]!, 3)
      yield* emulator.seedMessages(jids[3]!, 3, { interval: "10 minutes" })
      const since = (minutes: number) =>
        Inbox.activeSince(DateTime.unsafeMake(minutes * 60_000)).pipe(
          Stream.map(({ room }) => room?.jid),
          Stream.runCollect,
          Effect.map(Chunk.toReadonlyArray),
          Effect.provide(client)
        )
      expect(yield* since(40)).toEqual([jids[1], jids[3]])
      expect(yield* since(50)).toEqual([jids[1]])
      expect(yield* since(59)).toEqual([])
    })
  )

  it.effect("finds a group's room, and says where there is none", () =>
    Effect.gen(function* () {
      const { client, emulator, group, jids } = yield* org(4)
      expect(yield* Effect.provide(Inbox.roomOfGroup(group.id), client)).toBe(group.roomJid)
      const other = yield* emulator.addGroup({ name: "Others", members: [] })
      for (const id of [other.id, GroupId.make("none"), GroupId.make(jids[0]!.slice(0, 5))]) {
        const error = yield* Effect.flip(Effect.provide(Inbox.roomOfGroup(id), client))
        expect(error).toMatchObject({ _tag: "GroupRoomNotFound", groupId: id })
      }
    })
  )
})

it.effect("a conversation that does not decode costs itself", () =>
  Effect.gen(function* () {
    const legible = { open: true, chatType: "room", room: { jid: "a@conference.acme.orgspan.com" } }
    const http = scripted(() => json(200, { entities: [legible, { open: "perhaps" }, null] }))
    const all = yield* Effect.provide(Stream.runCollect(Inbox.stream()), clientOver(http))
    expect([...all]).toMatchObject([legible])
  })
)
