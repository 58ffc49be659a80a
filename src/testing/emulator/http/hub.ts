import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { subscribe } from "../../../internal/effect/pubsub.js"
import type { Host } from "../host.js"
import { StateTracker, stateOf } from "../state.js"
import type { Change } from "../stateSchema.js"
import type * as Api from "./schemas.js"
import * as View from "./views.js"

type Update = typeof Api.Update.Type

/** How long changes are gathered before they are told: a page cannot show more than this. */
const interval = "40 millis"

/** More changed messages than this at once are a reset: reading the page anew is less work. */
const mostMessages = 500

/** Tells whoever listens what changes: nothing is worked out while nobody does. */
export interface Hub {
  readonly updates: Stream.Stream<Update>
}

export const make = (host: Host): Effect.Effect<Hub, never, Scope.Scope> =>
  Effect.gen(function* () {
    const pubsub = yield* PubSub.sliding<Update>(64)
    const wake = yield* Queue.sliding<void>(1)
    const tracker = new StateTracker()
    const requests = new Set<number>()
    let listeners = 0
    let reset = false
    const awake = () => {
      if (listeners > 0) wake.unsafeOffer(undefined)
    }
    const unwatch = host.watch({
      changed: awake,
      requested: (index) => {
        if (listeners > 0) requests.add(index)
        awake()
      },
      reset: () => {
        reset = true
        requests.clear()
        awake()
      }
    })
    yield* Effect.addFinalizer(() => Effect.sync(unwatch))

    const gather = Effect.sync((): Update => {
      const change = tracker.next(stateOf(host.org))
      const update = {
        ...(change === undefined ? {} : changed(host, change)),
        ...requested(host, requests),
        ...View.moment(host)
      }
      const tooMany = (update.messages?.length ?? 0) > mostMessages
      const whole = reset || tooMany
      reset = false
      requests.clear()
      return whole ? { reset: true, ...View.moment(host) } : update
    })
    yield* Effect.forkScoped(
      Queue.take(wake).pipe(
        Effect.zipRight(Effect.sleep(interval)),
        Effect.zipRight(gather),
        Effect.flatMap((update) => PubSub.publish(pubsub, update)),
        Effect.forever
      )
    )
    const listen = Effect.acquireRelease(
      Effect.sync(() => {
        // what was before the first listener is no news
        if (listeners++ === 0) tracker.skip(stateOf(host.org))
      }),
      () =>
        Effect.sync(() => {
          listeners--
        })
    )
    return {
      updates: Stream.unwrapScoped(Effect.zipRight(listen, subscribe(pubsub)))
    }
  })

const requested = (host: Host, indexes: ReadonlySet<number>): Pick<Update, "requests"> => {
  if (indexes.size === 0) return {}
  const requests = [...indexes]
    .sort((a, b) => a - b)
    .flatMap((index) => {
      const found = host.log.find(index)
      return found === undefined ? [] : [View.request(found)]
    })
  return { requests }
}

const changed = (host: Host, change: Change): Pick<Update, "users" | "conversations" | "messages"> => {
  const { org } = host
  const touched = new Set<string>()
  const messages = new Map<string, View.Message>()
  const show = (id: string) => {
    const record = org.conversations.messages.get(id) ?? org.conversations.removed.get(id)
    if (record !== undefined) messages.set(id, View.message(org, record))
  }
  for (const [jid] of change.rooms?.set ?? []) touched.add(jid)
  for (const [id, record] of [...(change.messages?.set ?? []), ...(change.removed?.set ?? [])]) {
    touched.add(record.conversation)
    show(id)
  }
  // of a conversation whose pins changed, those pinned now are shown; the page knows which were
  for (const [key, pins] of change.pins?.set ?? []) {
    touched.add(key)
    for (const id of pins) show(id)
  }
  for (const key of change.pins?.remove ?? []) touched.add(key)
  const conversations = [...touched].flatMap((key) => View.conversation(org, key) ?? [])
  return {
    ...(change.users === undefined && change.clients === undefined ? {} : { users: View.users(org) }),
    ...(conversations.length === 0 ? {} : { conversations }),
    ...(messages.size === 0 ? {} : { messages: [...messages.values()] })
  }
}
