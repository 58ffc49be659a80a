import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ChatsClient, ChatsError, type Domain, type Endpoint, MessageId, UserJid } from "effect-genesys-chats"

/** How a model of the service pages: each of these is not known of the real one. */
export interface Behaviour {
  readonly order: "ascending" | "descending"
  readonly inclusiveBefore: boolean
  readonly inclusiveAfter: boolean
  /** What a page with `after` alone holds, and one with both bounds. */
  readonly after: "newest" | "nearest"
  readonly both: "newest" | "nearest"
  /** The most messages in a page, whatever is asked for. */
  readonly cap: number
  /** What happens when more is asked for than `cap`. */
  readonly aboveCap: "cut" | "refuse"
  /** Pages, counted from 1, that are given twice: the next request gets them again. */
  readonly repeats: ReadonlySet<number>
  /** One bare message in place of a listing: the first of the page, 404 where there is none. */
  readonly single: boolean
}

export const plain: Behaviour = {
  order: "descending",
  inclusiveBefore: false,
  inclusiveAfter: false,
  after: "newest",
  both: "newest",
  cap: Number.POSITIVE_INFINITY,
  aboveCap: "cut",
  repeats: new Set(),
  single: false
}

interface Input {
  readonly before?: DateTime.Utc
  readonly after?: DateTime.Utc
  readonly limit?: number
}

export interface Call {
  readonly operation: string
  readonly input: Input & { readonly [key: string]: unknown }
}

/**
 * One conversation with a history, behind the `ChatsClient` tag: whatever room, user or
 * thread is asked for. `initial` holds the dates of its messages in milliseconds, in order of
 * posting; the id of a message is its index. `failure` may fail a call, by its number from 1.
 */
export const history = (
  initial: ReadonlyArray<number>,
  behaviour: Partial<Behaviour> = {},
  failure: (call: number) => ChatsError.ChatsError | undefined = () => undefined
) => {
  const how = { ...plain, ...behaviour }
  const calls: Array<Call> = []
  const posted: Array<number> = []
  const edits = new Map<number, string>()
  const sorted: Array<number> = []
  const post = (date: number): void => {
    const index = posted.push(date) - 1
    sorted.splice(firstIndex(sorted, posted, date + 1), 0, index)
  }
  for (const date of initial) post(date)
  let previous: ReadonlyArray<number> = []
  let pages = 0

  const pageOf = ({ after, before, limit = 25 }: Input): ReadonlyArray<number> => {
    const all = sorted
    const from = after === undefined ? 0 : firstIndex(all, posted, after.epochMillis + (how.inclusiveAfter ? 0 : 1))
    const to =
      before === undefined ? all.length : firstIndex(all, posted, before.epochMillis + (how.inclusiveBefore ? 1 : 0))
    const nearest = after !== undefined && (before === undefined ? how.after : how.both) === "nearest"
    const count = Math.min(limit, how.cap)
    const page = nearest
      ? all.slice(from, Math.min(to, from + count))
      : all.slice(Math.max(from, to - count), Math.max(to, from))
    return how.order === "ascending" ? page : page.reverse()
  }

  const reply = (input: Input): Effect.Effect<Domain.ChatMessageEntityListing, ChatsError.ChatsError> => {
    if (how.aboveCap === "refuse" && (input.limit ?? 0) > how.cap) return Effect.fail(ChatsError.BadRequest.make({}))
    pages++
    if (!how.repeats.has(pages - 1)) previous = pageOf(input)
    const page = how.single ? previous.slice(0, 1) : previous
    if (how.single && page.length === 0) return Effect.fail(ChatsError.NotFound.make({}))
    return Effect.succeed({ entities: page.map((index) => message(index, posted[index]!, edits.get(index))) })
  }

  const layer = clientOf((operation, input: Input & { readonly [key: string]: unknown }) => {
    calls.push({ operation, input })
    const error = failure(calls.length)
    if (error !== undefined) return Effect.fail(error)
    return operation === "getChatsUser" ? Effect.succeed({}) : reply(input)
  })
  return { calls, layer, post, edit: (index: number, body: string) => void edits.set(index, body) }
}

/** What {@link history} gives. */
export type Model = ReturnType<typeof history>

/** A client that answers every call by a function of its name and input. */
export const clientOf = <Input>(
  answer: (operation: string, input: Input) => Effect.Effect<unknown, ChatsError.ChatsError>
): Layer.Layer<ChatsClient.ChatsClient> =>
  Layer.succeed(ChatsClient.ChatsClient, {
    execute: <I, A, E>(endpoint: Endpoint.Endpoint<string, I, A, E>, input: I) =>
      Effect.suspend(() => answer(endpoint.operation, input as unknown as Input)) as unknown as Effect.Effect<A, E>
  })

export const message = (index: number, date: number, body = `message ${index}`): Domain.ChatMessageResponse => ({
  id: MessageId.make(String(index)),
  dateCreated: DateTime.unsafeMake(date),
  toJid: "adhoc-1@conference.acme.orgspan.com",
  jid: UserJid.make("user@acme.orgspan.com"),
  body,
  thread: {}
})

const firstIndex = (sorted: ReadonlyArray<number>, posted: ReadonlyArray<number>, from: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (posted[sorted[middle]!]! >= from) high = middle
    else low = middle + 1
  }
  return low
}
