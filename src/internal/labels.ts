import * as MetricLabel from "effect/MetricLabel"

/** Metrics find their state by the identity of the labels: each set is made once. */
const known = new Map<string, ReadonlyArray<MetricLabel.MetricLabel>>()

/** Labels by name and value; there are few of them, for the values are names and statuses. */
export const labels = (...pairs: ReadonlyArray<readonly [name: string, value: string]>) => {
  const key = pairs.join(";")
  const found = known.get(key)
  if (found !== undefined) return found
  const made = pairs.map(([name, value]) => MetricLabel.make(name, value))
  known.set(key, made)
  return made
}
