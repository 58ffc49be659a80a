import * as MetricLabel from "effect/MetricLabel"

/*
 * Metrics find their state by the identity of the labels: each set is made once. There are few of
 * them, for the values are names and statuses.
 */

const once = <A>(make: (value: string) => A): ((value: string) => A) => {
  const known = new Map<string, A>()
  return (value) => {
    const found = known.get(value)
    if (found !== undefined) return found
    const made = make(value)
    known.set(value, made)
    return made
  }
}

/** One label of a value. */
const labelled = (name: string) => once((value) => [MetricLabel.make(name, value)])

export const ofReason = labelled("reason")
export const ofResult = labelled("result")

/** The label of an operation, and that with the label of a status. */
export const ofOperation = once((operation) => {
  const label = MetricLabel.make("operation", operation)
  return { labels: [label], withStatus: once((status) => [label, MetricLabel.make("status", status)]) }
})
