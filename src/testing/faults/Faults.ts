/**
 * Failures to put before an emulator: scripted or random, per operation or for all. A plan is a
 * plain value; an emulator keeps the place in it, so that the same plan and the same requests
 * give the same failures.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Check from "../../internal/options.js"
import type { Operation } from "../operation.js"

/**
 * When a failure strikes: `"before"` the request was taken in, so that nothing happened, or
 * `"after"`, so that the action happened and its reply is lost.
 *
 * @since 0.1.0
 * @category models
 */
export type When = "before" | "after"

/**
 * One failure of one request.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = Data.TaggedEnum<{
  /** The request goes through untouched. */
  Pass: {}
  /** Another reply in the place of the real one. */
  Reply: {
    readonly when: When
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    /** The text of the body; `undefined` gives the service's own `ErrorBody` for the status. */
    readonly body: string | undefined
  }
  /** The connection is reset without a reply, or refused. */
  Reset: { readonly when: When; readonly code: "ECONNRESET" | "ECONNREFUSED" }
  /** The connection is reset when so many bytes of the body were sent. */
  ResetBody: { readonly bytes: number }
  /** No reply ever comes. */
  Stall: { readonly when: When }
  /** The body stops after so many bytes and never ends. */
  StallBody: { readonly bytes: number }
  /** The real body, one byte in each interval. */
  SlowBody: { readonly interval: Duration.Duration }
  /** The real body, cut after so many bytes, but properly ended. */
  Truncate: { readonly bytes: number }
  /** The real body under another content type. */
  ContentType: { readonly contentType: string }
  /** An event that is lost on its way, or comes twice: see {@link forEvents}. */
  Event: { readonly happens: "drop" | "double" }
  /** A wait before the request is taken in, and then what else is to happen. */
  Delay: { readonly duration: Duration.Duration; readonly then: Fault }
}>

const Fault = Data.taggedEnum<Fault>()

/**
 * What a plan is matched with: the name of an endpoint, `"token"` for `POST /oauth/token`, or `"event"` for what
 * is sent on the sockets of notification channels.
 *
 * @since 0.1.0
 * @category models
 */
export type Target = Operation | "token" | "event"

/**
 * A plan of failures. It prints itself, with its seed where it is random.
 *
 * @since 0.1.0
 * @category models
 */
export type Faults =
  | Plan<"None", {}>
  | Plan<"Script", { readonly faults: ReadonlyArray<Fault> }>
  | Plan<"Always", { readonly fault: Fault }>
  | Plan<"Random", { readonly seed: number; readonly rate: number; readonly faults: ReadonlyArray<Weighted> }>
  | Plan<"Targets", { readonly targets: ReadonlyArray<Target> | "all"; readonly faults: Faults }>
  | Plan<"Combined", { readonly plans: ReadonlyArray<Faults> }>

type Plan<Tag extends string, Fields> = { readonly _tag: Tag; readonly toString: () => string } & Readonly<Fields>

/**
 * A fault and how often it is drawn in comparison with the others.
 *
 * @since 0.1.0
 * @category models
 */
export interface Weighted {
  readonly fault: Fault
  readonly weight: number
}

