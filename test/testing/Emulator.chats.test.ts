import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { basic, errorViolations, type Reply, send, smallOrg, tokenRequest, violations } from "./emulator-utils.js"

const refusal = (reply: Reply) => {
  expect(errorViolations(reply)).toEqual([])
  return [reply.status, reply.json.code]
}

const bodies = (reply: Reply): ReadonlyArray<string> => {
  expect(violations("ChatMessageEntityListing", reply.json)).toEqual([])
  return reply.json.entities.map(({ body }: { body: string }) => body)
}

describe("rooms", () => {
  it.effect("an adhoc room: its creator owns it, and the invited are in it", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob, asCarol, bob } = yield* smallOrg()
      const created = yield* asAlice("POST", "/rooms", { subject: "S", description: "D", userIds: [bob.id] })
      expect(created.status).toBe(200)
      expect(violations("CreateRoomResponse", created.json)).toEqual([])
      const { jid } = created.json
      expect(jid).toMatch(/^adhoc-[0-9a-f-]{36}@conference\.acme\.orgspan\.com$/)
      const room = yield* asBob("GET", `/rooms/${jid}`)
      expect(violations("Room", room.json)).toEqual([])
      expect(room.json).toEqual({
        id: jid,
        jid,
        roomType: "adhoc",
        subject: "S",
        description: "D",
        dateCreated: "1970-01-01T00:00:00.000Z",
        participantLimit: 1000,
        owners: [{ id: alice.id, selfUri: `/api/v2/users/${alice.id}` }],
        pinnedMessages: [],
        selfUri: `/api/v2/chats/rooms/${encodeURIComponent(jid)}`
      })
      expect(refusal(yield* asCarol("GET", `/rooms/${jid}`))).toEqual([403, "not.authorized"])
      expect(refusal(yield* asAlice("POST", "/rooms", { subject: "S", userIds: ["nobody"] }))).toEqual([
        404,
        "not.found"
      ])
    })
  )

  it.effect("a group room's id is not its JID", () =>
    Effect.gen(function* () {
      const { alice, asAlice, emulator } = yield* smallOrg()
      const { id, jid } = yield* emulator.addGroupRoom({ name: "Support", participants: [alice.id] })
      const room = yield* asAlice("GET", `/rooms/${jid}`)
      expect(violations("Room", room.json)).toEqual([])
      expect(room.json).toMatchObject({ id, jid, name: "Support", roomType: "group" })
      expect(id).not.toBe(jid)
      expect(jid).toMatch(/^[0-9a-f]{24}@conference\.acme\.orgspan\.com$/)
      expect(refusal(yield* asAlice("GET", `/rooms/${id}`))).toEqual([404, "not.found"])
    })
  )

  it.effect("a patch changes what it names", () =>
    Effect.gen(function* () {
      const { alice, asAlice, bob, carol, emulator, room, roomJid } = yield* smallOrg()
      expect((yield* asAlice("PATCH", room, { subject: "New" })).status).toBe(204)
      expect((yield* asAlice("PATCH", room, { description: "D", ownerIds: [bob.id, bob.id] })).status).toBe(204)
      expect((yield* asAlice("GET", room)).json).toMatchObject({
        subject: "New",
        description: "D",
        owners: [{ id: bob.id }]
      })
      expect(refusal(yield* asAlice("PATCH", room, { ownerIds: [carol.id] }))).toEqual([400, "invalid.value"])
      expect(refusal(yield* asAlice("PATCH", room, { ownerIds: ["nobody"] }))).toEqual([404, "not.found"])
      const ids = yield* emulator.seedMessages(roomJid, 2, { author: alice.id })
      expect((yield* asAlice("PATCH", room, { pinnedMessageIds: ids })).status).toBe(204)
      expect((yield* asAlice("PATCH", room, { pinnedMessageIds: [ids[1]] })).status).toBe(204)
      expect((yield* asAlice("GET", room)).json.pinnedMessages).toEqual([{ id: ids[1], selfUri: expect.any(String) }])
    })
  )
})

