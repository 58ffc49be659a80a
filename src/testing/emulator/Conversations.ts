import * as Either from "effect/Either"
import type { Conversation, MessageRecord, RoomRecord, Thread, Tombstone } from "./model.js"
import * as Refusal from "./Refusal.js"
import { Timeline } from "./Timeline.js"

/** What a new message says; the store gives it its place. */
export type Draft = Omit<MessageRecord, "sequence" | "date" | "modified" | "edited" | "reactions">

/** The key of the 1on1 of two users, whoever asks. */
export const oneOnOneKey = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`)

/** Rooms, 1on1s, threads and their messages, indexed so that 10,000 messages stay quick. */
export class Conversations {
  readonly rooms: Map<string, RoomRecord>
  readonly messages: Map<string, MessageRecord>
  readonly removed: Map<string, Tombstone>
  readonly #conversations: Map<string, Conversation>
  readonly #threads: Map<string, Thread>
  readonly #distinctDates: boolean
  #sequence: number
  /** Told of what happens to messages; what is seeded was there already. */
  onChange: ((action: "Create" | "Edit" | "Delete", message: MessageRecord) => void) | undefined

  constructor(source: { readonly distinctDates: boolean } | Conversations) {
    const from = source instanceof Conversations ? source : undefined
    this.#distinctDates = source instanceof Conversations ? source.#distinctDates : source.distinctDates
    this.rooms = new Map(from?.rooms)
    this.messages = new Map(from?.messages)
    this.removed = new Map(from?.removed)
    this.#sequence = from === undefined ? 0 : from.#sequence
    this.#conversations = new Map()
    this.#threads = new Map()
    if (from === undefined) return
    for (const [key, conversation] of from.#conversations) {
      this.#conversations.set(key, { ...conversation, messages: conversation.messages.clone() })
    }
    for (const [id, thread] of from.#threads) {
      this.#threads.set(id, { ...thread, messages: thread.messages.clone() })
    }
  }

  clone(): Conversations {
    return new Conversations(this)
  }

  get sequence(): number {
    return this.#sequence
  }

  /** The conversations that were written or looked at, by key. */
  get all(): ReadonlyMap<string, Conversation> {
    return this.#conversations
  }

  get threads(): ReadonlyMap<string, Thread> {
    return this.#threads
  }

  /** Puts back what was there; `threads` says of each which conversation it is in. */
  restore(saved: {
    readonly rooms: ReadonlyMap<string, RoomRecord>
    readonly messages: ReadonlyMap<string, MessageRecord>
    readonly removed: ReadonlyMap<string, Tombstone>
    readonly pins: ReadonlyMap<string, ReadonlyArray<string>>
    readonly threads: ReadonlyMap<string, string>
    readonly sequence: number
  }): void {
    for (const [jid, room] of saved.rooms) this.rooms.set(jid, room)
    for (const [id, conversation] of saved.threads) this.#threads.set(id, { conversation, messages: new Timeline() })
    for (const message of [...saved.messages.values()].sort((a, b) => a.sequence - b.sequence)) {
      const entry = { id: message.id, date: message.date, sequence: message.sequence }
      this.messages.set(message.id, message)
      this.#begin(message.conversation, message.sequence).messages.insert(entry)
      this.#threads.get(message.threadId)?.messages.insert(entry)
      if (message.parentThreadId !== undefined) this.#threads.get(message.parentThreadId)?.messages.insert(entry)
    }
    for (const [id, tombstone] of saved.removed) {
      this.removed.set(id, tombstone)
      this.#begin(tombstone.conversation, tombstone.sequence)
    }
    for (const [key, pins] of saved.pins) this.conversation(key).pins = pins
    this.#sequence = saved.sequence
  }

  room(jid: string): Either.Either<RoomRecord, Refusal.Refusal> {
    const room = this.rooms.get(jid)
    return room === undefined ? Refusal.notFound("room", jid) : Either.right(room)
  }

  /** The conversation of that key, which is empty before its first message. */
  conversation(key: string): Conversation {
    const found = this.#conversations.get(key)
    if (found !== undefined) return found
    const conversation: Conversation = { key, messages: new Timeline(), pins: [], began: undefined }
    this.#conversations.set(key, conversation)
    return conversation
  }

  #begin(key: string, sequence: number): Conversation {
    const conversation = this.conversation(key)
    conversation.began = Math.min(conversation.began ?? sequence, sequence)
    return conversation
  }

  /** The users with whom a user has 1on1s, in the order in which these began. */
  partnersOf(userId: string): ReadonlyArray<string> {
    return [...this.#conversations.values()]
      .sort((a, b) => (a.began ?? 0) - (b.began ?? 0))
      .flatMap(({ key, messages }) => {
        const [one, other] = key.split("|")
        if (other === undefined || messages.last === undefined) return []
        return one === userId ? [other] : other === userId && one !== undefined ? [one] : []
      })
  }

  message(id: string): Either.Either<MessageRecord, Refusal.Refusal> {
    const message = this.messages.get(id)
    return message === undefined ? Refusal.notFound("message", id) : Either.right(message)
  }

  /** A message, where it is in this conversation. */
  messageIn(key: string, id: string): Either.Either<MessageRecord, Refusal.Refusal> {
    const message = this.messages.get(id)
    return message?.conversation === key ? Either.right(message) : Refusal.notFound("message", id)
  }

  thread(id: string): Either.Either<Thread, Refusal.Refusal> {
    const thread = this.#threads.get(id)
    return thread === undefined ? Refusal.notFound("thread", id) : Either.right(thread)
  }

  add(draft: Draft, now: number): MessageRecord {
    const conversation = this.conversation(draft.conversation)
    const last = conversation.messages.last?.date
    const date = this.#distinctDates && last !== undefined ? Math.max(now, last + 1) : now
    const message = this.addAt(draft, date)
    this.onChange?.("Create", message)
    return message
  }

  addAt(draft: Draft, date: number): MessageRecord {
    const sequence = this.#sequence++
    const message: MessageRecord = { ...draft, sequence, date, modified: undefined, edited: false, reactions: [] }
    this.messages.set(message.id, message)
    const entry = { id: message.id, date, sequence }
    this.#begin(draft.conversation, sequence).messages.insert(entry)
    this.#threads.set(draft.threadId, { conversation: draft.conversation, messages: new Timeline([entry]) })
    if (draft.parentThreadId !== undefined) this.#threads.get(draft.parentThreadId)?.messages.insert(entry)
    return message
  }

  replace(message: MessageRecord): void {
    this.messages.set(message.id, message)
    this.onChange?.("Edit", message)
  }

  /** Removes a message, its pin and its place in its thread. The thread it started stays for the replies. */
  remove(message: MessageRecord): void {
    const conversation = this.conversation(message.conversation)
    const { authorId, date, id, sequence } = message
    this.removed.set(id, { id, conversation: message.conversation, authorId, date, sequence })
    this.messages.delete(id)
    conversation.messages.remove(message)
    conversation.pins = conversation.pins.filter((id) => id !== message.id)
    this.#threads.get(message.threadId)?.messages.remove(message)
    if (message.parentThreadId !== undefined) this.#threads.get(message.parentThreadId)?.messages.remove(message)
    this.onChange?.("Delete", message)
  }
}
