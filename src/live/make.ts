import type * as Socket from "@effect/platform/Socket"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as Conversation from "../conversation/model.js"
import type { ChatsClient } from "../declaration.js"
import type { UserId } from "../domain/Ids.js"
import { forkIn } from "../internal/effect/fiber.js"
import { filterMap } from "../internal/effect/stream.js"
import { logFailure } from "../internal/summary.js"
import { Buffer } from "./buffer.js"
import { Channel, type Listener } from "./channel.js"
import { ChannelFailed, type LiveError, TopicRejected } from "./errors.js"
import { BadgeEvent, type Event, MessageEvent } from "./event.js"
import { type Options, resolve } from "./options.js"
import { Gap, Heard, type Service } from "./service.js"
import * as Topics from "./topics.js"

/** The longest name of a topic. */
const maxTopicLength = 200

interface Subscription {
  readonly channel: Channel
  readonly buffers: Set<Buffer>
}

/** The documentation is at `Live.make`. */
export const make = (
  options?: Options
): Effect.Effect<Service, never, Scope.Scope | ChatsClient | Socket.WebSocketConstructor> =>
  Effect.gen(function* () {
    const settings = resolve(options)
    const context = yield* Effect.context<ChatsClient | Socket.WebSocketConstructor>()
    const scope = yield* Effect.scope
    const subscriptions = new Map<string, Subscription>()
    const channels: Array<Channel> = []
    // a stream acquires and releases where nothing can be interrupted, and what is forked there inherits that
    const forkInterruptible = <A>(effect: Effect.Effect<A>) => forkIn(scope)(Effect.interruptible(effect))

    const listener: Listener = {
      event: (event) => {
        for (const buffer of subscriptions.get(event.topic)?.buffers ?? []) buffer.push(event)
      },
      gap: (channel, topic, reason) => {
        for (const name of topic === undefined ? channel.topics : [topic]) {
          for (const buffer of subscriptions.get(name)?.buffers ?? []) buffer.push(new Gap({ topic: name, reason }))
        }
      },
      failed: (_, topic, error) => {
        const subscription = subscriptions.get(topic)
        subscriptions.delete(topic)
        for (const buffer of subscription?.buffers ?? []) buffer.fail(error)
      }
    }

    const channelWithRoom = Effect.suspend(() => {
      const found = channels.find(({ topics }) => topics.size < settings.topicsPerChannel)
      if (found !== undefined) return Effect.succeed(found)
      if (channels.length >= settings.maxChannels) {
        const message = `${settings.maxChannels} channels with ${settings.topicsPerChannel} topics each are all there are`
        return Effect.fail(new ChannelFailed({ reason: "Full", message }))
      }
      const channel = new Channel(settings, listener)
      channels.push(channel)
      return Effect.as(forkInterruptible(Effect.provide(channel.run(), context)), channel)
    })

    const subscribe = (topic: string): Effect.Effect<Buffer, LiveError> =>
      Effect.suspend((): Effect.Effect<Buffer, LiveError> => {
        if (topic === "" || topic.length > maxTopicLength || /[\s\p{Cc}]/u.test(topic)) {
          const reason = `a topic's name has 1 to ${maxTopicLength} characters, without blanks`
          return Effect.fail(
            new TopicRejected({ topic: topic.slice(0, maxTopicLength), reason, missingPermissions: [] })
          )
        }
        const buffer = new Buffer(topic, settings.bufferSize)
        const there = subscriptions.get(topic)
        if (there !== undefined) {
          there.buffers.add(buffer)
          if (there.channel.isLive(topic)) buffer.push(new Gap({ topic, reason: "Connected" }))
          return Effect.succeed(buffer)
        }
        return Effect.map(channelWithRoom, (channel) => {
          subscriptions.set(topic, { channel, buffers: new Set([buffer]) })
          channel.add(topic)
          return buffer
        })
      })

    const unsubscribe = (topic: string, buffer: Buffer): Effect.Effect<void> =>
      Effect.suspend(() => {
        const subscription = subscriptions.get(topic)
        subscription?.buffers.delete(buffer)
        if (subscription === undefined || subscription.buffers.size > 0) return Effect.void
        const drop = Effect.sync(() => {
          if (subscription.buffers.size > 0 || subscriptions.get(topic) !== subscription) return
          subscriptions.delete(topic)
          subscription.channel.remove(topic)
        })
        return Effect.asVoid(forkInterruptible(Effect.zipRight(Effect.sleep(settings.linger), drop)))
      })

    const events = (topic: string): Stream.Stream<Event | Gap, LiveError> =>
      Stream.unwrapScoped(
        Effect.map(
          Effect.acquireRelease(subscribe(topic), (buffer) => unsubscribe(topic, buffer)),
          (buffer) => buffer.stream
        )
      )

    const topics = yield* Topics.make.pipe(Effect.provide(context))

    const messages = (conversation: Conversation.Conversation): Stream.Stream<MessageEvent | Gap, LiveError> =>
      Stream.unwrap(
        Effect.map(topics.ofMessages(conversation), (topic) =>
          Stream.filter(events(topic), (event) => event instanceof MessageEvent || event instanceof Gap)
        )
      )

    const badges = (userId: UserId): Stream.Stream<BadgeEvent | Gap, LiveError> =>
      Stream.unwrap(
        Effect.map(topics.ofBadges(userId), (topic) =>
          Stream.filter(events(topic), (event) => event instanceof BadgeEvent || event instanceof Gap)
        )
      )

    const heardByMessages = (conversation: Conversation.Conversation) =>
      Stream.map(messages(conversation), (event) =>
        event instanceof Gap
          ? event
          : // a deletion leaves nothing to read
            new Heard({ messageId: event.message.actionType === "Create" ? event.message.messageId : undefined })
      )

    const heardByBadges = (conversation: Conversation.Conversation) =>
      Stream.unwrap(
        Effect.map(Effect.all([topics.me, topics.jidOf(conversation)]), ([me, jid]) =>
          filterMap(badges(me), Topics.heardOf(jid))
        )
      )

    const heard = (conversation: Conversation.Conversation): Stream.Stream<Heard | Gap> =>
      heardByMessages(conversation).pipe(
        Stream.catchAll(() => heardByBadges(conversation)),
        Stream.catchAll((error) =>
          Stream.drain(Stream.fromEffect(logFailure("A conversation cannot be heard, so that it is polled", error)))
        )
      )

    return { events, messages, badges, heard }
  })
