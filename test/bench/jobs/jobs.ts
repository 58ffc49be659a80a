/** The jobs, and the ways to do them: ours, and the vendor's SDK used plainly. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Broadcast, type ChatsClient, Conversation, History, MessageLoader } from "effect-genesys-chats"
import { Emulator } from "effect-genesys-chats/testing"
import { postAs } from "../../live/utils.js"
import { type Counted, latency } from "./counted.js"
import { ours } from "./ours.js"
import { sdk } from "./sdk.js"

export interface Job {
  readonly title: string
  /** How much there is to do. */
  readonly total: number
  readonly ours: Readonly<Record<string, () => Promise<Counted>>>
  /** The same work with a limit on requests and without one. */
  readonly sdk: (limit: "limited" | "unlimited") => Promise<Counted>
}

/** Rooms with the bot in them, and with messages of Alice's. */
const rooms = (count: number, messages: number) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const alice = (yield* emulator.addUser({ name: "Alice" })).id
    return yield* Effect.forEach(Array.from({ length: count }), (_, i) =>
      Effect.gen(function* () {
        const jid = yield* emulator.addRoom({ subject: `Room ${i}`, participants: [emulator.bot.id, alice] })
        const ids = messages === 0 ? [] : yield* emulator.seedMessages(jid, messages, { author: alice })
        return { conversation: Conversation.room(jid), jid, ids, alice }
      })
    )
  })

const oneRoom = rooms(1, 100_000)
const history: Job = {
  title: "a history of 100,000 messages",
  total: 100_000,
  ours: {
    "History.stream": () =>
      ours(
        Effect.flatMap(oneRoom, (all) =>
          Stream.runCount(Stream.flatMap(Stream.fromIterable(all), ({ conversation }) => History.stream(conversation)))
        )
      )
  },
  sdk: (limit) =>
    sdk(limit, oneRoom, async ({ chats, pass }, [room]) => {
      let done = 0
      let before: string | undefined
      for (;;) {
        const page = await chats
          .getChatsRoomMessages(room?.jid ?? "", { limit: "100", ...(before === undefined ? {} : { before }) })
          .catch(() => undefined)
        const last = page?.entities?.at(-1)
        if (last?.dateCreated === undefined) return done
        done += page?.entities?.length ?? 0
        before = last.dateCreated
        await pass(latency)
      }
    })
}

const tenRooms = rooms(10, 100)
const lookUps: Job = {
  title: "1,000 look-ups in 10 rooms",
  total: 1000,
  ours: {
    MessageLoader: () =>
      ours(
        Effect.gen(function* () {
          const wanted = (yield* tenRooms).flatMap(({ conversation, ids }) => ids.map((id) => ({ conversation, id })))
          const found = yield* Effect.forEach(wanted, ({ conversation, id }) => MessageLoader.get(conversation, id), {
            batching: true
          })
          return found.length
        })
      )
  },
  sdk: (limit) =>
    sdk(limit, tenRooms, ({ chats, each }, all) =>
      each(
        all.flatMap(({ ids }) => ids),
        (id) => chats.getChatsMessage(id)
      )
    )
}

const manyRooms = rooms(500, 0)
const broadcast: Job = {
  title: "a broadcast to 500 rooms",
  total: 500,
  ours: {
    "Broadcast.send": () =>
      ours(
        Effect.gen(function* () {
          const targets = (yield* manyRooms).map(({ conversation }) => conversation)
          return Broadcast.counts(yield* Broadcast.send(targets, "Maintenance at 10:00")).Sent
        })
      )
  },
  sdk: (limit) =>
    sdk(limit, manyRooms, ({ chats, each }, all) =>
      each(all, ({ jid }) => chats.postChatsRoomMessages(jid, { message: "Maintenance at 10:00" }))
    )
}

const followed = rooms(200, 1)
type Followed = Effect.Effect.Success<typeof followed>
/** How often somebody posts, in milliseconds; as often the SDK looks into each room. */
const interval = 20_000
const posts = 30

/** Somebody posts, now here and now there; what it takes to begin with does not count. */
const hearing = (
  all: Followed,
  listen: (heard: Effect.Effect<void>) => Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>
) =>
  Effect.gen(function* () {
    let heard = 0
    const emulator = yield* Emulator.Emulator
    yield* Effect.forkScoped(listen(Effect.sync(() => void heard++)))
    yield* Effect.sleep("5 minutes")
    yield* emulator.clearRequests
    for (let i = 0; i < posts; i++) {
      yield* post(all, i)
      yield* Effect.sleep(interval)
    }
    return heard
  })

const post = (all: Followed, i: number) => {
  const room = all[(i * 7) % all.length]
  return room === undefined
    ? Effect.dieMessage("no rooms")
    : Effect.flatMap(postAs(room.alice), (postAsAlice) => postAsAlice(room.jid, `message ${i}`))
}

const together = (all: Followed) =>
  hearing(all, (heard) =>
    Stream.runForEach(History.followAll(all.map(({ conversation }) => conversation)), () => heard)
  )

const oneByOne = (all: Followed) =>
  hearing(all, (heard) =>
    Effect.forEach(all, ({ conversation }) => Stream.runForEach(History.follow(conversation), () => heard), {
      concurrency: "unbounded",
      discard: true
    })
  )

const follow: Job = {
  title: "200 rooms followed for 10 minutes, with 30 messages in them",
  total: posts,
  ours: {
    "History.followAll with Live": () => ours(Effect.flatMap(followed, together), { live: true }),
    "History.followAll": () => ours(Effect.flatMap(followed, together)),
    "History.follow of each room": () => ours(Effect.flatMap(followed, oneByOne))
  },
  sdk: (limit) =>
    sdk(limit, followed, async ({ chats, each, emulator, pass }, all) => {
      const known = new Set(all.flatMap(({ ids }) => ids.map(String)))
      const before = known.size
      for (let i = 0; i < posts; i++) {
        await Effect.runPromise(Effect.provideService(post(all, i), Emulator.Emulator, emulator))
        await each(all, async ({ jid }) => {
          const { entities = [] } = await chats.getChatsRoomMessages(jid, { limit: "25" })
          for (const { id = "" } of entities) known.add(id)
        })
        await pass(interval - (all.length / 10) * latency)
      }
      return known.size - before
    })
}

export const jobs: ReadonlyArray<Job> = [history, lookUps, broadcast, follow]
