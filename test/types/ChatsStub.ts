// @effect-diagnostics missingEffectContext:off missingEffectError:off floatingEffect:off
/**
 * What of the stub must compile and what must not. There is nothing to run: `tsc` checks it.
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import {
  Chats,
  type ChatsClient,
  ChatsError,
  DirectoryApi,
  type Domain,
  Endpoint,
  MessageId,
  RoomJid,
  UserJid
} from "effect-genesys-chats"
import { ChatsStub } from "effect-genesys-chats/testing"

class Clock extends Context.Tag("Clock")<Clock, number>() {}
class Names extends Context.Tag("Names")<Names, string>() {}

const jid = RoomJid.make("adhoc-1@conference.acme.orgspan.com")
const id = MessageId.make("5d0f")

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isTrue = <_T extends true>() => {}

type Built<R> = Layer.Layer<ChatsClient.ChatsClient | ChatsStub.ChatsStub, never, R>

// --- what compiles, and what it needs ----------------------------------------------------------

const nothing = ChatsStub.layer({})
isTrue<Equal<typeof nothing, Built<never>>>()

const typical = ChatsStub.layer({
  getChatsRoom: ({ roomJid }) => {
    isTrue<Equal<typeof roomJid, RoomJid>>()
    return Effect.succeed({ jid: roomJid, subject: "Incident 4711", roomType: "a type of tomorrow" })
  },
  getChatsRoomMessages: ({ before, limit }, { index }) => {
    isTrue<Equal<typeof before, DateTime.Utc | undefined>>()
    isTrue<Equal<typeof limit, number | undefined>>()
    isTrue<Equal<typeof index, number>>()
    return Effect.succeed({
      entities: [
        { id, dateCreated: DateTime.unsafeMake(0), toJid: jid, jid: UserJid.make("a@b"), body: "Hi", thread: {} }
      ]
    })
  },
  patchChatsRoom: () => Effect.void,
  getChatsSettings: () => new ChatsError.NotFound(),
  postChatsRooms: ({ subject }) =>
    subject === "" ? new ChatsError.InvalidRequest({ issues: [] }) : Effect.succeed({ jid }),
  postChatsRoomMessages: ChatsStub.sequence([
    new ChatsError.GatewayTimeout(),
    new ChatsError.TransportError({ reason: "Reset", mayHaveArrived: true }),
    Effect.succeed({ id })
  ])
})
isTrue<Equal<typeof typical, Built<never>>>()

const needy = ChatsStub.layer({
  getChatsRoom: ({ roomJid }) => Effect.map(Names, (subject) => ({ jid: roomJid, subject })),
  postChatsRoomMessages: ChatsStub.sequence([new ChatsError.ServiceUnavailable(), Effect.as(Clock, { id })]),
  patchChatsRoom: () => Effect.void
})
isTrue<Equal<typeof needy, Built<Clock | Names>>>()

const shared: ChatsStub.Handlers = { postChatsRooms: () => Effect.succeed({ jid }) }
const spread = ChatsStub.layer({ ...shared, getChatsUser: () => Effect.as(Clock, {}) })
isTrue<Equal<typeof spread, Built<Clock>>>()
const sharedAlone = ChatsStub.layer(shared)
isTrue<Equal<typeof sharedAlone, Built<never>>>()

const room: Domain.Room = { jid }
const named = ChatsStub.layer({ getChatsRoom: () => Effect.succeed(room) })
isTrue<Equal<typeof named, Built<never>>>()

const throwing = ChatsStub.layer({
  getChatsRoom: () => {
    throw new Error("boom")
  },
  getChatsUser: () => Effect.as(Clock, {})
})
isTrue<Equal<typeof throwing, Built<Clock>>>()
const thrower = ChatsStub.layer({
  getChatsRoom: () => {
    throw new Error("boom")
  }
})
isTrue<Equal<typeof thrower, Built<never>>>()

const either = ChatsStub.layer({
  getChatsRoom: ({ roomJid }) =>
    roomJid === jid ? new ChatsError.NotFound() : Effect.map(Names, (subject) => ({ subject }))
})
isTrue<Equal<typeof either, Built<Names>>>()

const generated = ChatsStub.layerArbitrary({ seed: 1 })
isTrue<Equal<typeof generated, Built<never>>>()
const overridden = ChatsStub.layerArbitrary({
  seed: 1,
  overrides: { getChatsRoom: ({ roomJid }) => Effect.as(Clock, { jid: roomJid }) }
})
isTrue<Equal<typeof overridden, Built<Clock>>>()

const set = ChatsStub.set({ getChatsRoom: ({ roomJid }) => Effect.as(Clock, { jid: roomJid }) })
isTrue<Equal<typeof set, Effect.Effect<void, never, ChatsStub.ChatsStub | Clock>>>()

const getTopic = Endpoint.make("getTopic", {
  method: "GET",
  path: "/topics/{messageId}",
  pathParameters: { messageId: MessageId },
  success: Schema.Struct({ topic: Schema.String }),
  statuses: [404],
  permissions: []
})
const onTopic = ChatsStub.on(getTopic, ({ messageId }, { index }) => {
  isTrue<Equal<typeof messageId, MessageId>>()
  isTrue<Equal<typeof index, number>>()
  return messageId === id ? new ChatsError.NotFound() : Effect.map(Names, (topic) => ({ topic }))
})
isTrue<Equal<typeof onTopic, ChatsStub.Stubbed<Names>>>()
const onMe = ChatsStub.on(DirectoryApi.getUsersMe, () => Effect.succeed({ name: "Alice" }))
isTrue<Equal<typeof onMe, ChatsStub.Stubbed<never>>>()
const withOthers = ChatsStub.layer({ getChatsUser: () => Effect.as(Clock, {}) }, onTopic, onMe)
isTrue<Equal<typeof withOthers, Built<Clock | Names>>>()
const othersOnly = ChatsStub.layer({}, onMe)
isTrue<Equal<typeof othersOnly, Built<never>>>()
const setOthers = ChatsStub.set({}, onTopic)
isTrue<Equal<typeof setOthers, Effect.Effect<void, never, ChatsStub.ChatsStub | Names>>>()
const arbitraryOthers = ChatsStub.layerArbitrary({ seed: 1, others: [onTopic] })
isTrue<Equal<typeof arbitraryOthers, Built<Names>>>()

// @ts-expect-error: a topic has no `title`
ChatsStub.on(getTopic, () => Effect.succeed({ topic: "T", title: "T" }))

// @ts-expect-error: `topic` is missing
ChatsStub.on(getTopic, () => Effect.succeed({}))

// @ts-expect-error: a status that it does not declare
ChatsStub.on(getTopic, () => new ChatsError.Forbidden())

// @ts-expect-error: no such field in the input
ChatsStub.on(getTopic, ({ roomJid }) => Effect.succeed({ topic: `${roomJid}` }))

// --- calls ---------------------------------------------------------------------------------------

export const calls = Effect.gen(function* () {
  const byName = yield* ChatsStub.callsTo("patchChatsRoom")
  const byEndpoint = yield* ChatsStub.callsTo(Chats.patchChatsRoom)
  isTrue<Equal<typeof byName, typeof byEndpoint>>()
  const [call] = byName
  if (call === undefined) return undefined
  isTrue<Equal<typeof call.operation, "patchChatsRoom">>()
  isTrue<Equal<typeof call.input.roomJid, RoomJid>>()
  isTrue<Equal<typeof call.input.subject, string | undefined>>()
  isTrue<
    Equal<typeof call.exit, Exit.Exit<void, Effect.Effect.Error<ReturnType<typeof Chats.patchChatsRoom>>> | undefined>
  >()
  // @ts-expect-error: no such field in the input
  call.input.message
  // @ts-expect-error: no such endpoint
  yield* ChatsStub.callsTo("patchChatsRom")
  for (const any of yield* ChatsStub.calls) {
    if (any.operation === "postChatsRoomMessages") isTrue<Equal<typeof any.input.message, string>>()
    // @ts-expect-error: not every input has it
    any.input.message
  }
})

// --- what does not compile -------------------------------------------------------------------------

ChatsStub.layer({
  // @ts-expect-error: no such endpoint
  getChatsRom: () => Effect.succeed({ jid }),
  getChatsRoom: () => Effect.succeed({ jid })
})

// @ts-expect-error: no such field in the input
ChatsStub.layer({ getChatsRoom: ({ roomId }) => Effect.succeed({ subject: `${roomId}` }) })

ChatsStub.layer({
  // @ts-expect-error: a room has no `subjet`, in either branch
  getChatsRoom: ({ roomJid }) =>
    roomJid === jid ? new ChatsError.NotFound() : Effect.succeed({ jid, subjet: "Incident 4711" })
})

// @ts-expect-error: a string is no RoomJid
ChatsStub.layer({ postChatsRooms: () => Effect.succeed({ jid: "adhoc-1@conference.acme.orgspan.com" }) })

// @ts-expect-error: the id of a message is no RoomJid
ChatsStub.layer({ postChatsRooms: () => Effect.succeed({ jid: id }) })

// @ts-expect-error: `jid` is missing
ChatsStub.layer({ postChatsRooms: () => Effect.succeed({}) })

// @ts-expect-error: a room has no `subjet`
ChatsStub.layer({ getChatsRoom: ({ roomJid }) => Effect.succeed({ jid: roomJid, subjet: "Incident 4711" }) })

// @ts-expect-error: an owner has no `name`, however deep it is
ChatsStub.layer({ getChatsRoom: () => Effect.succeed({ owners: [{ name: "Ada" }] }) })

// @ts-expect-error: dates are DateTime.Utc
ChatsStub.layer({ getChatsRoom: () => Effect.succeed({ dateCreated: new Date(0) }) })

// @ts-expect-error: 204 has no value
ChatsStub.layer({ patchChatsRoom: () => Effect.succeed({ jid }) })

// @ts-expect-error: a handler is a function to an Effect
ChatsStub.layer({ getChatsRoom: () => ({ jid }) })

// @ts-expect-error: an endpoint without input never refuses it
ChatsStub.layer({ getChatsSettings: () => new ChatsError.InvalidRequest({ issues: [] }) })

// @ts-expect-error: an endpoint without a body never fails to decode it
ChatsStub.layer({ patchChatsRoom: () => new ChatsError.DecodeError({ status: 204, issues: [] }) })

// @ts-expect-error: an error of one's own
ChatsStub.layer({ getChatsRoom: () => Effect.fail("not found") })

// @ts-expect-error: `id` is missing in the second answer
ChatsStub.layer({ postChatsRoomMessages: ChatsStub.sequence([new ChatsError.Conflict(), Effect.succeed({})]) })

// @ts-expect-error: nothing to answer
ChatsStub.sequence([])

// @ts-expect-error: a room has no `subjet`
ChatsStub.layerArbitrary({ seed: 1, overrides: { getChatsRoom: () => Effect.succeed({ subjet: "Incident 4711" }) } })

// @ts-expect-error: a seed is a number
ChatsStub.layerArbitrary({ seed: "1" })

// @ts-expect-error: a room has no `subjet`
ChatsStub.set({ getChatsRoom: ({ roomJid }) => Effect.succeed({ jid: roomJid, subjet: "Incident 4711" }) })

// @ts-expect-error: handlers of this type need nothing
export const needsNothing: ChatsStub.Handlers = { getChatsRoom: () => Effect.as(Clock, { jid }) }