/**
 * Lets one request through: a gap in a script.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([Faults.pass, Faults.pass, Faults.status(503)])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const pass: Fault = Fault.Pass()

/**
 * Replies with a status (200 to 599) in the place of the real reply: by default with the service's `ErrorBody`
 * for it. `retryAfter` is in whole seconds from 0, or any text (an HTTP-date); `body` is text, or a value
 * that becomes JSON; `when` says whether the action happens all the same (default `"before"`: it
 * does not).
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([
 *   Faults.status(429, { retryAfter: 2 }),
 *   Faults.status(504, { when: "after" })
 * ])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const status = (
  status: number,
  options?: {
    readonly retryAfter?: number | string | undefined
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>> | undefined
    readonly when?: When | undefined
  }
): Fault => {
  const code = Check.wholeNumber("Faults.status: status", status, { least: 200, most: 599 })
  if (typeof options?.retryAfter === "number") {
    Check.wholeNumber("Faults.status: retryAfter", options.retryAfter, { least: 0 })
  }
  const text =
    options?.body === undefined || typeof options.body === "string" ? options?.body : JSON.stringify(options.body)
  return Fault.Reply({
    when: options?.when ?? "before",
    status: code,
    headers: {
      "content-type": "application/json",
      ...(options?.retryAfter === undefined ? {} : { "retry-after": String(options.retryAfter) }),
      ...options?.headers
    },
    body: text
  })
}

/**
 * Replies with a status and a page of HTML, as a proxy does.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([Faults.html(504), Faults.html(502, { when: "after" })])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const html = (code: number, options?: { readonly when?: When | undefined }): Fault =>
  status(code, {
    ...options,
    headers: { "content-type": "text/html" },
    body: `<html><head><title>${code}</title></head><body><h1>${code}</h1><hr>proxy</body></html>`
  })

/**
 * Resets the connection: `"before"` the request was taken in (default), `"after"` it (the action
 * happened and its reply is lost), or in the `"body"` of the reply, after so many `bytes` (a whole
 * number from 0, which is the default).
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.forOperation("postChatsRoomMessages", [Faults.reset("after")])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const reset: {
  /**
   * Resets the connection: `"before"` the request was taken in (default), `"after"` it (the action
   * happened and its reply is lost), or in the `"body"` of the reply, after so many `bytes` (a whole
   * number from 0, which is the default).
   */
  (when?: When): Fault
  /**
   * Resets the connection: `"before"` the request was taken in (default), `"after"` it (the action
   * happened and its reply is lost), or in the `"body"` of the reply, after so many `bytes` (a whole
   * number from 0, which is the default).
   */
  (when: "body", options?: { readonly bytes?: number | undefined }): Fault
} = (when: When | "body" = "before", options?: { readonly bytes?: number | undefined }): Fault =>
  when === "body"
    ? Fault.ResetBody({ bytes: bytesOf("Faults.reset", options?.bytes ?? 0) })
    : Fault.Reset({ when, code: "ECONNRESET" })

const bytesOf = (name: string, bytes: number): number => Check.wholeNumber(`${name}: bytes`, bytes, { least: 0 })

/**
 * Refuses the connection: certainly nothing was sent. A server that listens cannot refuse: there
 * it resets the connection before the request is taken in.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([Faults.refuse, Faults.refuse])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const refuse: Fault = Fault.Reset({ when: "before", code: "ECONNREFUSED" })

/**
 * Never replies (`"headers"`, the default), or stops in the `"body"` after so many `bytes` (a whole
 * number from 0, which is the default). `when` says for `"headers"` whether the request was taken in (default `"before"`: it was not).
 * A reply without a body stalls before its headers in either case.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([Faults.stall(), Faults.stall("body", { bytes: 10 })])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const stall: {
  /**
   * Never replies (`"headers"`, the default), or stops in the `"body"` after so many `bytes` (a whole
   * number from 0, which is the default). `when` says for `"headers"` whether the request was taken in (default `"before"`: it was not).
   * A reply without a body stalls before its headers in either case.
   */
  (where?: "headers", options?: { readonly when?: When | undefined }): Fault
  /**
   * Never replies (`"headers"`, the default), or stops in the `"body"` after so many `bytes` (a whole
   * number from 0, which is the default). `when` says for `"headers"` whether the request was taken in (default `"before"`: it was not).
   * A reply without a body stalls before its headers in either case.
   */
  (where: "body", options?: { readonly bytes?: number | undefined }): Fault
} = (
  where: "headers" | "body" = "headers",
  options?: { readonly bytes?: number | undefined; readonly when?: When | undefined }
): Fault =>
  where === "body"
    ? Fault.StallBody({ bytes: bytesOf("Faults.stall", options?.bytes ?? 0) })
    : Fault.Stall({ when: options?.when ?? "before" })

/**
 * Sends the body one byte in each interval (a duration from 0; one that never ends is {@link stall}).
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.always(Faults.slowBody("100 millis"))
 * ```
 * @since 0.1.0
 * @category faults
 */
export const slowBody = (interval: Duration.DurationInput): Fault =>
  Fault.SlowBody({ interval: Check.duration("Faults.slowBody: interval", interval, { least: 0 }) })

