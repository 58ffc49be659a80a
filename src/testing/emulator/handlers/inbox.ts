import * as Either from "effect/Either"
import type { ChatItem } from "../../../domain/Inbox.js"
import type { Wire } from "../../operation.js"
import { oneOnOneKey } from "../Conversations.js"
import type { RoomRecord, UserRecord } from "../model.js"
import * as Refusal from "../Refusal.js"
import { isoDate, roomView } from "../views.js"
import type { Call, Handlers } from "./Handler.js"
import { userContext } from "./settings.js"

/**
 * Rooms first, then 1on1s, each in the order in which they began, so that what begins later is
 * listed later: the cursor is the place in the list.
 */
export const inbox: Pick<Handlers, "getUsersChatsMe"> = {
  getUsersChatsMe: (input, call) =>
    Either.gen(function* () {
      const { conversations, settings } = call.org
      if (settings.directory.chatsFor === "users") yield* userContext(call)
      const start = yield* placeOf(input.after)
      const rooms = [...conversations.rooms.values()].filter(({ participantIds }) => participantIds.has(call.caller.id))
      const partners = conversations.partnersOf(call.caller.id).flatMap((id) => call.org.accounts.users.get(id) ?? [])
      const items = [
        ...rooms.map((room) => roomItem(call, room, input.includeRoomOwners === true)),
        ...partners.map((user) => userItem(call, user, input.includePresence === true))
      ].filter(({ open }) => open || input.excludeClosed !== true)
      const end = start + settings.directory.chatsPageSize
      const address = (after: number | undefined) => {
        const query = new URLSearchParams()
        for (const name of ["excludeClosed", "includePresence", "includeRoomOwners"] as const) {
          if (input[name] !== undefined) query.set(name, String(input[name]))
        }
        if (after !== undefined && after > 0) query.set("after", cursorTo(after))
        const text = query.toString()
        return `/api/v2/users/chats/me${text === "" ? "" : `?${text}`}`
      }
      return {
        entities: items.slice(start, end),
        selfUri: address(start),
        ...(start === 0 ? {} : { previousUri: address(Math.max(0, start - settings.directory.chatsPageSize)) }),
        ...(end < items.length ? { nextUri: address(end) } : {})
      }
    })
}

/** Opaque to clients. */
const cursorTo = (place: number): string => btoa(`chats/${place}`)

const placeOf = (cursor: string | undefined): Either.Either<number, Refusal.Refusal> => {
  if (cursor === undefined) return Either.right(0)
  const place = /^chats\/([1-9]\d{0,8})$/.exec(decoded(cursor))?.[1]
  return place === undefined
    ? Refusal.invalid("invalid.query.param.value", "after", "must be a cursor that this list gave")
    : Either.right(Number(place))
}

const decoded = (base64: string): string => {
  try {
    return atob(base64)
  } catch {
    return ""
  }
}

const roomItem = (call: Call, room: RoomRecord, withOwners: boolean): Wire<ChatItem> => {
  const { owners, ...view } = roomView(call.org, room)
  return {
    id: room.jid,
    name: room.name ?? room.subject ?? "",
    ...state(call, room.jid),
    chatType: "room",
    room: withOwners ? { ...view, owners } : view
  }
}

const userItem = (call: Call, user: UserRecord, withPresence: boolean): Wire<ChatItem> => ({
  id: user.jid,
  name: user.name,
  ...state(call, oneOnOneKey(call.caller.id, user.id)),
  chatType: "user",
  user: {
    id: user.id,
    name: user.name,
    jid: user.jid,
    inactive: user.state !== "active",
    selfUri: `/api/v2/users/${user.id}`,
    ...(withPresence ? { presence: { systemPresence: "Available" } } : {})
  }
})

const state = (call: Call, key: string) => {
  const closed = call.org.closedAt(call.caller.id, key)
  const last = call.org.conversations.conversation(key).messages.last
  return {
    open: closed === undefined,
    ...(last === undefined ? {} : { dateLastMessage: isoDate(last.date) }),
    ...(closed === undefined ? {} : { dateClosed: isoDate(closed) })
  }
}
