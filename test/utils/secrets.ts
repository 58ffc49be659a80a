/**
 * Everything through which a value can come to light in a log, a report or a trace.
 */
import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { recordingTracer } from "./tracing.js"

const attempt = (show: () => unknown): string => {
  try {
    return String(show())
  } catch {
    return ""
  }
}

/** Any value in all the ways it can be shown. */
export const shown = (value: unknown): ReadonlyArray<readonly [way: string, text: string]> => [
  [
    "inspect",
    inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null })
  ],
  ["JSON.stringify", attempt(() => JSON.stringify(value))],
  [
    "JSON.stringify of all own properties",
    attempt(() => JSON.stringify(value, value instanceof Object ? deepKeys(value) : []))
  ],
  ["String", attempt(() => value)],
  ["Inspectable", attempt(() => Inspectable.toStringUnknown(value))],
  ["stack", value instanceof Error ? String(value.stack) : ""],
  ["cause", value instanceof Error ? inspect(value.cause, { depth: Infinity, showHidden: true }) : ""]
]

const deepKeys = (value: object, seen = new Set<object>()): Array<string> => {
  if (seen.has(value)) return []
  seen.add(value)
  return Reflect.ownKeys(value).flatMap((key) => {
    const inner: unknown = Reflect.getOwnPropertyDescriptor(value, key)?.value
    return [String(key), ...(inner instanceof Object ? deepKeys(inner, seen) : [])]
  })
}

/** All that a program's end shows: the value or the failure, its cause, what was logged and what was traced. */
export const allShown = <A, E, R>(
  program: Effect.Effect<A, E, R>
): Effect.Effect<
  { readonly exit: Exit.Exit<A, E>; readonly texts: ReadonlyArray<readonly [way: string, text: string]> },
  never,
  R
> =>
  Effect.gen(function* () {
    const { spans, tracer } = yield* recordingTracer
    const logged: Array<readonly [string, string]> = []
    const logger = Logger.make((options) => {
      logged.push(["log", Logger.logfmtLogger.log(options)], ["log", Logger.jsonLogger.log(options)])
      logged.push(["log", inspect(Logger.structuredLogger.log(options), { depth: Infinity })])
    })
    const exit = yield* program.pipe(
      Effect.tapErrorCause((cause) => Effect.logError("it failed", cause)),
      Effect.withTracer(tracer),
      Effect.provide(Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(LogLevel.All))),
      Effect.exit
    )
    const failures = Exit.isFailure(exit)
      ? [
          ["Cause.pretty", Cause.pretty(exit.cause)] as const,
          ["Cause.pretty with causes", Cause.pretty(exit.cause, { renderErrorCause: true })] as const,
          ...[...Cause.failures(exit.cause), ...Cause.defects(exit.cause), Cause.squash(exit.cause)].flatMap(shown)
        ]
      : shown(exit.value)
    const traced = spans.flatMap(({ events, span }) => [
      ["span name", span.name] as const,
      ["span attributes", inspect([...span.attributes], { depth: Infinity })] as const,
      ["span events", inspect(events, { depth: Infinity })] as const,
      ["span status", inspect(span.status, { depth: Infinity, showHidden: true })] as const
    ])
    return { exit, texts: [...shown(exit), ...failures, ...logged, ...traced] }
  })