describe("participants", () => {
  it.effect("are added, listed, looked up and removed", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob, asCarol, bob, carol, room } = yield* smallOrg()
      expect(refusal(yield* asCarol("POST", `${room}/participants/${carol.id}`))).toEqual([403, "not.authorized"])
      expect((yield* asAlice("POST", `${room}/participants/${carol.id}`)).status).toBe(204)
      expect((yield* asAlice("POST", `${room}/participants/${carol.id}`)).status).toBe(204)
      const list = yield* asCarol("GET", `${room}/participants?notify=false`)
      expect(violations("RoomParticipantsResponse", list.json)).toEqual([])
      expect(
        list.json.participants.map(({ jid, user }: { jid: string; user: { id: string } }) => [jid, user.id])
      ).toEqual([alice, bob, carol].map(({ id, jid }) => [jid, id]))
      const one = yield* asAlice("GET", `${room}/participants/${encodeURIComponent(carol.jid)}`)
      expect(one.json).toEqual({ participantJid: carol.jid })
      expect((yield* asAlice("DELETE", `${room}/participants/${carol.id}`)).status).toBe(204)
      expect(refusal(yield* asAlice("DELETE", `${room}/participants/${carol.id}`))).toEqual([404, "not.found"])
      expect(refusal(yield* asAlice("GET", `${room}/participants/${carol.jid}`))).toEqual([404, "not.found"])
      expect(refusal(yield* asAlice("POST", `${room}/participants/nobody`))).toEqual([404, "not.found"])
      expect((yield* asBob("DELETE", `${room}/participants/${bob.id}`)).status).toBe(204)
      expect(refusal(yield* asBob("GET", `${room}/participants`))).toEqual([403, "not.authorized"])
    })
  )

  it.effect("with notify, those who have not muted the chat", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob, room } = yield* smallOrg()
      yield* asBob("POST", "/users/me/settings", { muted: true })
      const { json } = yield* asAlice("GET", `${room}/participants?notify=true`)
      expect(json.participants.map(({ jid }: { jid: string }) => jid)).toEqual([alice.jid])
    })
  )

  it.effect("twice is a conflict where that is wanted", () =>
    Effect.gen(function* () {
      const { asAlice, bob, room } = yield* smallOrg({ duplicateParticipant: "conflict" })
      expect(refusal(yield* asAlice("POST", `${room}/participants/${bob.id}`))).toEqual([409, "request.conflict"])
    })
  )

  it.effect("are at most 1000", () =>
    Effect.gen(function* () {
      const { alice, asAlice, bob, carol, emulator } = yield* smallOrg()
      const users = yield* Effect.forEach(Array.from({ length: 998 }), () => emulator.addUser())
      const jid = yield* emulator.addRoom({ subject: "Big", participants: [alice.id, ...users.map(({ id }) => id)] })
      expect((yield* asAlice("POST", `/rooms/${jid}/participants/${bob.id}`)).status).toBe(204)
      const full = yield* asAlice("POST", `/rooms/${jid}/participants/${carol.id}`)
      expect(refusal(full)).toEqual([400, "constraint.validation"])
      expect(full.json.limit).toMatchObject({ key: "room.participants", value: 1000 })
    })
  )
})

