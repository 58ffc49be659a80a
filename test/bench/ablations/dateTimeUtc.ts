/** Dates as `Date` reads them. */
import type * as ours from "../../../src/codec/compile/dateTimeUtc.js"

export const dateTimeUtc: typeof ours.dateTimeUtc = (stock) => stock
