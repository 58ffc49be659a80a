/** The pipelines: each takes JSON, and comes to JSON. */
import * as Socket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import {
  Broadcast,
  type ChatsClient,
  Conversation,
  Directory,
  type Email,
  History,
  Inbox,
  Live,
  MessageId,
  MessageLoader,
  RoomJid,
  Rooms,
  ThreadId,
  UserId
} from "effect-genesys-chats"
import { run as runWith } from "./clients.js"
import type { JsonObject, Orders, Reply } from "./protocol.js"

type Pipeline = (input: JsonObject) => Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>

const text = (value: unknown): string => {
  if (typeof value !== "string") throw new Error(`no text: ${JSON.stringify(value)}`)
  return value
}
const list = (value: unknown): ReadonlyArray<string> => (Array.isArray(value) ? value.map(text) : [text(value)])

/** A conversation is the JID of a room or the id of a user. */
const conversation = (value: unknown): Conversation.Conversation =>
  text(value).includes("@") ? Conversation.room(RoomJid.make(text(value))) : Conversation.user(UserId.make(text(value)))

const oneByOne = { prefetch: 0, pageSize: 3 } as const

const live = Layer.provide(Live.layer(), Socket.layerWebSocketConstructorGlobal)

const pipelines: { readonly [name: string]: Pipeline } = {
  history: ({ order, target }) =>
    Stream.runCollect(
      History.stream(conversation(target), {
        ...oneByOne,
        ...(order === undefined ? {} : { order: text(order) as "ascending" })
      })
    ),
  thread: ({ threadId }) => Stream.runCollect(History.thread(ThreadId.make(text(threadId)), oneByOne)),
  follow: ({ count, target }) =>
    History.follow(conversation(target), { every: "20 millis" }).pipe(Stream.take(Number(count)), Stream.runCollect),
  heard: ({ count, target }) =>
    Effect.provide(Stream.runCollect(Stream.take(Live.messages(conversation(target)), Number(count))), live),
  broadcast: ({ message, targets }) =>
    Broadcast.send(list(targets).map(conversation), text(message), { concurrency: 1 }),
  load: ({ ids, target }) =>
    Effect.forEach(list(ids), (id) => MessageLoader.get(conversation(target), MessageId.make(id)), {
      concurrency: "unbounded",
      batching: true
    }),
  open: ({ subject, users, ...more }) =>
    Rooms.open({ subject: text(subject), users: list(users).map((user) => user as UserId | Email), ...more }),
  close: ({ keep, room }) => Rooms.close(Conversation.room(RoomJid.make(text(room))), { keep: list(keep).map(userId) }),
  user: ({ email }) => Directory.user(text(email) as Email),
  users: ({ emails }) =>
    Effect.forEach(list(emails), (email) => Directory.user(email as Email), {
      concurrency: "unbounded",
      batching: true
    }),
  me: () => Directory.me,
  inbox: () => Stream.runCollect(Inbox.stream())
}

const userId = (id: string): UserId => UserId.make(id)

export const run = ({ client, input, name }: Orders["pipeline"]): Promise<Reply> => {
  const pipeline = pipelines[name]
  if (pipeline === undefined) throw new Error(`no pipeline ${name}`)
  return runWith(client, pipeline(input))
}