describe("messages", () => {
  it.effect("what is posted is what history gives", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2024, 1, 3, 4, 5, 6, 7))
      const { alice, asAlice, asBob, asCarol, bob, room, roomJid } = yield* smallOrg()
      const sent = yield* asAlice("POST", `${room}/messages`, {
        message: "Hi 👋",
        mentions: [bob.jid, bob.id, alice.id]
      })
      expect(violations("ChatSendMessageResponse", sent.json)).toEqual([])
      const { json } = yield* asBob("GET", `${room}/messages`)
      expect(violations("ChatMessageEntityListing", json)).toEqual([])
      expect(json.entities).toEqual([
        {
          id: sent.json.id,
          dateCreated: "2024-02-03T04:05:06.007Z",
          toJid: roomJid,
          jid: alice.jid,
          body: "Hi 👋",
          mentions: { [bob.jid]: bob.id, [alice.jid]: alice.id },
          edited: false,
          attachmentDeleted: false,
          thread: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
          user: { id: alice.id, selfUri: `/api/v2/users/${alice.id}` },
          reactions: []
        }
      ])
      expect((yield* asBob("GET", `/messages/${sent.json.id}`)).json).toEqual(json.entities[0])
      expect((yield* asBob("GET", `${room}/messages/${sent.json.id}`)).json).toEqual(json)
      const bare = yield* asBob("GET", `${room}/messages?excludeMetadata=true`)
      expect(Object.keys(bare.json.entities[0]).sort()).toEqual([
        "attachmentDeleted",
        "body",
        "dateCreated",
        "edited",
        "id",
        "jid",
        "thread",
        "toJid"
      ])
      expect(refusal(yield* asCarol("POST", `${room}/messages`, { message: "x" }))).toEqual([403, "not.authorized"])
      expect(refusal(yield* asCarol("GET", `/messages/${sent.json.id}`))).toEqual([403, "not.authorized"])
      expect(refusal(yield* asAlice("GET", "/messages/none"))).toEqual([404, "not.found"])
      expect(refusal(yield* asAlice("POST", "/rooms/none/messages", { message: "x" }))).toEqual([404, "not.found"])
    })
  )

  it.effect("several by id, in the order asked for", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room, roomJid } = yield* smallOrg()
      const [a, b, c] = yield* emulator.seedMessages(roomJid, 3)
      expect(bodies(yield* asAlice("GET", `${room}/messages/${c},${a}`))).toEqual(["message 2", "message 0"])
      expect(bodies(yield* asAlice("GET", `${room}/messages/${a}%2C${b}%2C${a}`))).toEqual(["message 0", "message 1"])
      expect(bodies(yield* asAlice("GET", `${room}/messages/${a},none`))).toEqual(["message 0"])
      expect(refusal(yield* asAlice("GET", `${room}/messages/none`))).toEqual([404, "not.found"])
    })
  )

  it.effect("several by id, where one that is not there is a 404", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, room, roomJid } = yield* smallOrg({ missingMessageIds: "notFound" })
      const [a] = yield* emulator.seedMessages(roomJid, 1)
      const reply = yield* asAlice("GET", `${room}/messages/${a},none`)
      expect(refusal(reply)).toEqual([404, "not.found"])
      expect(reply.json.entityId).toBe("none")
    })
  )

  it.effect("can be edited by their author for 60 seconds", () =>
    Effect.gen(function* () {
      const { asAlice, asBob, bob, room } = yield* smallOrg()
      const {
        json: { id }
      } = yield* asAlice("POST", `${room}/messages`, { message: "one" })
      yield* TestClock.adjust("60 seconds")
      const edited = yield* asAlice("PATCH", `${room}/messages/${id}`, { message: "two", mentions: [bob.id] })
      expect([edited.status, edited.json]).toEqual([200, { id }])
      const { json } = yield* asAlice("GET", `/messages/${id}`)
      expect(json).toMatchObject({
        body: "two",
        edited: true,
        dateCreated: "1970-01-01T00:00:00.000Z",
        dateModified: "1970-01-01T00:01:00.000Z",
        mentions: { [bob.jid]: bob.id }
      })
      expect(refusal(yield* asBob("PATCH", `${room}/messages/${id}`, { message: "x" }))).toEqual([
        403,
        "not.authorized"
      ])
      expect(refusal(yield* asBob("PATCH", `${room}/messages/none`, { message: "x" }))).toEqual([404, "not.found"])
      yield* TestClock.adjust("1 millis")
      expect(refusal(yield* asAlice("PATCH", `${room}/messages/${id}`, { message: "x" }))).toEqual([
        409,
        "request.conflict"
      ])
    })
  )

  it.effect("can be deleted by their author, pins and all", () =>
    Effect.gen(function* () {
      const { asAlice, asBob, emulator, room, roomJid } = yield* smallOrg()
      const {
        json: { id }
      } = yield* asAlice("POST", `${room}/messages`, { message: "one" })
      yield* asAlice("POST", `${room}/messages/pins`, { pinnedMessageIds: [id] })
      expect(refusal(yield* asBob("DELETE", `${room}/messages/${id}`))).toEqual([403, "not.authorized"])
      expect((yield* asAlice("DELETE", `${room}/messages/${id}`)).status).toBe(204)
      expect(refusal(yield* asAlice("DELETE", `${room}/messages/${id}`))).toEqual([404, "not.found"])
      expect(refusal(yield* asAlice("GET", `/messages/${id}`))).toEqual([404, "not.found"])
      expect(yield* emulator.messages(roomJid)).toEqual([])
      expect(yield* emulator.pins(roomJid)).toEqual([])
    })
  )
})