/**
 * Cuts the real body after so many bytes (a whole number from 0): the JSON is broken, the HTTP is not.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.forOperation("getChatsRoomMessages", [Faults.truncate(100)])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const truncate = (bytes: number): Fault => Fault.Truncate({ bytes: bytesOf("Faults.truncate", bytes) })

/**
 * Sends the real body under another content type (default `text/html`).
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([Faults.contentType("text/plain")])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const contentType = (contentType = "text/html"): Fault => Fault.ContentType({ contentType })

/**
 * Waits before the request is taken in (a duration from 0; one that never ends is {@link stall}), and then lets it through, or does what else is said.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.script([Faults.delay("2 seconds"), Faults.delay("10 seconds", Faults.html(504))])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const delay = (duration: Duration.DurationInput, then: Fault = pass): Fault =>
  Fault.Delay({ duration: Check.duration("Faults.delay: duration", duration, { least: 0 }), then })

/**
 * Loses an event on its way to a socket. Only a plan by {@link forEvents} has events; to a request it does nothing.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.forEvents([Faults.pass, Faults.dropEvent])
 * ```
 * @since 0.1.0
 * @category faults
 */
export const dropEvent: Fault = Fault.Event({ happens: "drop" })

/**
 * Sends an event twice. Only a plan by {@link forEvents} has events; to a request it does nothing.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.forEvents(Faults.always(Faults.doubleEvent))
 * ```
 * @since 0.1.0
 * @category faults
 */
export const doubleEvent: Fault = Fault.Event({ happens: "double" })

/**
 * No failures.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Emulator, Faults } from "effect-genesys-chats/testing"
 *
 * const recover = Effect.flatMap(Emulator.Emulator, (emulator) => emulator.setFaults(Faults.none))
 * ```
 * @since 0.1.0
 * @category plans
 */
export const none: Faults = { _tag: "None", toString: () => "Faults.none" }

/**
 * These failures, one for each request to the API, in order; after the last of them everything goes through.
 *
 * @example
 * ```ts
 * import { Emulator, Faults } from "effect-genesys-chats/testing"
 *
 * const layer = Emulator.layer({
 *   faults: Faults.script([Faults.status(429, { retryAfter: 2 }), Faults.status(503), Faults.html(504), Faults.reset()])
 * })
 * ```
 * @since 0.1.0
 * @category plans
 */
export const script = (faults: ReadonlyArray<Fault>): Faults => ({
  _tag: "Script",
  faults,
  toString: () => `Faults.script([${faults.map(describe).join(", ")}])`
})

/**
 * The same failure for every request to the API.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const down = Faults.always(Faults.status(503))
 * ```
 * @since 0.1.0
 * @category plans
 */
export const always = (fault: Fault): Faults => ({
  _tag: "Always",
  fault,
  toString: () => `Faults.always(${describe(fault)})`
})

/**
 * A failure for a share of the requests to the API: `rate` is the probability from 0 to 1, and
 * one of the `faults` is drawn, evenly or by weight (a number above 0). The same seed, a whole
 * number, makes the same decisions in the order of the requests.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.random({
 *   seed: 42,
 *   rate: 0.3,
 *   faults: [{ fault: Faults.status(503), weight: 3 }, Faults.reset("after")]
 * })
 * String(plan) // says the seed
 * ```
 * @since 0.1.0
 * @category plans
 */
export const random = (options: {
  readonly seed: number
  readonly rate: number
  readonly faults: ReadonlyArray<Fault | Weighted>
}): Faults => {
  const seed = Check.wholeNumber("Faults.random: seed", options.seed, { least: Number.MIN_SAFE_INTEGER })
  const rate = Check.number("Faults.random: rate", options.rate, { least: 0, most: 1 })
  const faults = options.faults.map((entry) => ("weight" in entry ? entry : { fault: entry, weight: 1 }))
  if (rate > 0 && faults.length === 0) throw new Check.InvalidOption("Faults.random: faults must hold at least one")
  for (const { weight } of faults) Check.number("Faults.random: weight", weight, { least: Number.MIN_VALUE })
  const list = faults.map(({ fault, weight }) => (weight === 1 ? describe(fault) : `${describe(fault)} × ${weight}`))
  return {
    _tag: "Random",
    seed,
    rate,
    faults,
    toString: () => `Faults.random({ seed: ${seed}, rate: ${rate}, faults: [${list.join(", ")}] })`
  }
}

/**
 * A plan for some requests only: those of one or several operations, or `"token"` for the token
 * endpoint. A list of faults is a script.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.combine(
 *   Faults.forOperation("getChatsRoom", [Faults.status(503)]),
 *   Faults.forOperation("token", Faults.always(Faults.status(500)))
 * )
 * ```
 * @since 0.1.0
 * @category plans
 */
export const forOperation = (
  targets: Target | ReadonlyArray<Target>,
  faults: Faults | ReadonlyArray<Fault>
): Faults => {
  const list = Arr.ensure(targets)
  const plan = isPlan(faults) ? faults : script(faults)
  return {
    _tag: "Targets",
    targets: list,
    faults: plan,
    toString: () => `Faults.forOperation(${JSON.stringify(list)}, ${plan})`
  }
}

