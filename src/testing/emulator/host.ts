import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import { UserId } from "../../domain/Ids.js"
import { millisOf } from "../../internal/monotonic.js"
import { redactor } from "../../internal/redact.js"
import * as Faults from "../faults/Faults.js"
import { inject } from "../faults/inject.js"
import * as Injector from "../faults/injector.js"
import { Replayer } from "../recorder/replay.js"
import * as Api from "./api.js"
import { Channels } from "./channels/Channels.js"
import { eventsOf } from "./channels/events.js"
import * as Beyond from "./channels/serve.js"
import { IdSource } from "./IdSource.js"
import type { UserRecord } from "./model.js"
import type { Org } from "./Org.js"
import * as OAuth from "./oauth.js"
import * as Refusal from "./Refusal.js"
import { loggedBody, loggedParts } from "./received.js"
import * as Replay from "./replay.js"
import { type Entry, fnv1a, RequestLog } from "./requestLog.js"
import * as Routes from "./routes.js"
import type { Answer, ConnectionLost, WireReply, WireRequest } from "./wire.js"

/** Who is told, within the step itself, of what happens. */
export interface Watcher {
  /** The org was changed. */
  readonly changed: () => void
  /** A request was received, or its reply was sent. */
  readonly requested: (index: number) => void
  /** Another state took the place of the one before. */
  readonly reset: () => void
}

/** An org behind its routes, with the failures before them and the log of what came in. */
export class Host {
  readonly clock: Clock.Clock
  readonly log: RequestLog
  readonly channels: Channels
  /** Where sockets connect to. */
  socketUrl = "wss://emulator.invalid"
  readonly #routes: Routes.Node
  #org: Org
  #faults: Faults.Faults
  #injector: Injector.Injector
  /** Where in the recording it is, if it replays one. */
  #replayer: Replayer | undefined
  #correlationIds: IdSource
  readonly #watchers = new Set<Watcher>()

