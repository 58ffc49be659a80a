/**
 * What leaves a program for others to see: spans with all that tracers show of them, log lines, and the labels of
 * metrics.
 */
import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import { recordingTracer } from "./tracing.js"

export interface Telemetry {
  readonly spans: ReadonlyArray<string>
  readonly logs: ReadonlyArray<string>
}

/** All labels of all metrics of the process. */
export const labelsOfMetrics = (): ReadonlyArray<string> =>
  Metric.unsafeSnapshot().flatMap(({ metricKey }) => metricKey.tags.map(({ key, value }) => `${key}=${value}`))

const whole = (value: unknown) => inspect(value, { depth: 8, maxStringLength: null })

/** Runs a program, however it ends. */
export const telemetryOf = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<Telemetry, never, R> =>
  Effect.gen(function* () {
    const { spans, tracer } = yield* recordingTracer
    const logs: Array<string> = []
    const logger = Logger.make((options) => {
      logs.push(Logger.logfmtLogger.log(options), Logger.jsonLogger.log(options))
      logs.push(whole(Logger.structuredLogger.log(options)))
    })
    yield* program.pipe(
      Effect.withTracer(tracer),
      Effect.provide(Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(LogLevel.All))),
      Effect.exit
    )
    return {
      spans: spans.flatMap(({ events, span }) => [
        span.name,
        whole([...span.attributes, ...events]),
        ...(span.status._tag === "Ended" && Exit.isFailure(span.status.exit)
          ? [
              Cause.pretty(span.status.exit.cause, { renderErrorCause: true }),
              ...[...Cause.failures(span.status.exit.cause), ...Cause.defects(span.status.exit.cause)].map(whole)
            ]
          : [])
      ]),
      logs
    }
  })
