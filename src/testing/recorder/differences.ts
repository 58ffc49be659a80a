import * as Predicate from "effect/Predicate"
import { isText } from "./pseudonyms.js"

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** Where two values differ, each as `path: recorded …, but …`. With `anyText`, one text is as good as another. */
export const differences = (
  recorded: unknown,
  sent: unknown,
  anyText: boolean,
  path: string
): ReadonlyArray<string> => {
  if (Predicate.isRecord(recorded) && Predicate.isRecord(sent)) {
    return [...new Set([...Object.keys(recorded), ...Object.keys(sent)])].flatMap((name) =>
      differences(recorded[name], sent[name], anyText, `${path}.${name}`)
    )
  }
  if (Array.isArray(recorded) && Array.isArray(sent) && recorded.length === sent.length) {
    return recorded.flatMap((item, index) => differences(item, sent[index], anyText, `${path}[${index}]`))
  }
  if (recorded === sent || JSON.stringify(recorded) === JSON.stringify(sent)) return []
  const field = /\.(\w+)$/.exec(path)?.[1]
  if (anyText && isText(field) && typeof recorded === "string" && typeof sent === "string") return []
  return [`${path}: recorded ${shown(recorded)}, but ${shown(sent)}`]
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
