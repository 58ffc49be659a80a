import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { UserId } from "../../../domain/Ids.js"
import { interruptNow } from "../../../internal/effect/fiber.js"
import { IdSource } from "../IdSource.js"
import * as Refusal from "../Refusal.js"
import { decodeSegment } from "../routes.js"
import { type Answer, json, type WireRequest } from "../wire.js"
import type { ChannelState } from "./ChannelState.js"
import { metadata, socketClosing, topicsOf } from "./frames.js"
import type { EventSettings } from "./options.js"

/** The client's end of a socket. */
export interface Peer {
  readonly send: (data: string | Uint8Array) => void
  readonly close: (code: number, reason: string) => void
  /** Ends the connection without a word. */
  readonly terminate: () => void
}

interface Channel {
  readonly id: string
  readonly owner: string
  topics: Set<string>
  expiresAt: number
  lastUsed: number
  peer: Peer | undefined
  stopHeartbeat: () => void
}

const maxChannels = 20
const maxTopics = 1000
const lifetime = Duration.toMillis("24 hours")
const heartbeatEvery = Duration.seconds(30)

/** The notification channels of an org, and the sockets on them. */
export class Channels {
  options: EventSettings
  /** What a plan of faults does to the next event. */
  fault: () => "drop" | "double" | undefined = () => undefined
  readonly #channels = new Map<string, Channel>()
  readonly #clock: Clock.Clock
  readonly #now: () => number
  readonly #ids: IdSource

  constructor(clock: Clock.Clock, now: () => number, seed: number, options: EventSettings) {
    this.#clock = clock
    this.#now = now
    this.#ids = new IdSource(seed ^ 0x5bd1e995)
    this.options = options
  }

