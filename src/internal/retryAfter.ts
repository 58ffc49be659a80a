import * as Duration from "effect/Duration"

const seconds = /^\d+(\.\d+)?$/
const httpDate = /^[A-Za-z]{3,9},? /
const inMessage = /\b(\d+)\]?\s*seconds?\b/i

const parseHeader = (header: string, now: number): number | undefined => {
  const value = header.trim()
  if (httpDate.test(value)) {
    const at = Date.parse(value)
    return Number.isNaN(at) ? undefined : Math.max(0, at - now)
  }
  // a header that was sent twice arrives joined by a comma: the longest counts
  const all = value.split(",").map((part) => part.trim())
  return all.every((part) => seconds.test(part)) ? Math.ceil(Math.max(...all.map(Number)) * 1000) : undefined
}

/**
 * How long a reply asks to wait (RFC 9110, 10.2.3): seconds, an HTTP-date measured
 * against the reply's own `Date` so that a wrong local clock does no harm, else the
 * number of seconds in the service's message. A hint of any other form is none.
 */
export const retryAfter = (reply: {
  readonly header: string | undefined
  readonly date: string | undefined
  readonly message: string | undefined
  readonly now: number
}): Duration.Duration | undefined => {
  const date = Date.parse(reply.date ?? "")
  const fromHeader =
    reply.header === undefined ? undefined : parseHeader(reply.header, Number.isNaN(date) ? reply.now : date)
  if (fromHeader !== undefined) return Duration.millis(fromHeader)
  const match = reply.message === undefined ? null : inMessage.exec(reply.message)
  return match === null ? undefined : Duration.seconds(Number(match[1]))
}
