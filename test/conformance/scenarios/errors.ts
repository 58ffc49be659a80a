/** What goes wrong by the caller's fault, or by the service's: each with the call that meets it. */
import type { Json, JsonObject, Reply } from "../driver/protocol.js"
import type { ClientHandle, Driver, EmulatorHandle } from "../harness/driver.js"

/** What there is to call upon. */
interface Org {
  readonly emulator: EmulatorHandle
  readonly roomJid: string
  readonly alice: string
  readonly messageId: string
}

interface Mishap {
  readonly what: string
  /** The tag of the error. */
  readonly tag: string
  readonly operation: string
  readonly input: (org: Org) => JsonObject
  /** Failures of the service before it. */
  readonly plan?: Json
  /** What is done to the org before it. */
  readonly before?: (org: Org) => Promise<unknown>
  /** Whose call it is, where it is not the client's. */
  readonly credentials?: (org: Org) => { clientId: string; clientSecret: string } | { token: string }
}

const room = ({ roomJid }: Org): JsonObject => ({ roomJid })
const again = (fault: Json): Json => ({ for: ["GET", "POST", "PATCH"], plan: { always: fault } })

export const mishaps: ReadonlyArray<Mishap> = [
  {
    what: "no such room",
    tag: "NotFound",
    operation: "getChatsRoom",
    input: () => ({ roomJid: "adhoc-404@conference.acme.orgspan.com" })
  },
  { what: "no such message", tag: "NotFound", operation: "getChatsMessage", input: () => ({ messageId: "none" }) },
  {
    what: "no such user",
    tag: "NotFound",
    operation: "postChatsRoomParticipant",
    input: (org) => ({ ...room(org), userId: "nobody" })
  },
  {
    what: "an empty message",
    tag: "InvalidRequest",
    operation: "postChatsRoomMessages",
    input: (org) => ({ ...room(org), message: "" })
  },
  {
    what: "a field of another type",
    tag: "InvalidRequest",
    operation: "postChatsRoomMessages",
    input: (org) => ({ ...room(org), message: 1, threadId: 2 })
  },
  { what: "a field that is missing", tag: "InvalidRequest", operation: "postChatsRoomMessages", input: room },
  {
    what: "an id that a URL folds away",
    tag: "InvalidRequest",
    operation: "getChatsRoom",
    input: () => ({ roomJid: ".." })
  },
  {
    what: "six pins",
    tag: "InvalidRequest",
    operation: "postChatsRoomMessagesPins",
    input: (org) => ({ ...room(org), pinnedMessageIds: ["1", "2", "3", "4", "5", "6"] })
  },
  {
    what: "26 users at a room's creation",
    tag: "InvalidRequest",
    operation: "postChatsRooms",
    input: () => ({ subject: "s", userIds: Array.from({ length: 26 }, (_, n) => `user-${n}`) })
  },
  {
    what: "too short a retention",
    tag: "InvalidRequest",
    operation: "patchChatsSettings",
    input: () => ({ messageRetentionPeriodDays: 9 })
  },
  {
    what: "a fraction of a day",
    tag: "InvalidRequest",
    operation: "patchChatsSettings",
    input: () => ({ messageRetentionPeriodDays: 10.5 })
  },
  {
    what: "a limit of nothing",
    tag: "InvalidRequest",
    operation: "getChatsRoomMessages",
    input: (org) => ({ ...room(org), limit: 0 })
  },
  {
    what: "a message too long",
    tag: "ContentTooLarge",
    operation: "postChatsRoomMessages",
    input: (org) => ({ ...room(org), message: "x".repeat(600_000) })
  },
  {
    what: "an edit too late",
    tag: "Conflict",
    operation: "patchChatsRoomMessage",
    input: ({ messageId, roomJid }) => ({ roomJid, messageId, message: "late" }),
    before: ({ emulator }) => emulator.control("adjustClock", "2 minutes")
  },
  {
    what: "a client's call for a user's settings",
    tag: "BadRequest",
    operation: "getChatsUsersMeSettings",
    input: () => ({})
  },
  {
    what: "a token that is none",
    tag: "Unauthorized",
    operation: "getChatsSettings",
    input: () => ({}),
    credentials: () => ({ token: "nonsense" })
  },
  {
    what: "a wrong secret",
    tag: "CredentialsError",
    operation: "getChatsSettings",
    input: () => ({}),
    credentials: ({ emulator }) => ({ clientId: emulator.clientId, clientSecret: "wrong" })
  },
  {
    what: "no permission",
    tag: "Forbidden",
    operation: "getChatsSettings",
    input: () => ({}),
    before: ({ emulator }) => emulator.control("setClientPermissions", emulator.clientId, ["chat:room:view"])
  },
  {
    what: "429 for longer than one waits",
    tag: "TooManyRequests",
    operation: "postChatsRoomMessages",
    input: (org) => ({ ...room(org), message: "m" }),
    plan: again({ status: 429, retryAfter: 3600 })
  },
  {
    what: "429 again and again",
    tag: "TooManyRequests",
    operation: "getChatsSettings",
    input: () => ({}),
    plan: again({ status: 429, retryAfter: 0 })
  },
  {
    what: "a rate limit of one",
    tag: "TooManyRequests",
    operation: "getChatsSettings",
    input: () => ({}),
    before: ({ emulator }) => emulator.control("setRateLimit", { requests: 0, window: "1 hour" })
  },
  {
    what: "500",
    tag: "InternalServerError",
    operation: "getChatsSettings",
    input: () => ({}),
    plan: again({ status: 500 })
  },
  {
    what: "502 as a page of HTML",
    tag: "UnexpectedStatus",
    operation: "getChatsSettings",
    input: () => ({}),
    plan: again({ html: 502 })
  },
  {
    what: "503 again and again",
    tag: "ServiceUnavailable",
    operation: "getChatsSettings",
    input: () => ({}),
    plan: again({ status: 503 })
  },
  {
    what: "504 of a POST that was done",
    tag: "GatewayTimeout",
    operation: "postChatsRooms",
    input: () => ({ subject: "s" }),
    plan: again({ status: 504, when: "after" })
  },
  {
    what: "a reply cut off",
    tag: "DecodeError",
    operation: "getChatsRoom",
    input: room,
    plan: again({ truncate: 40 })
  },
  {
    what: "a page of HTML with 200",
    tag: "DecodeError",
    operation: "getChatsRoom",
    input: room,
    plan: again({ html: 200 })
  },
  {
    what: "a connection reset before the request was read",
    tag: "TransportError",
    operation: "getChatsRoom",
    input: room,
    plan: again({ reset: "before" })
  },
  {
    what: "a connection reset after the request was done",
    tag: "TransportError",
    operation: "postChatsRooms",
    input: () => ({ subject: "s" }),
    plan: again({ reset: "after" })
  },
  {
    what: "a connection reset in the body",
    tag: "TransportError",
    operation: "getChatsRoom",
    input: room,
    plan: again({ reset: "body", bytes: 20 })
  }
]

/** An org of its own for each, and what the call came to. */
export const meet = async (mishap: Mishap, of: Driver, by: Driver): Promise<Reply> => {
  const emulator = await of.emulator({ seed: 4711 })
  const { id: alice } = await emulator.control("addUser", { name: "Alice" })
  const roomJid = await emulator.control("addRoom", { subject: "Incident", participants: [emulator.bot.id, alice] })
  const [messageId] = await emulator.control("seedMessages", roomJid, 1, { interval: 0 })
  const org: Org = { emulator, alice, roomJid, messageId }
  await mishap.before?.(org)
  if (mishap.plan !== undefined) await emulator.setFaults(mishap.plan)
  const { clientId, clientSecret, url } = emulator
  const credentials = mishap.credentials?.(org) ?? { clientId, clientSecret }
  const client: ClientHandle = await by.client({ url, credentials, retry: "quick" })
  return client.call(mishap.operation, mishap.input(org))
}