  /** Answers `…/notifications/…`; `undefined` where there is no such path. */
  answer(
    request: WireRequest,
    caller: { readonly owner: string; readonly socketUrl: string }
  ): Either.Either<Answer, Refusal.Refusal> | undefined {
    const path = request.path.replace("/api/v2/notifications/", "")
    const [, id, rest] = /^channels(?:\/([^/]+)(\/subscriptions)?)?$/.exec(path) ?? []
    if (path === "availabletopics") {
      const expand = new URLSearchParams(request.query).getAll("expand").flatMap((list) => list.split(","))
      const topics = this.#available()
      const entities = expand.includes("transports") ? topics : topics.map(({ id }) => ({ id }))
      return request.method === "GET" ? Either.right(json(200, { entities })) : undefined
    }
    if (path === "channels") {
      if (request.method === "POST") return Either.right(json(200, this.#open(caller)))
      const mine = [...this.#channels.values()].filter(({ owner }) => owner === caller.owner)
      return request.method === "GET"
        ? Either.right(json(200, { entities: mine.map((one) => view(one, caller.socketUrl)) }))
        : undefined
    }
    if (id === undefined) return undefined
    const channel = this.#live(decodeSegment(id) ?? "")
    if (channel === undefined || channel.owner !== caller.owner) return Refusal.notFound("channel", id)
    if (rest === undefined) return request.method === "HEAD" ? Either.right(json(200, {})) : undefined
    return this.#subscriptions(channel, request)
  }

  #subscriptions(channel: Channel, request: WireRequest): Either.Either<Answer, Refusal.Refusal> | undefined {
    channel.lastUsed = this.#now()
    if (request.method === "GET")
      return Either.right(json(200, { entities: [...channel.topics].map((id) => ({ id })) }))
    if (request.method === "DELETE") {
      channel.topics = new Set()
      return Either.right(json(200, { entities: [] }))
    }
    if (request.method !== "POST" && request.method !== "PUT") return undefined
    const topics = topicsOf(request.body)
    if (topics === undefined) return Refusal.badRequest("The body must be a list of topics")
    const tooLong = topics.find((topic) => topic.length > 200)
    if (tooLong !== undefined) return Refusal.badRequest("A topic's name has at most 200 characters")
    const rejected = new Map(topics.flatMap((topic) => this.#rejection(topic)))
    const ignoreErrors = new URLSearchParams(request.query).get("ignoreErrors") === "true"
    if (rejected.size > 0 && !ignoreErrors) return Refusal.missingPermissions([...rejected.values()])
    const wanted = new Set(request.method === "POST" ? channel.topics : [])
    for (const topic of topics) if (!rejected.has(topic)) wanted.add(topic)
    if (wanted.size > maxTopics) return Refusal.badRequest(`A channel has at most ${maxTopics} topics`)
    channel.topics = wanted
    channel.expiresAt = this.#now() + lifetime
    const states = topics.map((id) => {
      const permission = rejected.get(id)
      return permission === undefined
        ? { id, state: "Permitted" }
        : { id, state: "Rejected", rejectionReason: "Missing permissions", missingPermissions: [permission] }
    })
    return Either.right(json(200, { entities: ignoreErrors ? states : [...wanted].map((id) => ({ id })) }))
  }

  #rejection(topic: string): ReadonlyArray<readonly [string, string]> {
    const permission = this.options.forbidden[topic]
    return permission === undefined ? [] : [[topic, permission]]
  }

  #available() {
    const on = (socket: boolean, ...others: ReadonlyArray<string>) => [...(socket ? ["Websocket"] : []), ...others]
    const { badges, messages } = this.options
    return [
      { id: "v2.users.{id}.badges.chats", transports: on(badges) },
      ...["group", "adhoc"].map((kind) => ({
        id: `v2.detail.events.collaboratechat.${kind}.{id}.messages`,
        transports: on(messages, "ProcessAutomation")
      }))
    ]
  }

  #open({ owner, socketUrl }: { readonly owner: string; readonly socketUrl: string }) {
    const mine = [...this.#channels.values()].filter((channel) => channel.owner === owner)
    if (mine.length >= maxChannels) {
      const [oldest] = mine.sort(
        (a, b) => Number(a.peer !== undefined) - Number(b.peer !== undefined) || a.lastUsed - b.lastUsed
      )
      if (oldest !== undefined) this.#remove(oldest)
    }
    const now = this.#now()
    const channel: Channel = {
      id: `streaming-0-${this.#ids.hex(32)}`,
      owner,
      topics: new Set(),
      expiresAt: now + lifetime,
      lastUsed: now,
      peer: undefined,
      stopHeartbeat: () => {}
    }
    this.#channels.set(channel.id, channel)
    return view(channel, socketUrl)
  }

  #live(id: string): Channel | undefined {
    const channel = this.#channels.get(id)
    if (channel === undefined || this.#now() < channel.expiresAt) return channel
    this.#remove(channel)
    return undefined
  }

  #remove(channel: Channel): void {
    this.#channels.delete(channel.id)
    channel.stopHeartbeat()
    channel.peer?.close(1000, "the channel is no more")
    channel.peer = undefined
  }

  /** A socket on the channel; a second one ends the first. Gives what to do with what it says. */
  connect(id: string, peer: Peer): ((data: string) => void) | undefined {
    const channel = this.#live(id)
    if (channel === undefined) return undefined
    channel.peer?.close(1000, "another socket was opened on the channel")
    channel.peer = peer
    channel.lastUsed = this.#now()
    this.#beat(channel)
    return (data) => {
      if (this.options.heartbeats && /"ping"/.test(data)) peer.send(metadata("pong"))
    }
  }

  has(id: string): boolean {
    return this.#live(id) !== undefined
  }

  disconnect(id: string, peer: Peer): void {
    const channel = this.#channels.get(id)
    if (channel?.peer !== peer) return
    channel.peer = undefined
    channel.stopHeartbeat()
  }

  #beat(channel: Channel): void {
    channel.stopHeartbeat()
    const beat = Effect.sync(() => {
      if (this.options.heartbeats) channel.peer?.send(metadata("WebSocket Heartbeat"))
    })
    const fiber = Effect.runFork(Effect.forever(Effect.zipRight(this.#clock.sleep(heartbeatEvery), beat)))
    channel.stopHeartbeat = () => interruptNow(fiber, fiber)
  }

  /** An event to all who have its topic, as far as it is not lost on its way. */
  publish(topicName: string, eventBody: unknown): void {
    if (this.#channels.size === 0) return
    let text: string | undefined
    for (const { peer, topics } of this.#channels.values()) {
      if (peer === undefined || !topics.has(topicName)) continue
      const { double, drop } = this.options
      const draw = drop + double > 0 ? Number.parseInt(this.#ids.hex(12), 16) / 2 ** 48 : 1
      const fault = this.fault()
      if (draw < drop || fault === "drop") continue
      text ??= JSON.stringify({ topicName, version: "2", eventBody, metadata: {} })
      peer.send(text)
      if (draw < drop + double || fault === "double") peer.send(text)
    }
  }

  /** Any frame, to all sockets or to that of one channel. */
  send(data: string | Uint8Array, id?: string): void {
    for (const { peer } of this.#which(id)) peer?.send(data)
  }

  close(code: number, id?: string): void {
    for (const { peer } of this.#which(id)) peer?.close(code, "")
  }

  terminate(id?: string): void {
    for (const { peer } of this.#which(id)) peer?.terminate()
  }

  announceClosing(id?: string): void {
    for (const { id: channelId, peer } of this.#which(id)) peer?.send(socketClosing(channelId))
  }

  /** Forgets all channels, or one; their sockets end. */
  clear(id?: string): void {
    for (const channel of this.#which(id)) this.#remove(channel)
  }

  /** The channels that have not expired, in the order they were opened. */
  get list(): ReadonlyArray<ChannelState> {
    return [...this.#channels.keys()].flatMap((id) => {
      const channel = this.#live(id)
      if (channel === undefined) return []
      const space = channel.owner.lastIndexOf(" ")
      return [
        {
          id,
          clientId: channel.owner.slice(0, space),
          userId: UserId.make(channel.owner.slice(space + 1)),
          topics: [...channel.topics],
          expires: DateTime.unsafeMake(channel.expiresAt),
          connected: channel.peer !== undefined
        }
      ]
    })
  }

  #which(id: string | undefined): ReadonlyArray<Channel> {
    const all = [...this.#channels.values()]
    return id === undefined ? all : all.filter((channel) => channel.id === id)
  }

  /** How many sockets are open. */
  get sockets(): number {
    return [...this.#channels.values()].filter(({ peer }) => peer !== undefined).length
  }

  get topics(): ReadonlyArray<string> {
    return [...this.#channels.values()].flatMap(({ topics }) => [...topics])
  }
}

const view = ({ expiresAt, id }: Channel, socketUrl: string) => ({
  id,
  connectUri: `${socketUrl}/channels/${id}`,
  expires: new Date(expiresAt).toISOString()
})