describe("threads", () => {
  it.effect("a reply hangs in the thread of the message it replies to", () =>
    Effect.gen(function* () {
      const { asAlice, asBob, asCarol, room } = yield* smallOrg()
      const {
        json: { id }
      } = yield* asAlice("POST", `${room}/messages`, { message: "root" })
      const { json: root } = yield* asAlice("GET", `/messages/${id}`)
      const threadId = root.thread.id
      const reply = yield* asBob("POST", `${room}/messages`, { message: "reply", threadId })
      yield* asAlice("POST", `${room}/messages`, { message: "aside" })
      const thread = yield* asBob("GET", `/threads/${threadId}/messages`)
      expect(bodies(thread)).toEqual(["reply", "root"])
      expect(thread.json.entities[0].parentThread).toEqual({ id: threadId })
      expect(thread.json.entities[0].thread.id).not.toBe(threadId)
      expect(thread.json.entities[1].parentThread).toBeUndefined()
      expect(bodies(yield* asBob("GET", `${room}/messages`))).toEqual(["aside", "reply", "root"])
      expect(bodies(yield* asBob("GET", `/threads/${threadId}/messages?limit=1`))).toEqual(["reply"])
      expect(refusal(yield* asCarol("GET", `/threads/${threadId}/messages`))).toEqual([403, "not.authorized"])
      expect(refusal(yield* asBob("GET", "/threads/none/messages"))).toEqual([404, "not.found"])
      // deleting one end leaves the other
      yield* asAlice("DELETE", `${room}/messages/${id}`)
      expect(bodies(yield* asBob("GET", `/threads/${threadId}/messages`))).toEqual(["reply"])
      yield* asBob("DELETE", `${room}/messages/${reply.json.id}`)
      expect(bodies(yield* asBob("GET", `/threads/${threadId}/messages`))).toEqual([])
    })
  )

  it.effect("a thread is of one conversation, and an edit does not move a message", () =>
    Effect.gen(function* () {
      const { asAlice, bob, room } = yield* smallOrg()
      const {
        json: { id }
      } = yield* asAlice("POST", `${room}/messages`, { message: "root" })
      const {
        json: { id: other }
      } = yield* asAlice("POST", `${room}/messages`, { message: "other" })
      const {
        json: { thread }
      } = yield* asAlice("GET", `/messages/${id}`)
      const posted = yield* asAlice("POST", `/users/${bob.id}/messages`, { message: "x", threadId: thread.id })
      expect(refusal(posted)).toEqual([404, "not.found"])
      expect(refusal(yield* asAlice("POST", `${room}/messages`, { message: "x", threadId: "none" }))).toEqual([
        404,
        "not.found"
      ])
      const edit = { message: "x", threadId: thread.id }
      expect((yield* asAlice("PATCH", `${room}/messages/${id}`, edit)).status).toBe(200)
      expect(refusal(yield* asAlice("PATCH", `${room}/messages/${other}`, edit))).toEqual([400, "invalid.value"])
    })
  )
})

describe("reactions", () => {
  it.effect("the list given replaces one's own", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob, asCarol, bob, emulator, roomJid } = yield* smallOrg()
      const [id] = yield* emulator.seedMessages(roomJid, 1)
      const reactions = Effect.map(asAlice("GET", `/messages/${id}`), ({ json }) =>
        json.reactions.map(({ emoji, users }: { emoji: string; users: ReadonlyArray<{ id: string }> }) => [
          emoji,
          ...users.map((user) => user.id)
        ])
      )
      expect((yield* asAlice("PUT", `/messages/${id}/reactions`, { reactions: ["👍", "🎉", "👍"] })).status).toBe(204)
      yield* asBob("PUT", `/messages/${id}/reactions`, { reactions: ["👍"] })
      expect(yield* reactions).toEqual([
        ["👍", alice.id, bob.id],
        ["🎉", alice.id]
      ])
      yield* asAlice("PUT", `/messages/${id}/reactions`, { reactions: ["🎉"] })
      expect(yield* reactions).toEqual([
        ["👍", bob.id],
        ["🎉", alice.id]
      ])
      yield* asAlice("PUT", `/messages/${id}/reactions`, { reactions: [] })
      expect(yield* reactions).toEqual([["👍", bob.id]])
      const react = (reactions: unknown) => asCarol("PUT", `/messages/${id}/reactions`, { reactions })
      expect(refusal(yield* react(["👍"]))).toEqual([403, "not.authorized"])
      expect(refusal(yield* asAlice("PUT", `/messages/${id}/reactions`, { reactions: [""] }))).toEqual([
        400,
        "constraint.validation"
      ])
      expect(refusal(yield* asAlice("PUT", "/messages/none/reactions", { reactions: [] }))).toEqual([404, "not.found"])
    })
  )

  it.effect("can be disabled for the org", () =>
    Effect.gen(function* () {
      const { asAlice, emulator, roomJid } = yield* smallOrg()
      const [id] = yield* emulator.seedMessages(roomJid, 1)
      yield* asAlice("PATCH", "/settings", { reactionsEnabled: false })
      expect(refusal(yield* asAlice("PUT", `/messages/${id}/reactions`, { reactions: ["👍"] }))).toEqual([
        403,
        "forbidden"
      ])
    })
  )
})

