import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Gap, Heard } from "../live/service.js"

/** What is heard of a conversation. */
export type Hearing = Stream.Stream<Heard | Gap>

/** A message is not always shown as soon as its event is there: it is looked for so often. */
const tries = 5
/** The first of these looks comes after so many milliseconds, each other after twice as long as the one before. */
const firstLook = 200
/** So many messages are looked for by their ids; where there are more, one look is for all. */
const maxAwaited = 1000
/** However many events there are, the history is not asked more often. */
const minGap = 500

/** An event that does not name its message. */
const anyone = ""

/** What a tail hears between two looks at the history. */
export class Ear {
  readonly #resync: number
  readonly #gap: number
  readonly #news = Effect.unsafeMakeLatch(false)
  readonly #awaited = new Map<string, number>()
  #live: boolean
  #askedAt = 0n

  /** `resync`: how long to wait at most while events come, in milliseconds. */
  constructor(every: number, resync: number, live: boolean) {
    this.#gap = Math.min(every, minGap)
    this.#resync = resync
    this.#live = live
  }

  listen(hearing: Hearing): Effect.Effect<void> {
    return Stream.runForEach(hearing, (item) => Effect.sync(() => this.hear(item))).pipe(
      Effect.ensuring(Effect.sync(() => this.#setLive(false)))
    )
  }

  hear(item: Heard | Gap): void {
    if (item._tag === "Heard") {
      const id = item.messageId ?? anyone
      this.#awaited.set(this.#awaited.size < maxAwaited ? id : anyone, tries)
      this.#news.unsafeOpen()
    } else {
      this.#setLive(item.reason !== "Disconnected")
      this.#news.unsafeOpen()
    }
  }

  #setLive(live: boolean): void {
    if (this.#live === live) return
    this.#live = live
    this.#news.unsafeOpen()
  }

  /** The history is about to be asked: what is heard from now on may not be in the answer. */
  readonly asking: Effect.Effect<void> = Effect.map(Clock.currentTimeNanos, (now) => {
    this.#askedAt = now
    this.#news.unsafeClose()
  })

  /** Waits for something new, but no longer than it takes without events where these do not come. */
  pause(seen: ReadonlyMap<string, unknown>, brought: boolean, unheard: number): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeNanos, (now) => {
      const look = this.#nextLook(seen, brought)
      const longest = Math.min(look ?? Number.POSITIVE_INFINITY, this.#live ? this.#resync : unheard)
      const gap = Effect.suspend(() => Effect.sleep(Math.max(0, this.#gap - Number(now - this.#askedAt) / 1e6)))
      const heard = Effect.flatMap(this.#news.await, () =>
        Effect.flatMap(Clock.currentTimeNanos, (later) =>
          Number(later - this.#askedAt) / 1e6 < this.#gap ? gap : Effect.void
        )
      )
      return Effect.asVoid(Effect.timeoutOption(heard, longest))
    })
  }

  /** How long until the next look for messages that were heard of and are not there yet. */
  #nextLook(seen: ReadonlyMap<string, unknown>, brought: boolean): number | undefined {
    let most = 0
    for (const [id, left] of this.#awaited) {
      if (left === 0 || (id === anyone ? brought : seen.has(id))) this.#awaited.delete(id)
      else {
        this.#awaited.set(id, left - 1)
        most = Math.max(most, left)
      }
    }
    return most === 0 ? undefined : firstLook * 2 ** (tries - most)
  }
}