/**
 * A plan for the events that are sent on the sockets of notification channels, one decision for each event and
 * socket. No other plan has a say in them. A list of faults is a script.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.combine(
 *   Faults.random({ seed: 7, rate: 0.1, faults: [Faults.status(503)] }),
 *   Faults.forEvents(Faults.random({ seed: 8, rate: 0.3, faults: [Faults.dropEvent, Faults.doubleEvent] }))
 * )
 * ```
 * @since 0.1.0
 * @category plans
 */
export const forEvents = (faults: Faults | ReadonlyArray<Fault>): Faults => forOperation("event", faults)

/**
 * A plan for the token endpoint as well, which is spared without it. A list of faults is a script.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.includeToken(Faults.random({ seed: 1, rate: 0.1, faults: [Faults.reset()] }))
 * ```
 * @since 0.1.0
 * @category plans
 */
export const includeToken = (faults: Faults | ReadonlyArray<Fault>): Faults => {
  const plan = isPlan(faults) ? faults : script(faults)
  return { _tag: "Targets", targets: "all", faults: plan, toString: () => `Faults.includeToken(${plan})` }
}

/**
 * Several plans at once: the first that has something for a request strikes, and the others do
 * not move on.
 *
 * @example
 * ```ts
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.combine(
 *   Faults.forOperation("postChatsRooms", [Faults.reset("after")]),
 *   Faults.random({ seed: 7, rate: 0.2, faults: [Faults.status(503)] })
 * )
 * ```
 * @since 0.1.0
 * @category plans
 */
export const combine = (...plans: ReadonlyArray<Faults>): Faults => ({
  _tag: "Combined",
  plans,
  toString: () => `Faults.combine(${plans.join(", ")})`
})

/**
 * The seed of a random plan, or of the first random plan in it.
 *
 * @example
 * ```ts
 * import * as Option from "effect/Option"
 * import { Faults } from "effect-genesys-chats/testing"
 *
 * const plan = Faults.random({ seed: 42, rate: 0.5, faults: [Faults.html(504)] })
 * const seed = Option.getOrUndefined(Faults.seedOf(plan)) // 42
 * ```
 * @since 0.1.0
 * @category getters
 */
export const seedOf = (faults: Faults): Option.Option<number> => {
  switch (faults._tag) {
    case "Random":
      return Option.some(faults.seed)
    case "Targets":
      return seedOf(faults.faults)
    case "Combined":
      return Option.firstSomeOf(faults.plans.map(seedOf))
    default:
      return Option.none()
  }
}

/**
 * A fault in a few words, as `"504 after"` or `"reset before"`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Emulator, Faults } from "effect-genesys-chats/testing"
 *
 * const injected = Effect.gen(function* () {
 *   const emulator = yield* Emulator.Emulator
 *   const requests = yield* emulator.requests
 *   return requests.flatMap(({ fault }) => (fault === undefined ? [] : [Faults.describe(fault)]))
 * })
 * ```
 * @since 0.1.0
 * @category getters
 */
export const describe: (fault: Fault) => string = Fault.$match({
  Pass: () => "pass",
  Reply: ({ headers, status, when }) =>
    [
      String(status),
      ...(headers["content-type"] === "application/json" ? [] : [headers["content-type"] ?? ""]),
      ...(headers["retry-after"] === undefined ? [] : [`retry-after ${headers["retry-after"]}`]),
      ...(when === "after" ? [when] : [])
    ].join(" "),
  Reset: ({ code, when }) => (code === "ECONNREFUSED" ? "refuse" : `reset ${when}`),
  ResetBody: ({ bytes }) => `reset body at ${bytes}`,
  Stall: ({ when }) => `stall ${when}`,
  StallBody: ({ bytes }) => `stall body at ${bytes}`,
  SlowBody: ({ interval }) => `slow body ${Duration.format(interval)}`,
  Truncate: ({ bytes }) => `truncate at ${bytes}`,
  Event: ({ happens }) => `${happens} event`,
  ContentType: ({ contentType }) => `content type ${contentType}`,
  Delay: ({ duration, then }) => `delay ${Duration.format(duration)}, ${describe(then)}`
})

const isPlan = (faults: Faults | ReadonlyArray<Fault>): faults is Faults => !Array.isArray(faults)