  constructor(clock: Clock.Clock, org: Org, faults: Faults.Faults) {
    this.clock = clock
    this.#org = this.#heard(org)
    this.log = new RequestLog(org.settings.requestLogCapacity, org.settings.requestLogBytes, () => this.#redactor())
    this.channels = new Channels(clock, () => this.now(), org.settings.seed, org.settings.events)
    this.#routes = Routes.make()
    this.#faults = faults
    this.#injector = Injector.make(faults)
    this.channels.fault = () => {
      const fault = this.#injector.next("event")
      return fault?._tag === "Event" ? fault.happens : undefined
    }
    const { replay } = org.settings
    this.#replayer = replay === undefined ? undefined : new Replayer(replay)
    // apart from the org's own ids, which so do not depend on how many requests failed
    this.#correlationIds = new IdSource(~org.settings.seed)
  }

  /** An independent copy at the same place of the plan and of the recording, with an empty log. */
  fork(): Host {
    const copy = new Host(this.clock, this.org.clone(), this.#faults)
    copy.channels.options = this.channels.options
    copy.#injector = this.#injector.clone()
    copy.#replayer = this.#replayer?.clone()
    copy.#correlationIds = this.#correlationIds.clone()
    return copy
  }

  #redactorOf: { readonly secrets: string; readonly redact: (text: string) => string } | undefined

  /** Made anew when there are others. */
  #redactor(): (text: string) => string {
    const { secrets } = this.#org.accounts
    const key = secrets.join(" ")
    if (this.#redactorOf?.secrets !== key) this.#redactorOf = { secrets: key, redact: redactor(secrets) }
    return this.#redactorOf.redact
  }

  get org(): Org {
    return this.#org
  }

  /** Puts another org in the place of the one before, whose channels stay. */
  set org(org: Org) {
    this.#org = this.#heard(org)
  }

  get faults(): Faults.Faults {
    return this.#faults
  }

  /** Starts a plan of failures, where nothing else is said from its beginning. */
  setFaults(faults: Faults.Faults, position: ReadonlyArray<number> = []): void {
    this.#faults = faults
    this.#injector = Injector.make(faults)
    if (position.length > 0) this.#injector.moveTo(position)
  }

  /** Where the plan of failures is. */
  get faultsPosition(): ReadonlyArray<number> {
    return this.#injector.position()
  }

  reset(org: Org): void {
    this.org = org
    this.setFaults(this.#faults)
    this.#replayer = this.#replayer?.rewound()
    this.log.clear()
    this.channels.clear()
    for (const watcher of this.#watchers) watcher.reset()
  }

  /** Tells the watcher of what happens, until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** The org was changed: a watcher that fails, as one that cannot write, fails the step that changed it. */
  changed(): void {
    for (const watcher of this.#watchers) watcher.changed()
  }

  /** What happens to the org's messages is told on the channels. */
  #heard(org: Org): Org {
    org.conversations.onChange = (action, message) => {
      for (const { body, topic } of eventsOf(org, action, message)) this.channels.publish(topic, body)
    }
    return org
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
      // what strikes once does not strike again after a restart
      if (this.#faults._tag !== "None") this.changed()
      const entry = this.log.add({
        time: DateTime.unsafeMake(this.now()),
        operation,
        method: request.method,
        path: request.path,
        ...loggedParts(request),
        fault: fault._tag === "Pass" ? undefined : fault,
        correlationId,
        userId: this.#userOf(request),
        caller: fnv1a(new TextEncoder().encode(request.headers.authorization)),
        started: this.clock.unsafeCurrentTimeNanos()
      })
      this.#requested(entry.index)
      const processed = Effect.map(process, (answer) => {
        entry.processedStatus = answer.status
        // what a GET changes is the rate window
        if (request.method !== "GET") this.changed()
        return withHeader(answer, correlationId)
      })
      return Effect.yieldNow().pipe(
        Effect.zipRight(inject(fault, processed, { clock: this.clock, correlationId })),
        Effect.onExit((exit) => Effect.sync(() => this.#ended(entry, exit)))
      )
    })
  }

  /** Does as that user what a request says: without a token, a fault, a limit or a place in the log. */
  actAs(user: UserRecord, request: WireRequest): Answer {
    const found = Routes.find(this.#routes, request.method, request.path)
    const answer = Api.answerAs(this.org, found, request, user, this.now(), this.#correlationIds.uuid())
    if (request.method !== "GET") this.changed()
    return answer
  }

  #ended(entry: Entry, exit: Exit.Exit<WireReply, ConnectionLost>): void {
    entry.duration = millisOf(this.clock.unsafeCurrentTimeNanos() - entry.started)
    if (Exit.isSuccess(exit)) {
      const { body, headers, status } = exit.value
      const reply = body instanceof Uint8Array ? loggedBody(body, headers["content-type"]) : undefined
      this.log.replied(entry, status, reply)
    }
    this.#requested(entry.index)
  }

  /** Whose token it is, whether it has expired or not. */
  #userOf({ headers }: WireRequest): UserId | undefined {
    const { accessTokens, clients } = this.org.accounts
    const token = accessTokens.get(/^bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "")
    const id = token?.userId ?? (token === undefined ? undefined : clients.get(token.clientId)?.botId)
    return id === undefined ? undefined : UserId.make(id)
  }

  #requested(index: number): void {
    for (const watcher of this.#watchers) watcher.requested(index)
  }

  #route(
    request: WireRequest,
    correlationId: string
  ): {
    readonly operation: Exclude<Faults.Target, "event"> | undefined
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
        if (beyond !== undefined) return beyond
        return this.#replayer === undefined
          ? Api.answer(this.org, found, request, this.now(), correlationId)
          : Replay.answer(this.org, this.#replayer, request, this.now(), correlationId)
      })
    }
  }
}

const withHeader = (answer: Answer, correlationId: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, "inin-correlation-id": correlationId }
})
