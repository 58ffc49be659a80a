import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { durationOf } from "../../internal/effect/duration.js"
import { guarded } from "../../internal/effect/schema.js"
import { served } from "../operation.js"
import * as Faults from "./Faults.js"

/*
 * Plans of failures as JSON, for the command and for programs in other languages:
 *
 *   [{ "status": 429, "retryAfter": 2 }, "pass", { "html": 504, "when": "after" }]
 *   { "random": { "seed": 42, "rate": 0.3, "faults": [{ "status": 503 }, { "reset": "after" }] } }
 *   { "for": "POST", "plan": [{ "status": 504 }] }
 */

const When = Schema.optional(Schema.Literal("before", "after"))
const Bytes = Schema.optional(Schema.NonNegativeInt)
const Status = Schema.Int.pipe(Schema.between(200, 599))

/** Milliseconds, or as in `"2 seconds"`. */
export const DurationJson = Schema.Union(Schema.NonNegative, Schema.String).pipe(
  Schema.filter((json) => isDuration(json) || 'a duration as "2 seconds", or a number of milliseconds'),
  Schema.annotations({ identifier: "Duration", description: 'Milliseconds, or as in "2 seconds"' })
)

export const millisOf = (json: number | string): number => Duration.toMillis(asDuration(json))

/** Text can say that a duration is negative, or that it never ends: neither is one here. */
const isDuration = (json: number | string): boolean => {
  const found = durationOf(json)
  return Option.isSome(found) && Duration.isFinite(found.value) && !/^\s*-/.test(String(json))
}

const asDuration = (json: number | string): Duration.Duration =>
  durationOf(json).pipe((found) => (found._tag === "Some" ? found.value : Duration.zero))

interface Delayed {
  readonly delay: number | string
  readonly followedBy?: FaultJson | undefined
}

const immediate = Schema.Union(
  Schema.Literal("pass", "refuse", "dropEvent", "doubleEvent"),
  Schema.Struct({
    status: Status,
    retryAfter: Schema.optional(Schema.Union(Schema.NonNegativeInt, Schema.String)),
    headers: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String })),
    body: Schema.optional(Schema.Unknown),
    when: When
  }),
  Schema.Struct({ html: Status, when: When }),
  Schema.Struct({ reset: Schema.Literal("before", "after") }),
  Schema.Struct({ reset: Schema.Literal("body"), bytes: Bytes }),
  Schema.Struct({ stall: Schema.Literal("headers"), when: When }),
  Schema.Struct({ stall: Schema.Literal("body"), bytes: Bytes }),
  Schema.Struct({ slowBody: DurationJson }),
  Schema.Struct({ truncate: Schema.NonNegativeInt }),
  Schema.Struct({ contentType: Schema.NonEmptyString })
)

/** One failure, as JSON. */
export type FaultJson = typeof immediate.Type | Delayed

export const FaultJson: Schema.Schema<FaultJson> = Schema.suspend(() =>
  Schema.Union(immediate, Schema.Struct({ delay: DurationJson, followedBy: Schema.optional(FaultJson) }))
).annotations({ identifier: "Fault" })

const WeightedJson = Schema.Struct({ fault: FaultJson, weight: Schema.Positive })

const RandomJson = Schema.Struct({
  seed: Schema.Int,
  rate: Schema.Number.pipe(Schema.between(0, 1)),
  faults: Schema.NonEmptyArray(Schema.Union(FaultJson, WeightedJson))
})

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const

const isOperation = (name: string): name is Faults.Target =>
  name === "token" || name === "event" || Object.hasOwn(served, name)

const Target = Schema.String.pipe(
  Schema.filter((name) =>
    isOperation(name) || methods.some((method) => method === name)
      ? true
      : 'the name of an endpoint, "token", "event", or a method in capitals'
  ),
  Schema.annotations({ description: 'The name of an endpoint, "token", "event", or a method, as "POST"' })
)

/** A plan of failures, as JSON. A list is a script: one failure for each request. */
export type PlanJson =
  | "none"
  | ReadonlyArray<FaultJson>
  | { readonly always: FaultJson }
  | { readonly random: typeof RandomJson.Type }
  | { readonly for: string | ReadonlyArray<string>; readonly plan: PlanJson }
  | { readonly includeToken: PlanJson }
  | { readonly combine: ReadonlyArray<PlanJson> }

export const PlanJson: Schema.Schema<PlanJson> = Schema.suspend(
  (): Schema.Schema<PlanJson> =>
    Schema.Union(
      Schema.Literal("none"),
      Schema.Array(FaultJson),
      Schema.Struct({ always: FaultJson }),
      Schema.Struct({ random: RandomJson }),
      Schema.Struct({ for: Schema.Union(Target, Schema.Array(Target)), plan: PlanJson }),
      Schema.Struct({ includeToken: PlanJson }),
      Schema.Struct({ combine: Schema.Array(PlanJson) })
    )
).annotations({ identifier: "FaultPlan" })

