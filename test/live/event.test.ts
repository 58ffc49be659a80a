import { describe, expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Live from "../../src/live/Live.js"

const body = {
  messageId: "0a5b7c1e-5d0d-4e8a-9a55-6f2f5f1f0e21",
  created: "2025-04-14T21:15:00+0000",
  actionType: "Create",
  body: "**Checkout** is down",
  from: { entityJid: "5f0e@acme.orgspan.com", entityId: "7f0e", entityType: "User" },
  to: { entityJid: "5f38@conference.acme.orgspan.com", entityId: "6f1f", entityType: "Group" },
  mentions: [{ entityJid: "5f0f@acme.orgspan.com", entityId: "7f0f", entityType: "User" }],
  notifyAll: false,
  reactions: { "👍": ["7f0e"] }
}
const topicName = "v2.detail.events.collaboratechat.group.6f1f.messages"
const envelope = { topicName, version: "2", eventBody: body, metadata: {} }
const bridged = { version: "0", id: "1", "detail-type": topicName, source: "aws.partner/genesys.com", detail: envelope }

describe("the same event", () => {
  it.effect("comes by EventBridge and by a trigger, as text or parsed", () =>
    Effect.gen(function* () {
      const events = yield* Effect.all([
        Live.fromEventBridge(bridged),
        Live.fromEventBridge(JSON.stringify(bridged)),
        Live.fromEventBridge({ "detail-type": topicName, detail: body }),
        Live.fromTrigger(envelope),
        Live.fromTrigger(JSON.stringify(envelope))
      ])
      const [first] = events
      for (const event of events) expect(event).toEqual(first)
      expect(first).toMatchObject({ _tag: "Message", topic: topicName })
      const bare = yield* Live.fromTrigger(body)
      expect(bare).toMatchObject({
        _tag: "Message",
        topic: "",
        message: { ...body, created: DateTime.unsafeMake("2025-04-14T21:15:00Z") }
      })
    })
  )

  it.effect("lives with what is added or missing", () =>
    Effect.gen(function* () {
      const odd = yield* Live.fromTrigger({
        messageId: "1",
        actionType: "Pinned",
        created: "soon",
        more: 1,
        body: null
      })
      expect(odd).toMatchObject({ _tag: "Message", message: { messageId: "1", actionType: "Pinned" } })
      const badge = yield* Live.fromTrigger({
        topicName: "v2.users.7f0e.badges.chats",
        eventBody: { entity: { jabberId: "r" }, unreadCount: 3, lastUnreadNotificationDate: "2025-04-14T21:15:00.000Z" }
      })
      expect(badge).toMatchObject({ _tag: "Badge", badge: { unreadCount: 3 } })
      const other = yield* Live.fromTrigger({ topicName: "v2.users.7f0e.presence", eventBody: { a: 1 } })
      expect(other).toMatchObject({ _tag: "Other", body: { a: 1 } })
    })
  )

  it.effect("is a typed error where there is none", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<unknown> = [
        "",
        "{",
        "null",
        null,
        undefined,
        42,
        [],
        {},
        { topicName: 5 },
        { detail: 5 },
        { ...envelope, eventBody: { ...body, mentions: { a: "b" } } },
        { ...envelope, eventBody: "text" },
        { ...body, reactions: [] }
      ]
      for (const value of wrong) {
        for (const decode of [Live.fromEventBridge, Live.fromTrigger]) {
          const error = yield* Effect.flip(decode(value))
          expect(error._tag).toBe("ParseError")
        }
      }
    })
  )
})