describe("pins", () => {
  it.effect("at most 5 in a room, in the order in which they were pinned", () =>
    Effect.gen(function* () {
      const { asAlice, asCarol, emulator, room, roomJid } = yield* smallOrg()
      const ids = yield* emulator.seedMessages(roomJid, 7)
      const pin = (...pinnedMessageIds: ReadonlyArray<string | undefined>) =>
        asAlice("POST", `${room}/messages/pins`, { pinnedMessageIds })
      expect((yield* pin(ids[1], ids[0])).status).toBe(204)
      expect((yield* pin(ids[0], ids[2], ids[3])).status).toBe(204)
      expect((yield* pin(ids[4])).status).toBe(204)
      expect(refusal(yield* pin(ids[5]))).toEqual([400, "constraint.validation"])
      expect(refusal(yield* pin(...ids))).toEqual([400, "constraint.validation"])
      expect(yield* emulator.pins(roomJid)).toEqual([ids[1], ids[0], ids[2], ids[3], ids[4]])
      expect((yield* asAlice("DELETE", `${room}/messages/pins/${ids[1]}`)).status).toBe(204)
      expect(refusal(yield* asAlice("DELETE", `${room}/messages/pins/${ids[1]}`))).toEqual([404, "not.found"])
      expect((yield* pin(ids[5])).status).toBe(204)
      expect(refusal(yield* pin("none"))).toEqual([404, "not.found"])
      expect(refusal(yield* asCarol("DELETE", `${room}/messages/pins/${ids[0]}`))).toEqual([403, "not.authorized"])
    })
  )
})

describe("1on1s", () => {
  it.effect("are seen by both sides and by no one else", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob, asCarol, bob, emulator } = yield* smallOrg()
      const {
        json: { id }
      } = yield* asAlice("POST", `/users/${bob.id}/messages`, { message: "psst" })
      yield* asBob("POST", `/users/${alice.id}/messages`, { message: "what?" })
      expect(bodies(yield* asAlice("GET", `/users/${bob.id}/messages`))).toEqual(["what?", "psst"])
      const seen = yield* asBob("GET", `/users/${alice.id}/messages`)
      expect(bodies(seen)).toEqual(["what?", "psst"])
      expect(seen.json.entities[1]).toMatchObject({
        jid: alice.jid,
        toJid: bob.jid,
        user: { id: alice.id },
        toUser: { id: bob.id }
      })
      expect(bodies(yield* asCarol("GET", `/users/${bob.id}/messages`))).toEqual([])
      expect(refusal(yield* asCarol("GET", `/messages/${id}`))).toEqual([403, "not.authorized"])
      expect(refusal(yield* asCarol("GET", `/users/${bob.id}/messages/${id}`))).toEqual([404, "not.found"])
      expect((yield* emulator.messages([bob.id, alice.id])).map(({ body }) => body)).toEqual(["psst", "what?"])
    })
  )

  it.effect("have all that rooms have", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob, bob } = yield* smallOrg()
      const chat = `/users/${bob.id}`
      const {
        json: { id }
      } = yield* asAlice("POST", `${chat}/messages`, { message: "one" })
      expect(bodies(yield* asAlice("GET", `${chat}/messages/${id}`))).toEqual(["one"])
      expect((yield* asAlice("PATCH", `${chat}/messages/${id}`, { message: "two" })).json).toEqual({ id })
      expect((yield* asAlice("POST", `${chat}/messages/pins`, { pinnedMessageIds: [id] })).status).toBe(204)
      const { json } = yield* asBob("GET", `/users/${alice.id}`)
      expect(violations("OneOnOne", json)).toEqual([])
      expect(json).toEqual({ pinnedMessages: [{ id, selfUri: `/api/v2/chats/messages/${id}` }] })
      expect((yield* asBob("DELETE", `/users/${alice.id}/messages/pins/${id}`)).status).toBe(204)
      expect(refusal(yield* asBob("DELETE", `/users/${alice.id}/messages/${id}`))).toEqual([403, "not.authorized"])
      expect((yield* asAlice("DELETE", `${chat}/messages/${id}`)).status).toBe(204)
    })
  )

  it.effect("are with a user that there is, and not with oneself", () =>
    Effect.gen(function* () {
      const { alice, asAlice } = yield* smallOrg()
      expect(refusal(yield* asAlice("GET", "/users/nobody"))).toEqual([404, "not.found"])
      expect(refusal(yield* asAlice("POST", `/users/${alice.id}/messages`, { message: "x" }))).toEqual([
        400,
        "invalid.value"
      ])
    })
  )

  it.effect("a client posts as its bot", () =>
    Effect.gen(function* () {
      const { alice, asAlice, emulator } = yield* smallOrg()
      const client = yield* emulator.addClient()
      const login = basic(client.clientId, client.clientSecret)
      const { json } = yield* send(emulator, tokenRequest({ grant_type: "client_credentials" }, login))
      yield* send(emulator, {
        method: "POST",
        path: `/api/v2/chats/users/${alice.id}/messages`,
        token: json.access_token,
        body: { message: "beep" }
      })
      const seen = yield* asAlice("GET", `/users/${client.bot.id}/messages`)
      expect(seen.json.entities[0]).toMatchObject({
        body: "beep",
        user: { id: client.bot.id },
        toUser: { id: alice.id }
      })
    })
  )
})

