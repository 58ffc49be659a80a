import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import { RoomJid, UserId } from "../../domain/Ids.js"
import * as Routes from "../emulator/routes.js"
import type { Started } from "../emulator/start.js"
import { shapeDifferences } from "./differences.js"
import { decoded } from "./pseudonyms.js"
import type { Exchange, Recording } from "./recording.js"

/** What the emulator answers otherwise than was recorded, for one exchange. */
export interface Deviation {
  readonly index: number
  readonly exchange: Exchange
  readonly differences: ReadonlyArray<string>
}

/**
 * Sends what was recorded to an emulator and says where it answers with another status or shape. What a
 * request names that the recording did not make, as a user or a room of the real org, is added to the
 * emulator first; ids that both made are taken for each other. Logins and requests without a reply are
 * left out, and so are 401, 429 and 5xx, which say nothing of the request.
 */
export const compare = (
  { host, service }: Started,
  { exchanges }: Recording
): Effect.Effect<ReadonlyArray<Deviation>> =>
  Effect.gen(function* () {
    const routes = Routes.make()
    const ids = new Map<string, string>()
    const deviations: Array<Deviation> = []
    const token = Redacted.value(yield* service.issueToken(service.bot.id))

    /** The emulator's id for a recorded one, made where it has none yet. */
    const known = (recorded: string, make: () => Effect.Effect<string>): Effect.Effect<string> =>
      Effect.suspend(() => {
        const found = ids.get(recorded)
        return found !== undefined
          ? Effect.succeed(found)
          : Effect.tap(make(), (made) => Effect.sync(() => ids.set(recorded, made)))
      })
    const user = (recorded: string) => known(recorded, () => Effect.map(service.addUser(), ({ id }) => id))
    const userByJid = (recorded: string) => known(recorded, () => Effect.map(service.addUser(), ({ jid }) => jid))
    const room = (recorded: string) =>
      known(recorded, () => service.addRoom({ subject: "recorded", participants: [service.bot.id] }))
    const message = (recorded: string, conversation: Parameters<typeof service.seedMessages>[0]) =>
      known(recorded, () =>
        Effect.map(service.seedMessages(conversation, 1, { author: service.bot.id, interval: 1000 }), ([id = ""]) => id)
      )

    /** Puts there what the request names and a reply that was no 404 says is there. */
    const prepare = (operation: string, parameters: ReadonlyMap<string, string>) =>
      Effect.gen(function* () {
        const jid = parameters.get("roomJid")
        const other = parameters.get("userId")
        const inRoom = jid === undefined ? undefined : RoomJid.make(yield* room(jid))
        const withUser = other === undefined ? undefined : UserId.make(yield* user(other))
        const fallback = Effect.map(room("any room"), (made) => RoomJid.make(made))
        const conversation =
          inRoom ?? (withUser === undefined ? yield* fallback : ([service.bot.id, withUser] as const))
        for (const name of ["messageId", "messageIds", "pinnedMessageId"]) {
          for (const id of parameters.get(name)?.split(",") ?? []) yield* message(id, conversation)
        }
        const thread = parameters.get("threadId")
        if (thread !== undefined) {
          const id = yield* message(`root of ${thread}`, conversation)
          const found = host.org.conversations.messages.get(id)
          if (found !== undefined && !ids.has(thread)) ids.set(thread, found.threadId)
        }
        const participant = parameters.get("participantJid")
        if (participant !== undefined) yield* userByJid(participant)
        if (operation === "deleteChatsRoomParticipant" && inRoom !== undefined && withUser !== undefined) {
          const record = host.org.conversations.rooms.get(inRoom)
          if (record !== undefined) {
            const participantIds = new Set([...record.participantIds, withUser])
            host.org.conversations.rooms.set(inRoom, { ...record, participantIds })
          }
        }
      })

    const translated = (text: string): string => {
      let result = text
      for (const [recorded, ours] of ids) result = result.replaceAll(recorded, ours)
      return result
    }

    for (const [index, exchange] of exchanges.entries()) {
      const { reply, request } = exchange
      if (reply === undefined || saysNothing(reply.status) || exchange.operation === undefined) continue
      const found = Routes.find(routes, request.method, request.path)
      if (Either.isLeft(found)) continue
      const { route, values } = found.right
      const parameters = new Map(route.parameters.map((name, at) => [name, values[at] ?? ""]))
      if (reply.status !== 404) {
        yield* prepare(route.operation, parameters)
        for (const [field, value] of fieldsOf(request.body)) {
          if (field === "userIds" || field === "ownerIds" || field === "removedOwnerIds") yield* user(value)
          if (field === "mentions") yield* userByJid(value)
        }
      }
      const path = request.path
        .split("/")
        .map((segment) => encodeURIComponent(translated(decoded(segment))))
        .join("/")
      const query = new URLSearchParams(
        Object.entries(request.query).map(([name, value]): [string, string] => [name, translated(value)])
      )
      const answer = yield* Effect.orDie(
        host.serve({
          method: request.method,
          path,
          query: query.toString(),
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: new TextEncoder().encode(request.body === undefined ? "" : translated(JSON.stringify(request.body)))
        })
      )
      const text = answer.body instanceof Uint8Array ? new TextDecoder().decode(answer.body) : ""
      const body: unknown = text === "" ? undefined : JSON.parse(text)
      align(ids, reply.body, body)
      const differences =
        answer.status === reply.status
          ? shapeDifferences(reply.body, body, "reply")
          : [`status: recorded ${reply.status}, the emulator ${answer.status}${text === "" ? "" : `: ${text}`}`]
      if (differences.length > 0) deviations.push({ index, exchange, differences })
    }
    return deviations
  })

const saysNothing = (status: number): boolean => status === 401 || status === 408 || status === 429 || status >= 500

/** The strings of a body by field: `userIds` of `["a", "b"]` are two. */
const fieldsOf = (body: unknown): ReadonlyArray<readonly [string, string]> =>
  Predicate.isRecord(body)
    ? Object.entries(body).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).flatMap((item) =>
          typeof item === "string" ? [[name, item] as const] : []
        )
      )
    : []

/** Ids that stand in the same place of both replies are the same thing. */
const align = (ids: Map<string, string>, recorded: unknown, ours: unknown): void => {
  if (typeof recorded === "string" && typeof ours === "string") {
    if (isId(recorded) && isId(ours) && !ids.has(recorded)) ids.set(recorded, ours)
  } else if (Array.isArray(recorded) && Array.isArray(ours)) {
    for (const [index, item] of recorded.entries()) align(ids, item, ours[index])
  } else if (Predicate.isRecord(recorded) && Predicate.isRecord(ours)) {
    for (const [name, value] of Object.entries(recorded)) if (name !== "contextId") align(ids, value, ours[name])
  }
}

const isId = (text: string): boolean => /^(?:adhoc-)?[0-9a-f-]{24,}(?:@[\w.-]+)?$/i.test(text)
