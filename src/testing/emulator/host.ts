import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Faults from "../faults/Faults.js"
import { inject } from "../faults/inject.js"
import * as Injector from "../faults/injector.js"
import * as Api from "./api.js"
import { Channels } from "./channels/Channels.js"
import { eventsOf, type Unread } from "./channels/events.js"
import * as Beyond from "./channels/serve.js"
import { IdSource } from "./IdSource.js"
import type { Org } from "./Org.js"
import * as OAuth from "./oauth.js"
import * as Refusal from "./Refusal.js"
import { loggedParts } from "./received.js"
import { RequestLog } from "./requestLog.js"
import * as Routes from "./routes.js"
import type { Answer, ConnectionLost, WireReply, WireRequest } from "./wire.js"

/** An org behind its routes, with the failures before them and the log of what came in. */
export class Host {
  readonly clock: Clock.Clock
  readonly log: RequestLog
  readonly channels: Channels
  /** Where sockets connect to. */
  socketUrl = "wss://emulator.invalid"
  readonly #routes: Routes.Node
  readonly #unread: Unread = new Map()
  org: Org
  #faults: Faults.Faults
  #injector: Injector.Injector
  #correlationIds: IdSource

  constructor(clock: Clock.Clock, org: Org, faults: Faults.Faults) {
    this.clock = clock
    this.org = org
    this.log = new RequestLog(org.settings.requestLogCapacity)
    this.channels = new Channels(clock, () => this.now(), org.settings.seed, org.settings.events)
    this.#routes = Routes.make()
    this.#listen()
    this.#faults = faults
    this.#injector = Injector.make(faults)
    // apart from the org's own ids, which so do not depend on how many requests failed
    this.#correlationIds = new IdSource(~org.settings.seed)
  }

  /** An independent copy at the same place of the plan, with an empty log. */
  fork(): Host {
    const copy = new Host(this.clock, this.org.clone(), this.#faults)
    copy.#injector = this.#injector.clone()
    copy.#correlationIds = this.#correlationIds.clone()
    return copy
  }

  get faults(): Faults.Faults {
    return this.#faults
  }

  setFaults(faults: Faults.Faults): void {
    this.#faults = faults
    this.#injector = Injector.make(faults)
  }

  reset(org: Org): void {
    this.org = org
    this.setFaults(this.#faults)
    this.log.clear()
    this.channels.clear()
    this.#unread.clear()
    this.#listen()
  }

  #listen(): void {
    const { org } = this
    org.conversations.onChange = (action, message) => {
      for (const { body, topic } of eventsOf(org, action, message, this.#unread)) this.channels.publish(topic, body)
    }
  }

  /** The org's time, epoch milliseconds. */
  now(): number {
    return Math.floor(this.clock.unsafeCurrentTimeMillis()) + this.org.clockOffset
  }

  /** What is sent for a request. */
  serve(request: WireRequest): Effect.Effect<WireReply, ConnectionLost> {
    return Effect.suspend(() => {
      const correlationId = this.#correlationIds.uuid()
      const { operation, process } = this.#route(request, correlationId)
      const fault = this.#injector.next(operation) ?? Faults.pass
      const entry = this.log.add({
        time: DateTime.unsafeMake(this.now()),
        operation,
        method: request.method,
        path: request.path,
        ...loggedParts(request),
        fault: fault._tag === "Pass" ? undefined : fault
      })
      const processed = Effect.map(process, (answer) => {
        entry.processedStatus = answer.status
        return withHeader(answer, correlationId)
      })
      return Effect.yieldNow().pipe(
        Effect.zipRight(inject(fault, processed, { clock: this.clock, correlationId })),
        Effect.tap((reply) => {
          entry.status = reply.status
        })
      )
    })
  }

  #route(
    request: WireRequest,
    correlationId: string
  ): {
    readonly operation: Faults.Target | undefined
    readonly process: Effect.Effect<Answer>
  } {
    if (request.path === "/oauth/token") {
      const now = Effect.sync(() => this.now())
      return {
        operation: "token",
        process:
          request.method === "POST"
            ? Effect.suspend(() => OAuth.answer(this.org, request, now))
            : Effect.succeed(Api.refused(Refusal.methodNotAllowed(request.method, ["POST"]), correlationId))
      }
    }
    const found = Routes.find(this.#routes, request.method, request.path)
    return {
      operation: Either.isRight(found) ? found.right.route.operation : undefined,
      process: Effect.sync(() => {
        const beyond = Either.isLeft(found)
          ? Beyond.answer(this.org, this.channels, request, this.socketUrl, this.now(), correlationId)
          : undefined
        return beyond ?? Api.answer(this.org, found, request, this.now(), correlationId)
      })
    }
  }
}

const withHeader = (answer: Answer, correlationId: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, "inin-correlation-id": correlationId }
})
