import * as Predicate from "effect/Predicate"
import { decoded, isPlaceholder } from "./pseudonyms.js"

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** A place where what was sent is not what was recorded. */
export interface Difference {
  readonly path: string
  readonly recorded: unknown
  readonly sent: unknown
}

export const describe = ({ path, recorded, sent }: Difference): string =>
  `${path}: recorded ${shown(recorded)}, but ${shown(sent)}`

/** Where two values differ. With `anyText`, a text that was replaced is as good as another. */
export const differences = (
  recorded: unknown,
  sent: unknown,
  anyText: boolean,
  path: string
): ReadonlyArray<Difference> => {
  if (Predicate.isRecord(recorded) && Predicate.isRecord(sent)) {
    return [...new Set([...Object.keys(recorded), ...Object.keys(sent)])].flatMap((name) =>
      differences(recorded[name], sent[name], anyText, `${path}.${name}`)
    )
  }
  if (Array.isArray(recorded) && Array.isArray(sent) && recorded.length === sent.length) {
    return recorded.flatMap((item, index) => differences(item, sent[index], anyText, `${path}[${index}]`))
  }
  if (recorded === sent || JSON.stringify(recorded) === JSON.stringify(sent)) return []
  if (anyText && typeof recorded === "string" && typeof sent === "string" && fits(recorded, sent)) return []
  return [{ path, recorded, sent }]
}

/** Whether a text that was replaced stands for the one that was sent, or in a path for a segment of it. */
const fits = (recorded: string, sent: string): boolean => {
  if (isPlaceholder(recorded)) return true
  if (!recorded.startsWith("/")) return false
  const [before, now] = [recorded.split("/"), sent.split("/")]
  return (
    before.length === now.length &&
    before.every((segment, index) => segment === now[index] || isPlaceholder(decoded(segment)))
  )
}

/** Where the shapes of two values differ: fields that are there or not, and their types; of lists, that of all items together. */
export const shapeDifferences = (recorded: unknown, answered: unknown, path: string): ReadonlyArray<string> => {
  if (Array.isArray(recorded) && Array.isArray(answered)) {
    // an empty list says nothing of its items
    return recorded.length === 0 || answered.length === 0
      ? []
      : shapeDifferences(merged(recorded), merged(answered), `${path}[]`)
  }
  if (Predicate.isRecord(recorded) && Predicate.isRecord(answered)) {
    if (isMap(recorded) || isMap(answered)) return []
    return [...new Set([...Object.keys(recorded), ...Object.keys(answered)])].flatMap((name) =>
      shapeDifferences(recorded[name], answered[name], `${path}.${name}`)
    )
  }
  const [before, now] = [typeOf(recorded), typeOf(answered)]
  return before === now ? [] : [`${path}: recorded ${before}, the emulator ${now}`]
}

/** An object whose keys are data, as JIDs. */
const isMap = (value: Record<string, unknown>): boolean => Object.keys(value).some((key) => key.includes("@"))

const merged = (items: ReadonlyArray<unknown>): unknown =>
  items.every(Predicate.isRecord) ? Object.assign({}, ...items) : items[0]

const typeOf = (value: unknown): string =>
  value === undefined ? "nothing" : value === null ? "null" : Array.isArray(value) ? "a list" : typeof value
