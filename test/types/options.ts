/**
 * Options that exclude each other, or say something of what is not there, do not compile.
 */
import { Broadcast, Conversation, RoomJid, Rooms } from "effect-genesys-chats"
import { Faults } from "effect-genesys-chats/testing"

const targets = [Conversation.room(RoomJid.make("adhoc-1@conference.acme.orgspan.com"))]
const report: Broadcast.Report | undefined = { results: [] }

export const meaningful = [
  Broadcast.send(targets, "m"),
  Broadcast.send(targets, "m", { concurrency: 8, previous: report }),
  Broadcast.send(targets, "m", { previous: report as Broadcast.Report | undefined, resendUnknown: true }),
  Broadcast.stream(targets, "m", { previous: undefined, resendUnknown: false }),
  Rooms.open({ subject: "s", users: [], firstMessage: "m", pin: true }),
  Rooms.open({ subject: "s", users: [] })
]

export const faults = [
  Faults.reset(),
  Faults.reset("after"),
  Faults.reset("body", { bytes: 1 }),
  Faults.stall(),
  Faults.stall("headers", { when: "after" }),
  Faults.stall("body", { bytes: 1 })
]

// @ts-expect-error there is no report to resend from
export const resent = Broadcast.send(targets, "m", { resendUnknown: true })

// @ts-expect-error there is no message to pin
export const pinned = Rooms.open({ subject: "s", users: [], pin: true })

// @ts-expect-error only a body has bytes
export const reset = Faults.reset("after", { bytes: 1 })

// @ts-expect-error only a body has bytes
export const stalled = Faults.stall("headers", { bytes: 1 })

// @ts-expect-error a body comes after the request was taken in
export const stalledBody = Faults.stall("body", { when: "before" })
