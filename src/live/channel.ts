import type { WebSocketConstructor } from "@effect/platform/Socket"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as ChatsError from "../ChatsError.js"
import type { ChatsClient } from "../declaration.js"
import { monotonicNanos } from "../internal/effect/clock.js"
import { connect, open, type SocketFailed } from "../internal/effect/socket.js"
import { logFailure } from "../internal/summary.js"
import { hintMillis, isTransient } from "../limits/transient.js"
import { connectUri } from "./connectUri.js"
import * as Endpoints from "./endpoints.js"
import { ChannelFailed, type LiveError, TopicRejected } from "./errors.js"
import type { Event } from "./event.js"
import { readFrame } from "./frame.js"
import type { Settings } from "./options.js"
import type { GapReason } from "./service.js"

/** What a channel tells of its topics. */
export interface Listener {
  readonly event: (event: Event) => void
  /** A gap of one topic, or of all topics of the channel. */
  readonly gap: (channel: Channel, topic: string | undefined, reason: GapReason) => void
  /** The topic will not be heard; it is no longer the channel's. */
  readonly failed: (channel: Channel, topic: string, error: LiveError) => void
}

/** The service's end of a channel. It remembers its topics while there is no socket. */
interface Session {
  readonly id: string
  readonly uri: Redacted.Redacted
  readonly subscribed: Set<string>
  /** When it was opened or renewed, in nanoseconds: it lives for 24 hours from then. */
  renewed: bigint
}

/** Why a connection was over. */
type End = "Closing" | "Lost" | "Gone"

type R = ChatsClient | WebSocketConstructor

/** Up to 1,000 topics, on one socket that is made anew whenever it is lost. */
export class Channel {
  readonly topics = new Set<string>()
  readonly #settings: Settings
  readonly #listener: Listener
  readonly #changed = Effect.unsafeMakeLatch(false)
  #session: Session | undefined

  constructor(settings: Settings, listener: Listener) {
    this.#settings = settings
    this.#listener = listener
  }

  add(topic: string): void {
    this.topics.add(topic)
    this.#changed.unsafeOpen()
  }

  remove(topic: string): void {
    this.topics.delete(topic)
    this.#changed.unsafeOpen()
  }

  /** Whether the events of a topic come now. */
  isLive(topic: string): boolean {
    return this.#live && this.#session?.subscribed.has(topic) === true
  }
  #live = false

  /** Runs for ever. */
  run(): Effect.Effect<never, never, R> {
    const loop = (failures: number): Effect.Effect<never, never, R> =>
      Effect.flatMap(this.#once, ({ end, lasted }) => {
        // what lasted for a while was no failure
        const failed = lasted > this.#settings.silence ? 0 : failures
        if (end === "Gone" || (end === "Lost" && failed > 0)) this.#session = undefined
        const again = Effect.suspend(() => loop(failed + 1))
        return end === "Closing" && failed === 0 ? again : Effect.zipRight(this.#pause(failed), again)
      })
    return Effect.zipRight(
      this.#changed.await,
      Effect.suspend(() => loop(0))
    )
  }

