import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { UserId } from "../../../domain/Ids.js"
import { InvalidOption } from "../../../internal/options.js"
import { millisOf, Plan } from "../../faults/planJson.js"
import type { Host } from "../host.js"
import type { UserRecord } from "../model.js"
import { Snapshot } from "../Snapshot.js"
import { plant } from "../seedFile.js"
import type { Service } from "../service.js"
import { isoDate } from "../views.js"
import { Api } from "./api.js"
import * as Hub from "./hub.js"
import { NotFound, Refused, Update } from "./schemas.js"
import * as View from "./views.js"

interface Kept {
  readonly id: string
  readonly time: string
  readonly snapshot: Snapshot
}

const defaultPage = 100

/** What the control API does. */
export const handlers = (host: Host, service: Service) =>
  HttpApiBuilder.group(Api, "emulator", (routes) =>
    Effect.gen(function* () {
      const hub = yield* Hub.make(host)
      const snapshots = new Map<string, Kept>()
      let snapshotCount = 0

      const userOf = (id: string): Effect.Effect<UserRecord, NotFound> => {
        const user = host.org.accounts.users.get(id)
        return user === undefined ? new NotFound({ message: `There is no user ${id}` }) : Effect.succeed(user)
      }
      const snapshotOf = (id: string): Effect.Effect<Kept, NotFound> => {
        const found = snapshots.get(id)
        return found === undefined ? new NotFound({ message: `There is no snapshot ${id}` }) : Effect.succeed(found)
      }
      /** What is to happen to one channel, or to all where none is named. */
      const onChannel = (id: string | undefined, step: () => void): Effect.Effect<void, NotFound> =>
        id === undefined || host.channels.has(id)
          ? Effect.sync(step)
          : new NotFound({ message: `There is no channel ${id}` })
      const listed = () => [...snapshots.values()].map(({ id, time }) => ({ id, time }))

      return routes
        .handle("state", () =>
          Effect.sync(() => ({
            url: service.url,
            clientId: service.clientId,
            bot: service.bot.id,
            users: View.users(host.org),
            conversations: View.conversations(host.org),
            requests: host.log.size,
            snapshots: listed(),
            ...View.moment(host)
          }))
        )
        .handle("messages", ({ urlParams: { conversation, from, limit = defaultPage, thread } }) =>
          View.conversation(host.org, conversation) === undefined
            ? new NotFound({ message: `There is no conversation ${conversation}` })
            : Effect.sync(() => {
                const all = View.timeline(host.org, conversation, thread)
                const first = Math.min(from ?? Math.max(0, all.length - limit), all.length)
                const page = all.slice(first, first + limit)
                return { total: all.length, from: first, messages: page.map((one) => View.message(host.org, one)) }
              })
        )
        .handle("seed", ({ payload }) =>
          Effect.try({
            try: () => plant(host, payload),
            catch: (error) => new Refused({ message: error instanceof InvalidOption ? error.message : String(error) })
          })
        )
        .handle("token", ({ payload: { expiresIn, user } }) =>
          userOf(user).pipe(
            Effect.flatMap(({ id }) =>
              service.issueToken(UserId.make(id), expiresIn === undefined ? {} : { expiresIn: millisOf(expiresIn) })
            ),
            Effect.map((token) => ({ token: Redacted.value(token) }))
          )
        )
        .handle("act", ({ payload: { body, method, path, user } }) =>
          Effect.map(userOf(user), (record) => {
            const [pathname = "", ...query] = path.split("?")
            const answer = host.actAs(record, {
              method,
              path: pathname,
              query: query.join("?"),
              headers: { "content-type": "application/json" },
              body: new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body))
            })
            const reply: unknown = answer.body === undefined ? undefined : JSON.parse(answer.body)
            return { status: answer.status, ...(reply === undefined ? {} : { body: reply }) }
          })
        )
        .handle("reset", ({ payload }) =>
          payload.snapshot === undefined
            ? service.reset()
            : Effect.flatMap(snapshotOf(payload.snapshot), ({ snapshot }) => service.reset(snapshot))
        )
        .handle("snapshots", () => Effect.sync(listed))
        .handle("snapshot", () =>
          Effect.sync(() => {
            const id = String(++snapshotCount)
            const time = isoDate(host.now())
            snapshots.set(id, { id, time, snapshot: new Snapshot(host.org) })
            return { id, time }
          })
        )
        .handle("dropSnapshot", ({ path }) =>
          Effect.map(snapshotOf(path.id), ({ id }) => {
            snapshots.delete(id)
          })
        )
        .handle("clock", () => Effect.sync(() => View.clock(host)))
        .handle("advance", ({ payload }) =>
          Effect.map(service.adjustClock(Duration.millis(millisOf(payload.advance))), () => View.clock(host))
        )
        .handle("faults", () => Effect.sync(() => View.faults(host)))
        .handle("setFaults", ({ payload }) =>
          Schema.decode(Plan)(payload).pipe(
            Effect.orDie,
            Effect.flatMap(service.setFaults),
            Effect.map(() => View.faults(host))
          )
        )
        .handle("setRateLimit", ({ payload: { limit } }) =>
          service.setRateLimit(
            limit === "unlimited"
              ? limit
              : { requests: limit.requests, window: limit.window === undefined ? "1 minute" : millisOf(limit.window) }
          )
        )
        .handle("channels", () => Effect.sync(() => View.channels(host)))
        .handle("forgetChannels", () => service.channels.forget)
        .handle("expireChannel", ({ path: { id } }) => onChannel(id, () => host.channels.clear(id)))
        .handle("closeSockets", ({ payload: { channel, code = 1001 } }) =>
          onChannel(channel, () => host.channels.close(code, channel))
        )
        .handle("terminateSockets", ({ payload: { channel } }) =>
          onChannel(channel, () => host.channels.terminate(channel))
        )
        .handle("announceClosing", ({ payload: { channel } }) =>
          onChannel(channel, () => host.channels.announceClosing(channel))
        )
        .handle("sendFrame", ({ payload: { channel, data } }) =>
          onChannel(channel, () => host.channels.send(data, channel))
        )
        .handle("eventOptions", () => Effect.sync(() => host.channels.options))
        .handle("setEventOptions", ({ payload }) =>
          Effect.map(service.channels.setEvents(payload), () => host.channels.options)
        )
        .handle("requests", ({ urlParams: { from = 0, limit = 1000 } }) =>
          Effect.sync(() => host.log.list(from, limit).map(View.request))
        )
        .handle("request", ({ path: { index } }) => {
          const found = host.log.find(index)
          if (found === undefined) return new NotFound({ message: `The log has no request ${index} (any more)` })
          const { body, headers, query, reply } = found
          return Effect.succeed({ ...View.request(found), body, headers, query, reply })
        })
        .handle("clearRequests", () => service.clearRequests)
        .handleRaw("events", () => Effect.succeed(events(hub)))
    })
  )

const encodeUpdate = Schema.encodeSync(Schema.parseJson(Update))

/** Server-sent events: a comment now and then, so that a connection that is gone is noticed. */
const events = ({ updates }: Hub.Hub): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.stream(
    Stream.make("retry: 1000\n\n: hello\n\n").pipe(
      Stream.concat(
        Stream.merge(
          Stream.map(updates, (update) => `data: ${encodeUpdate(update)}\n\n`),
          Stream.as(Stream.tick("20 seconds"), ": still here\n\n")
        )
      ),
      Stream.encodeText
    ),
    { contentType: "text/event-stream", headers: { "cache-control": "no-store" } }
  )
