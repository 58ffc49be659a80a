import * as DateTime from "effect/DateTime"
import { failed, type Run } from "./Run.js"

/** The forms in which the API writes dates are read by hand, in a third of the time `Date` takes. Others are `stock`'s. */
export const dateTimeUtc = (stock: Run): Run => {
  const epoch = DateTime.unsafeMake(0)
  return (input, options) => {
    if (typeof input !== "string") return failed
    return form.test(input) ? DateTime.mapEpochMillis(epoch, () => millisOf(input)) : stock(input, options)
  }
}

/** Only days that there are, and not February 29. `Date.UTC` takes the years before 100 for others. */
const form =
  /^[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/

const millisOf = (text: string): number =>
  Date.UTC(
    two(text, 0) * 100 + two(text, 2),
    two(text, 5) - 1,
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
    text.length === 24 ? digit(text, 20) * 100 + two(text, 21) : 0
  )

const two = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48
