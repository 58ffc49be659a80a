/**
 * The dashboard in `examples` shows every metric, and asks for none that is not exported: by the names that the
 * OpenTelemetry exporter of Effect gives, as Prometheus writes them.
 */
import { readFileSync } from "node:fs"
import * as OtelMetrics from "@effect/opentelemetry/Metrics"
import * as Resource from "@effect/opentelemetry/Resource"
import { describe, expect, it } from "@effect/vitest"
import { InstrumentType, type MetricData } from "@opentelemetry/sdk-metrics"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { Chats, Metrics } from "effect-genesys-chats"
import { root } from "./scripts/modules.js"
import { clientOver, json, reply, sequence } from "./utils/http.js"

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

/** Every text under a key, however deep. */
const textsOf = (value: unknown, key: string): ReadonlyArray<string> =>
  isRecord(value)
    ? Object.entries(value).flatMap(([name, inner]) => [
        ...(name === key && typeof inner === "string" ? [inner] : []),
        ...textsOf(inner, key)
      ])
    : []

const dashboard: unknown = JSON.parse(readFileSync(`${root}examples/grafana-dashboard.json`, "utf8"))
const queries = [...textsOf(dashboard, "expr"), ...textsOf(dashboard, "query").filter((query) => query.includes("{"))]

/** The series that a query reads, and the labels that it names. */
const selectors = queries.flatMap((query) =>
  Array.from(query.matchAll(/(\w+)\{([^}]*)\}/g), ([, name = "", matchers = ""]) => ({
    name,
    labels: [
      ...Array.from(matchers.matchAll(/(\w+)\s*[=!]/g), ([, label = ""]) => label),
      ...Array.from(query.matchAll(/(?:by|ignoring) \(([^)]*)\)/g), ([, list = ""]) => list.split(/,\s*/)).flat(),
      ...Array.from(query.matchAll(/, (\w+)\)$/g), ([, label = ""]) => label)
    ]
  }))
)

/**
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics: dots are underscores, units
 * are written out and those in braces left out, counters end in `_total`.
 */
const prometheusName = ({ kind, name, unit }: Pick<Metrics.Description, "kind" | "name" | "unit">): string =>
  [name.replaceAll(".", "_"), ...(unit === "s" ? ["seconds"] : []), ...(kind === "counter" ? ["total"] : [])].join("_")

const seriesOf = (description: Metrics.Description): ReadonlyArray<string> =>
  (description.kind === "histogram" ? ["_bucket", "_count", "_sum"] : [""]).map(
    (suffix) => prometheusName(description) + suffix
  )

const labelsOf = ({ kind, labels }: Metrics.Description): ReadonlyArray<string> =>
  [...labels, "client", "org", "unit", ...(kind === "histogram" ? ["le"] : [])].map((label) =>
    label.replaceAll(".", "_")
  )

const bySeries = new Map(Metrics.table.flatMap((one) => seriesOf(one).map((name) => [name, one] as const)))

describe("the dashboard", () => {
  it("asks for metrics and labels that there are", () => {
    expect(selectors.length).toBeGreaterThan(Metrics.table.length)
    for (const { labels, name } of selectors) {
      const description = bySeries.get(name)
      expect(description === undefined ? name : "").toBe("")
      if (description !== undefined) expect(labelsOf(description)).toEqual(expect.arrayContaining(labels))
    }
  })

  it("names no series but in braces, so that none escapes this test", () => {
    for (const query of queries) {
      const rest = query.replace(/\w+\{[^}]*\}/g, "").replace(/\([^()]*\)/g, "")
      expect(rest).not.toMatch(/(http|genesys)_\w+/)
    }
  })

  it("shows every metric", () => {
    const shown = new Set(selectors.map(({ name }) => bySeries.get(name)?.name))
    expect(Metrics.table.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  })
})

describe("the exporter", () => {
  const kinds: Partial<Record<InstrumentType, Metrics.Description["kind"]>> = {
    [InstrumentType.COUNTER]: "counter",
    [InstrumentType.UP_DOWN_COUNTER]: "up-down counter",
    [InstrumentType.OBSERVABLE_GAUGE]: "gauge",
    [InstrumentType.HISTOGRAM]: "histogram"
  }

  it.effect("sends names, kinds, units and labels as the table has them", () =>
    Effect.gen(function* () {
      const limit = { "inin-ratelimit-count": "1", "inin-ratelimit-allowed": "2", "inin-ratelimit-reset": "60" }
      const http = sequence(
        () => reply(503),
        () => json(200, {}, limit)
      )
      yield* Effect.fork(Effect.provide(Chats.getChatsSettings(), clientOver(http, { org: "exported" })))
      yield* TestClock.adjust("1 minute")
      const producer = yield* Effect.provide(OtelMetrics.makeProducer, Resource.layer({ serviceName: "test" }))
      const { resourceMetrics } = yield* Effect.promise(() => producer.collect())
      const sent = new Map(
        resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map((one) => [one.descriptor.name, one] as const))
      )
      const known = new Set(Metrics.table.map(({ name }) => name))
      for (const description of Metrics.table) {
        const metric: MetricData | undefined = sent.get(description.name)
        // those that wait for another event than these calls are in other tests
        if (metric === undefined) continue
        expect(metric.descriptor).toMatchObject({ unit: description.unit, description: description.description })
        expect("type" in metric.descriptor && kinds[metric.descriptor.type as InstrumentType]).toBe(description.kind)
        for (const { attributes } of metric.dataPoints) {
          const names = ["client", "org", "unit", "team", ...description.labels]
          expect(names).toEqual(expect.arrayContaining(Object.keys(attributes)))
        }
      }
      const now = ["http.client.request.duration", "http.client.active_requests", "genesys.chats.retries"]
      expect([...sent.keys()]).toEqual(expect.arrayContaining(now))
      expect([...sent.keys()].filter((name) => name.startsWith("genesys") && !known.has(name))).toEqual([])
    })
  )
})