describe("settings", () => {
  it.effect("of the org: put replaces, patch changes", () =>
    Effect.gen(function* () {
      const { asAlice } = yield* smallOrg()
      expect((yield* asAlice("GET", "/settings")).json).toEqual({
        messageRetentionPeriodDays: 365,
        reactionsEnabled: true
      })
      const patched = yield* asAlice("PATCH", "/settings", { messageRetentionPeriodDays: 10 })
      expect(violations("ChatSettings", patched.json)).toEqual([])
      expect(patched.json).toEqual({ messageRetentionPeriodDays: 10, reactionsEnabled: true })
      const put = yield* asAlice("PUT", "/settings", { reactionsEnabled: false })
      expect(put.json).toEqual({ messageRetentionPeriodDays: 365, reactionsEnabled: false })
      expect((yield* asAlice("GET", "/settings")).json).toEqual(put.json)
    })
  )

  it.effect("of users, as an administrator and as they themselves see them", () =>
    Effect.gen(function* () {
      const { alice, asAlice, asBob } = yield* smallOrg()
      const defaults = {
        muted: false,
        mentionsOnly: false,
        notifyOnReactions: true,
        mobile: { notifications: { when: "OnlyWhenInactive" } }
      }
      const always = { notifications: { when: "Always" } }
      const own = yield* asAlice("GET", "/users/me/settings")
      expect(violations("UserSettingsForChat", own.json)).toEqual([])
      expect(own.json).toEqual(defaults)
      expect((yield* asAlice("POST", "/users/me/settings", { muted: true })).status).toBe(204)
      const patched = yield* asAlice("PATCH", "/users/me/settings", { mentionsOnly: true, mobile: always })
      expect(patched.json).toEqual({ ...defaults, muted: true, mentionsOnly: true, mobile: always })
      const seen = yield* asBob("GET", `/users/${alice.id}/settings`)
      expect(violations("ChatUserSettings", seen.json)).toEqual([])
      expect(seen.json).toEqual({ mobile: always })
      const mobile = { notifications: { when: "OnlyWhenInactive" } }
      expect((yield* asBob("PATCH", `/users/${alice.id}/settings`, { mobile })).json).toEqual({ mobile })
      expect((yield* asAlice("GET", "/users/me/settings")).json).toEqual({
        ...defaults,
        muted: true,
        mentionsOnly: true
      })
      expect((yield* asAlice("DELETE", "/users/me/settings")).status).toBe(204)
      expect((yield* asAlice("DELETE", "/users/me/settings")).status).toBe(204)
      expect((yield* asAlice("GET", "/users/me/settings")).json).toEqual(defaults)
      expect((yield* asBob("GET", "/users/me/settings")).json).toEqual(defaults)
      expect(refusal(yield* asBob("GET", "/users/nobody/settings"))).toEqual([404, "not.found"])
    })
  )
})
