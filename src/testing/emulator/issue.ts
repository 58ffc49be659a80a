import type { Issue } from "../../internal/effect/issues.js"

/**
 * What is wrong with JSON, in one line. Of what can stand in a place the formatter tells of every alternative; the
 * one that was meant is the one that got furthest: with a wrong value in a field that is there, else with a field
 * too much, else with one too few.
 */
export const describeIssues = (issues: ReadonlyArray<Issue>): string => {
  const deepest = issues.reduce((depth, { path }) => Math.max(depth, path.length), 0)
  const best = issues.filter(({ path }) => path.length === deepest).sort((a, b) => rank(a) - rank(b))
  const [first] = best
  if (first === undefined) return "is not valid"
  const alike = best.filter((issue) => rank(issue) === rank(first))
  const at = first.kind === "Unexpected" ? mostOften(alike) : pathOf(first)
  const told = new Set(alike.filter((issue) => pathOf(issue) === at).map(({ message }) => message))
  // that a field may be left out is no help to who has given it
  const useful = [...told].filter((message) => !message.startsWith("Expected undefined, "))
  const messages = useful.length > 0 ? useful : [...told]
  if (first.kind === "Unexpected") return `${at} is unexpected: expected ${namesIn(messages).join(" or ")}`
  if (first.kind === "Missing") {
    const missing = [...new Set(alike.map(pathOf))]
    return missing.length === 1 ? `${at} is missing` : `${missing.slice(0, 12).join(" or ")} is missing`
  }
  const text = messages.join("; ")
  return `${at} ${text.length > 200 ? `is not valid${actual(messages[0] ?? "")}` : text}`.trim()
}

const pathOf = ({ path }: Issue): string => path.map(String).join(".")

const rank = ({ kind }: Issue): number => ["Wrong", "Unexpected", "Missing"].indexOf(kind)

/** A field that no alternative has is told of by all of them. */
const mostOften = (issues: ReadonlyArray<Issue>): string => {
  const counts = new Map<string, number>()
  for (const issue of issues) counts.set(pathOf(issue), (counts.get(pathOf(issue)) ?? 0) + 1)
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), ["", 0] as const)[0]
}

const namesIn = (messages: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(messages.flatMap((message) => message.match(/"[^"]+"/g) ?? []))
]

const actual = (message: string): string => {
  const value = /, actual ([\s\S]*)$/.exec(message)?.[1]
  return value === undefined ? "" : `: ${value.slice(0, 80)}`
}