/** `"none"`, `[{ "status": 503 }]`, … from and to a plan. */
export const Plan: Schema.Schema<Faults.Faults, PlanJson> = Schema.transform(
  PlanJson,
  guarded((input): input is Faults.Faults => isPlan(input), "Faults"),
  { strict: true, decode: (json) => planOf(json), encode: (plan) => planJson(plan) }
)

export const isPlan = (input: unknown): input is Faults.Faults =>
  typeof input === "object" && input !== null && "_tag" in input && planTags.has(String(input._tag))

const planTags: ReadonlySet<string> = new Set<Faults.Faults["_tag"]>([
  "None",
  "Script",
  "Always",
  "Random",
  "Targets",
  "Combined"
])

const planOf = (json: PlanJson): Faults.Faults => {
  if (json === "none") return Faults.none
  if (isList(json)) return Faults.script(json.map(faultOf))
  if ("always" in json) return Faults.always(faultOf(json.always))
  if ("random" in json) {
    const { faults, rate, seed } = json.random
    return Faults.random({
      seed,
      rate,
      faults: faults.map((one) =>
        typeof one === "object" && "weight" in one ? { fault: faultOf(one.fault), weight: one.weight } : faultOf(one)
      )
    })
  }
  if ("for" in json) return Faults.forOperation(targetsOf(json.for), planOf(json.plan))
  if ("includeToken" in json) return Faults.includeToken(planOf(json.includeToken))
  return Faults.combine(...json.combine.map(planOf))
}

const isList = (json: PlanJson): json is ReadonlyArray<FaultJson> => Array.isArray(json)

const targetsOf = (names: string | ReadonlyArray<string>): ReadonlyArray<Faults.Target> =>
  (typeof names === "string" ? [names] : names)
    .flatMap((name) =>
      isOperation(name)
        ? [name]
        : Object.values(served).flatMap((endpoint) => (endpoint.method === name ? [endpoint.operation] : []))
    )
    .filter(isOperation)

const faultOf = (json: FaultJson): Faults.Fault => {
  if (json === "pass") return Faults.pass
  if (json === "refuse") return Faults.refuse
  if (json === "dropEvent") return Faults.dropEvent
  if (json === "doubleEvent") return Faults.doubleEvent
  if ("status" in json) {
    const { body, headers, retryAfter, status, when } = json
    return Faults.status(status, {
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(when === undefined ? {} : { when })
    })
  }
  if ("html" in json) return Faults.html(json.html, json.when === undefined ? {} : { when: json.when })
  if ("reset" in json) {
    return json.reset === "body" ? Faults.reset("body", { bytes: json.bytes }) : Faults.reset(json.reset)
  }
  if ("stall" in json) {
    return json.stall === "body"
      ? Faults.stall("body", { bytes: json.bytes })
      : Faults.stall("headers", { when: json.when })
  }
  if ("slowBody" in json) return Faults.slowBody(asDuration(json.slowBody))
  if ("truncate" in json) return Faults.truncate(json.truncate)
  if ("contentType" in json) return Faults.contentType(json.contentType)
  return Faults.delay(asDuration(json.delay), json.followedBy === undefined ? Faults.pass : faultOf(json.followedBy))
}

const planJson = (plan: Faults.Faults): PlanJson => {
  switch (plan._tag) {
    case "None":
      return "none"
    case "Script":
      return plan.faults.map(faultJson)
    case "Always":
      return { always: faultJson(plan.fault) }
    case "Random": {
      const [first, ...rest] = plan.faults.map(({ fault, weight }) => ({ fault: faultJson(fault), weight }))
      return first === undefined ? "none" : { random: { seed: plan.seed, rate: plan.rate, faults: [first, ...rest] } }
    }
    case "Targets":
      return plan.targets === "all"
        ? { includeToken: planJson(plan.faults) }
        : { for: plan.targets, plan: planJson(plan.faults) }
    case "Combined":
      return { combine: plan.plans.map(planJson) }
  }
}

const faultJson = (fault: Faults.Fault): FaultJson => {
  switch (fault._tag) {
    case "Pass":
      return "pass"
    case "Event":
      return fault.happens === "drop" ? "dropEvent" : "doubleEvent"
    case "Reply": {
      const { body, headers, status, when } = fault
      return { status, headers, when, ...(body === undefined ? {} : { body }) }
    }
    case "Reset":
      return fault.code === "ECONNREFUSED" ? "refuse" : { reset: fault.when }
    case "ResetBody":
      return { reset: "body", bytes: fault.bytes }
    case "Stall":
      return { stall: "headers", when: fault.when }
    case "StallBody":
      return { stall: "body", bytes: fault.bytes }
    case "SlowBody":
      return { slowBody: Duration.toMillis(fault.interval) }
    case "Truncate":
      return { truncate: fault.bytes }
    case "ContentType":
      return { contentType: fault.contentType }
    case "Delay":
      return { delay: Duration.toMillis(fault.duration), followedBy: faultJson(fault.then) }
  }
}
