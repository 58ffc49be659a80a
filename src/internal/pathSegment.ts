/** Unicode's C0 and C1 controls, DEL among them. */
const control = /\p{Cc}/u

/** What WHATWG URLs, and proxies that decode once more, fold away. */
const isDots = (value: string): boolean => {
  for (let text = value; ; ) {
    if (text === "." || text === "..") return true
    const decoded = text.replace(/%2e/gi, ".").replace(/%25/g, "%")
    if (decoded === text) return false
    text = decoded
  }
}

/**
 * Why an id cannot stand in a path segment, or `undefined` when it can: all else
 * is carried exactly by percent-encoding.
 */
export const unsafeInPath = (value: string): string | undefined => {
  if (value === "") return "must not be empty"
  if (control.test(value)) return "must not contain control characters"
  if (!value.isWellFormed()) return "must not contain lone surrogates"
  if (isDots(value)) return 'must not be "." or ".." in any encoding: URLs fold such a segment away'
  return undefined
}