  #pause(failures: number): Effect.Effect<void> {
    const { backoff, maxBackoff } = this.#settings
    const most = Math.min(maxBackoff, backoff * 2 ** Math.min(failures, 30))
    return Effect.flatMap(Random.nextRange(0, most), (millis) => Effect.sleep(millis))
  }

  /** One connection, from the look for a channel to its end. */
  get #once(): Effect.Effect<{ readonly end: End; readonly lasted: number }, never, R> {
    const idle = Effect.suspend(() => (this.topics.size > 0 ? Effect.void : this.#waitForTopics))
    return Effect.flatMap(Effect.zipRight(idle, Effect.clock), (clock) => {
      const start = monotonicNanos(clock)
      return Effect.flatMap(this.#open, (session) =>
        session === undefined
          ? Effect.succeed<End>("Gone")
          : Effect.ensuring(
              this.#connect(session),
              Effect.sync(() => {
                if (this.#live) this.#listener.gap(this, undefined, "Disconnected")
                this.#live = false
              })
            )
      ).pipe(Effect.map((end) => ({ end, lasted: Number(monotonicNanos(clock) - start) / 1e6 })))
    })
  }

  get #waitForTopics(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#changed.unsafeClose()
      return this.topics.size > 0
        ? Effect.void
        : Effect.flatMap(this.#changed.await, () => (this.topics.size > 0 ? Effect.void : this.#waitForTopics))
    })
  }

  /** The session that there is, or a new one. `undefined` where there can be none just now. */
  get #open(): Effect.Effect<Session | undefined, never, ChatsClient> {
    if (this.#session !== undefined) return Effect.succeed(this.#session)
    return Effect.matchEffect(Endpoints.postNotificationsChannels(), {
      onFailure: (error) => this.#refused(error),
      onSuccess: ({ connectUri: text, id }) =>
        Option.match(connectUri(text), {
          onNone: () => {
            const message = "The service gave an address to connect to that is neither wss nor on this machine"
            this.#failAll(new ChannelFailed({ reason: "ConnectUri", message }))
            return Effect.as(Effect.void, undefined)
          },
          onSome: (uri) =>
            Effect.map(Effect.clock, (clock) => {
              this.#session = { id, uri, subscribed: new Set(), renewed: monotonicNanos(clock) }
              return this.#session
            })
        })
    })
  }

  #refused(error: ChatsError.ChatsError): Effect.Effect<undefined> {
    if (!isTransient(error)) {
      this.#failAll(new ChannelFailed({ reason: "Refused", message: `No channel could be opened: ${error.message}` }))
      return Effect.as(Effect.void, undefined)
    }
    return logFailure("No notification channel could be opened just now", error).pipe(
      Effect.zipRight(Effect.sleep(hintMillis(error))),
      Effect.as(undefined)
    )
  }

  #failAll(error: LiveError): void {
    for (const topic of [...this.topics]) this.#fail(topic, error)
  }

  #fail(topic: string, error: LiveError): void {
    this.topics.delete(topic)
    this.#session?.subscribed.delete(topic)
    this.#listener.failed(this, topic, error)
  }

  /** Connects, and listens until the connection ends. */
  #connect(session: Session): Effect.Effect<End, never, R> {
    return Effect.gen(this, function* () {
      const { maxFrameLength, openTimeout } = this.#settings
      const clock = yield* Effect.clock
      const opened = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<End>()
      const heard = { at: monotonicNanos(clock) }
      const socket = yield* connect(
        open(() => Redacted.value(session.uri)),
        {
          openTimeout,
          onOpen: Deferred.succeed(opened, undefined),
          onFrame: (data) => {
            heard.at = monotonicNanos(clock)
            const frame = readFrame(data, maxFrameLength)
            switch (frame._tag) {
              case "Event":
                return this.#listener.event(frame.event)
              case "Unreadable":
                return this.#listener.gap(this, frame.topic, "Unreadable")
              case "Closing":
              case "Gone":
                return Deferred.unsafeDone(ended, Effect.succeed(frame._tag))
              case "Alive":
                return
            }
          }
        }
      )
      const ping = socket.write(JSON.stringify({ message: "ping" }))
      const endsWith = (end: Effect.Effect<End, SocketFailed, ChatsClient>) =>
        // what a socket's error holds is not shown: the address is a secret
        Effect.catchAllCause(end, () => Effect.succeed<End>("Lost")).pipe(
          Effect.flatMap((end) => Deferred.succeed(ended, end)),
          Effect.forkScoped
        )
      yield* endsWith(Effect.as(socket.listen, "Lost"))
      yield* endsWith(Effect.zipRight(Deferred.await(opened), this.#watch(heard, ping)))
      yield* endsWith(Effect.zipRight(Deferred.await(opened), this.#keepSubscribed(session)))
      return yield* Deferred.await(ended)
    }).pipe(
      Effect.scoped,
      Effect.catchAllDefect(() =>
        Effect.as(Effect.logWarning("A connection of a notification channel broke down"), "Lost" as const)
      )
    )
  }

  /** Pings who is silent, and gives up who does not answer. */
  #watch(heard: { readonly at: bigint }, ping: Effect.Effect<void, SocketFailed>): Effect.Effect<End, SocketFailed> {
    const { pingTimeout, silence } = this.#settings
    return Effect.flatMap(Effect.clock, (clock) => {
      const silent = () => Number(monotonicNanos(clock) - heard.at) / 1e6
      const watch: Effect.Effect<End, SocketFailed> = Effect.suspend(() => {
        const left = silence - silent()
        if (left > 0) return Effect.zipRight(Effect.sleep(left), watch)
        return ping.pipe(
          Effect.zipRight(Effect.sleep(pingTimeout)),
          Effect.flatMap(() => (silent() >= pingTimeout ? Effect.succeed<End>("Lost") : watch))
        )
      })
      return watch
    })
  }

  /** Brings the service's subscriptions to what is wanted, again and again, and renews them in time. */
  #keepSubscribed(session: Session): Effect.Effect<End, never, ChatsClient> {
    const { batchWindow, renewAfter } = this.#settings
    const changed = Effect.zipRight(this.#changed.await, Effect.sleep(batchWindow))
    const next: Effect.Effect<End, never, ChatsClient> = Effect.clockWith((clock) => {
      const left = Math.max(0, renewAfter - Number(monotonicNanos(clock) - session.renewed) / 1e6)
      return Effect.flatMap(Effect.timeoutOption(changed, left), (inTime) => {
        if (Option.isNone(inTime)) {
          session.renewed = monotonicNanos(clock)
          session.subscribed.clear()
        }
        return synchronize
      })
    })
    const synchronize: Effect.Effect<End, never, ChatsClient> = Effect.suspend(() => {
      this.#changed.unsafeClose()
      return Effect.matchEffect(this.#synchronize(session), {
        onFailure: (error) =>
          isTransient(error)
            ? Effect.zipRight(
                Effect.sleep(hintMillis(error) + this.#settings.backoff),
                Effect.suspend(() => synchronize)
              )
            : Effect.succeed<End>("Gone"),
        onSuccess: () => next
      })
    })
    return Effect.suspend(() => {
      const known = [...session.subscribed].filter((topic) => this.topics.has(topic))
      this.#live = true
      for (const topic of known) this.#listener.gap(this, topic, "Connected")
      return synchronize
    })
  }

  #synchronize(session: Session): Effect.Effect<void, ChatsError.ChatsError, ChatsClient> {
    const added = [...this.topics].filter((topic) => !session.subscribed.has(topic))
    const removed = [...session.subscribed].filter((topic) => !this.topics.has(topic))
    const add = added.length === 0 ? Effect.void : this.#add(session, added)
    if (removed.length === 0) return add
    const kept = [...session.subscribed].filter((topic) => this.topics.has(topic))
    const replace = Endpoints.putNotificationsChannelSubscriptions({
      channelId: session.id,
      ignoreErrors: true,
      topics: kept.map((id) => ({ id }))
    })
    return Effect.zipRight(
      Effect.map(replace, () => {
        for (const topic of removed) session.subscribed.delete(topic)
      }),
      add
    )
  }

  /**
   * Adds topics. A service that refuses the whole for one of them, `ignoreErrors` or not, is asked
   * again by halves.
   */
  #add(session: Session, topics: ReadonlyArray<string>): Effect.Effect<void, ChatsError.ChatsError, ChatsClient> {
    return Endpoints.postNotificationsChannelSubscriptions({
      channelId: session.id,
      ignoreErrors: true,
      topics: topics.map((id) => ({ id }))
    }).pipe(
      Effect.map(({ entities = [] }) => this.#settle(session, topics, entities)),
      Effect.catchIf(
        (error) => error._tag === "BadRequest" || error._tag === "Forbidden",
        (error) => {
          const [only] = topics
          if (topics.length === 1 && only !== undefined) {
            const reason = error.message
            return Effect.sync(() =>
              this.#fail(only, new TopicRejected({ topic: only, reason, missingPermissions: [] }))
            )
          }
          const half = Math.ceil(topics.length / 2)
          return Effect.zipRight(this.#add(session, topics.slice(0, half)), this.#add(session, topics.slice(half)))
        }
      )
    )
  }

  #settle(session: Session, topics: ReadonlyArray<string>, replies: ReadonlyArray<Endpoints.ChannelTopic>): void {
    const byTopic = new Map(replies.map((reply) => [reply.id, reply]))
    for (const topic of topics) {
      const reply = byTopic.get(topic)
      if (reply?.state === "Rejected") {
        const { missingPermissions = [], rejectionReason: reason = "no reason was given" } = reply
        this.#fail(topic, new TopicRejected({ topic, reason, missingPermissions }))
      } else if (this.topics.has(topic)) {
        session.subscribed.add(topic)
        this.#listener.gap(this, topic, "Connected")
      } else {
        session.subscribed.add(topic)
      }
    }
  }
}
