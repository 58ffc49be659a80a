// @ts-check

/** @typedef {import("./store.js").LoggedRequest} LoggedRequest */

/**
 * @typedef {object} Call
 * @property {number} call
 * @property {Array<LoggedRequest>} attempts
 * @property {LoggedRequest} first
 * @property {LoggedRequest} last
 * @property {number} took
 */

/**
 * Calls of the requests known, newest first.
 *
 * @param {Iterable<LoggedRequest>} requests
 * @returns {Array<Call>}
 */
export const callsOf = (requests) => {
  /** @type {Map<number, Array<LoggedRequest>>} */
  const calls = new Map()
  for (const request of requests) {
    const found = calls.get(request.call)
    if (found === undefined) calls.set(request.call, [request])
    else found.push(request)
  }
  return [...calls]
    .flatMap(([call, attempts]) => {
      attempts.sort((a, b) => a.index - b.index)
      const [first] = attempts
      const last = attempts.at(-1)
      if (first === undefined || last === undefined) return []
      const end = Date.parse(last.time) + (last.duration ?? 0)
      return [{ call, attempts, first, last, took: Math.max(end - Date.parse(first.time), last.duration ?? 0) }]
    })
    .sort((a, b) => b.call - a.call)
}

/** @param {LoggedRequest} request */
export const outcome = ({ duration, status }) =>
  status === undefined
    ? duration === undefined
      ? "pending"
      : "lost"
    : status >= 500
      ? "error"
      : status >= 400
        ? "refused"
        : "ok"

/** @param {LoggedRequest} request */
export const statusText = ({ duration, status }) =>
  status === undefined ? (duration === undefined ? "…" : "lost") : String(status)
