import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Mentions, UserId, UserJid } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import * as Conversation from "../../src/conversation/Conversation.js"

const alice = {
  id: UserId.make("b2bb6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c11"),
  jid: UserJid.make("5f3c0b1e9d8a7c6b5a4f3e2e@acme.orgspan.com")
}
const bob = {
  id: UserId.make("c3cc6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c22"),
  jid: UserJid.make("6f3c0b1e9d8a7c6b5a4f3e2f@acme.orgspan.com")
}

describe("of", () => {
  it("takes all that holds an id or a JID, each user once", () => {
    expect(Mentions.of([alice.id, bob.jid])).toEqual([alice.id, bob.jid])
    expect(
      Mentions.of([
        { id: alice.id, chat: { jabberId: alice.jid } },
        alice,
        alice.jid,
        alice.id,
        { jid: bob.jid, user: { id: bob.id } },
        { id: bob.id },
        {}
      ])
    ).toEqual([alice.id, bob.id])
    expect(Mentions.of([{ jid: bob.jid }])).toEqual([bob.jid])
    expect(Mentions.message("Hi", [])).toEqual({ message: "Hi", mentions: [] })
  })
})

describe("in a message that came", () => {
  const forms: ReadonlyArray<readonly [string, Mentions.Mentioning]> = [
    ["JIDs to ids", { mentions: { [alice.jid]: alice.id, [bob.jid]: bob.id } }],
    ["ids to JIDs", { mentions: { [alice.id]: alice.jid, [bob.id]: bob.jid } }],
    [
      "a list of entities, as in events",
      {
        mentions: [
          { entityId: alice.id, entityJid: alice.jid, entityType: "User" },
          { entityId: bob.id, entityJid: bob.jid },
          { entityId: bob.id, entityType: "User" },
          {
            entityId: "d4dd6a0c-3b5b-4f5f-9a3f-2d1f6a2f7c33",
            entityJid: "x@conference.acme.orgspan.com",
            entityType: "Group"
          }
        ]
      }
    ]
  ]
  for (const [name, message] of forms) {
    it(name, () => {
      expect(Mentions.inMessage(message)).toEqual([
        { userId: alice.id, jid: alice.jid },
        { userId: bob.id, jid: bob.jid }
      ])
      for (const who of [alice, alice.id, alice.jid, { user: { id: bob.id } }]) {
        expect(Mentions.includes(message, who)).toBe(true)
        expect(Mentions.includes(who)(message)).toBe(true)
      }
      expect(Mentions.includes(message, UserId.make("7f0e"))).toBe(false)
      expect(Mentions.includes(message, {})).toBe(false)
    })
  }

  it("names, odd ids and nothing", () => {
    expect(Mentions.inMessage({ mentions: { Alice: alice.id, Bob: bob.jid } })).toEqual([
      { userId: alice.id, jid: undefined },
      { userId: undefined, jid: bob.jid }
    ])
    expect(Mentions.includes({ mentions: { Alice: "7f0e" } }, UserId.make("7f0e"))).toBe(true)
    expect(Mentions.inMessage({ mentions: { "a\n@acme.orgspan.com": "..", __proto__: "x" } })).toHaveLength(1)
    for (const mentions of [undefined, null, {}, []]) expect(Mentions.inMessage({ mentions })).toEqual([])
  })

  it.effect("finds who was mentioned in what was sent", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const [carol, dan] = [yield* emulator.addUser(), yield* emulator.addUser()]
      const room = Conversation.room(
        yield* emulator.addRoom({ subject: "S", participants: [emulator.bot.id, carol.id] })
      )
      const { id } = yield* Conversation.send(room, Mentions.message("Hi", [carol, carol.jid]))
      const [message] = yield* Conversation.get(room, [id])
      if (message === undefined) return yield* Effect.dieMessage("no message")
      expect(Mentions.inMessage(message)).toEqual([{ userId: carol.id, jid: carol.jid }])
      expect(Mentions.includes(message, dan)).toBe(false)
    }).pipe(Effect.provide(Emulator.layerClient()))
  )
})
