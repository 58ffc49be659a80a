/**
 * Metrics are global: what is looked for is what bears certain labels.
 */
import * as Effect from "effect/Effect"
import { Metrics } from "effect-genesys-chats"

type Wanted = Readonly<Record<string, string | undefined>>

/** The series that have these labels, and none by the names that are `undefined`. */
export const seriesWith = <M extends Parameters<typeof Metrics.series>[0]>(metric: M, wanted: Wanted) =>
  Effect.map(Metrics.series(metric), (all) =>
    all.filter(({ labels }) => Object.entries(wanted).every(([name, value]) => labels[name] === value))
  )

/** The values of a gauge under these labels. */
export const gauges = (metric: Metrics.Gauge, wanted: Wanted) =>
  Effect.map(seriesWith(metric, wanted), (series) => series.map(({ state }) => state.value))

/** What is counted under these labels, in all series together; of a histogram, how many values. */
export const counted = (metric: Metrics.Counter | Metrics.Histogram, wanted: Wanted): Effect.Effect<number> =>
  Effect.map(seriesWith(metric, wanted), (series) => series.reduce((sum, { state }) => sum + state.count, 0))

export const summed = (metric: Metrics.Histogram, wanted: Wanted): Effect.Effect<number> =>
  Effect.map(seriesWith(metric, wanted), (series) => series.reduce((sum, { state }) => sum + state.sum, 0))
