import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as FastCheck from "effect/FastCheck"
import { retryAfter } from "../../src/limits/retryAfter.js"

const now = Date.UTC(2026, 2, 4, 5, 6, 7)
const httpDate = (at: number) => new Date(at).toUTCString()

const millis = (header: string | undefined, more: { readonly date?: string; readonly message?: string } = {}) => {
  const wait = retryAfter({ header, date: more.date, message: more.message, now })
  return wait === undefined ? undefined : Duration.toMillis(wait)
}

describe("retryAfter", () => {
  it.prop("whole seconds", [FastCheck.nat(100_000)], ([seconds]) => {
    expect(millis(String(seconds))).toBe(seconds * 1000)
    expect(millis(` ${seconds} `)).toBe(seconds * 1000)
  })

  it("a header that came twice: the longest", () => {
    expect(millis("5, 10")).toBe(10_000)
    expect(millis("10,5")).toBe(10_000)
    const dates = ["Wed, 04 Mar 2026 05:06:37 GMT", "Wednesday, 04-Mar-26 05:06:27 GMT", "Wed Mar  4 05:06:17 2026"]
    expect(millis(dates.join(", "))).toBe(30_000)
    expect(millis(`5, ${dates[1]}`)).toBe(20_000)
    expect(millis(`${dates[0]},40`)).toBe(40_000)
  })

  it("hints of any other form are none", () => {
    for (const odd of ["-5", "abc", "1e9", "NaN", "Infinity", "", " ", "0x10", "5s", "5, abc", "5,", ",", "1 2", "٣"]) {
      expect([odd, millis(odd)]).toEqual([odd, undefined])
      expect(millis(odd, { message: "Retry the request in [42] seconds" })).toBe(42_000)
    }
  })

  it("an HTTP-date in each of its three forms", () => {
    const date = httpDate(now)
    expect(millis("Wed, 04 Mar 2026 05:06:37 GMT", { date })).toBe(30_000)
    expect(millis("Wednesday, 04-Mar-26 05:06:37 GMT", { date })).toBe(30_000)
    expect(millis("Wed Mar  4 05:06:37 2026", { date })).toBe(30_000)
    // the reply's own date may be in any of them too
    for (const date of ["Wednesday, 04-Mar-26 05:06:07 GMT", "Wed Mar  4 05:06:07 2026"]) {
      expect(millis("Wed, 04 Mar 2026 05:06:37 GMT", { date })).toBe(30_000)
    }
  })

  it("means UTC, wherever the machine is", () => {
    const zone = process.env["TZ"]
    try {
      for (const TZ of ["America/New_York", "Asia/Kolkata"]) {
        process.env["TZ"] = TZ
        expect(millis("Wed Mar  4 05:06:37 2026", { date: "Wed Mar  4 05:06:07 2026" })).toBe(30_000)
        expect(millis("Wed Mar  4 05:06:37 2026")).toBe(30_000)
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"]
      else process.env["TZ"] = zone
    }
  })

  it("a year of two digits is at most 50 years ahead", () => {
    // by the rule, 76 is 2076 until the very second, and 1976 from then on
    expect(millis("Wednesday, 04-Mar-76 05:06:07 GMT")).toBe(Date.UTC(2076, 2, 4, 5, 6, 7) - now)
    expect(millis("Wednesday, 04-Mar-76 05:06:08 GMT")).toBe(0)
    expect(millis("Sunday, 06-Nov-94 08:49:37 GMT")).toBe(0)
  })

  it("a date that does not exist is none", () => {
    for (const odd of [
      "Wed, 31 Jun 2026 05:06:37 GMT",
      "Wed, 04 Mar 2026 25:06:37 GMT",
      "Wed, 04 Mar 2026 05:06:37 CET"
    ]) {
      expect([odd, millis(odd)]).toEqual([odd, undefined])
    }
  })

  it.prop(
    "an HTTP-date counts from the reply's date, whatever the local clock says",
    [FastCheck.integer({ min: -3600, max: 3600 }), FastCheck.integer({ min: -600_000, max: 600_000 })],
    ([seconds, skew]) => {
      const server = now + Math.round(skew / 1000) * 1000
      expect(millis(httpDate(server + seconds * 1000), { date: httpDate(server) })).toBe(Math.max(0, seconds * 1000))
    }
  )

  it("an HTTP-date without the reply's date counts from the local clock", () => {
    expect(millis(httpDate(now + 5000))).toBe(5000)
    expect(millis(httpDate(now + 5000), { date: "no date" })).toBe(5000)
  })

  it("a date that is past is no wait, and one that is none is no hint", () => {
    expect(millis(httpDate(now - 60_000), { date: httpDate(now) })).toBe(0)
    expect(millis("Wed, 99 Foo 2026 05:06:37 GMT")).toBeUndefined()
  })

  it("the number in the service's message, where the header is missing", () => {
    const message = "Rate limit exceeded the maximum. Retry the request in [42] seconds"
    expect(millis(undefined, { message })).toBe(42_000)
    expect(millis("7", { message })).toBe(7000)
    expect(millis(undefined, { message: "rate limit exceeded; wait 1 second" })).toBe(1000)
    expect(millis(undefined, { message: "no number here" })).toBeUndefined()
    expect(millis(undefined, { message: "limit of 300 requests" })).toBeUndefined()
    expect(millis(undefined)).toBeUndefined()
  })

  it("the wait that the message names, and not the window of the limit", () => {
    for (const [message, wait] of [
      ["The limit is 300 requests per 60 seconds. Retry the request in [7] seconds", 7000],
      ["Retry the request in [7] seconds: the limit is 300 requests per 60 seconds", 7000],
      ["[300] requests per [60] seconds were exceeded. Retry the request in [7] seconds", 7000],
      ["300 requests in 60 seconds are too many; please try again in 7 seconds", 7000],
      ["more than 300 requests per 60 seconds", 60_000]
    ] as const) {
      expect([message, millis(undefined, { message })]).toEqual([message, wait])
    }
  })

  it("a fraction of a second in the message counts, and a negative number does not", () => {
    for (const [number, wait] of [
      ["1.5", 1500],
      ["[1.5]", 1500],
      ["[ 7 ]", 7000],
      [".5", 500],
      ["5-10", 10_000],
      ["-5", undefined],
      ["[-5]", undefined],
      ["−5", undefined],
      ["1e9", undefined],
      ["1,500", undefined]
    ] as const) {
      expect([number, millis(undefined, { message: `Retry in ${number} seconds` })]).toEqual([number, wait])
    }
  })

  it("a long message is read in time", () => {
    const before = performance.now()
    for (const part of ["9", " ", "7 ", "retry ", "[7] ", "1.", "[ "]) {
      millis(undefined, { message: `7${part.repeat(64 * 1024)}` })
    }
    expect(performance.now() - before).toBeLessThan(2000)
  })

  it("is a finite wait, or none", () => {
    for (const digits of [9, 30, 400]) {
      const wait = millis("9".repeat(digits))
      expect(wait === undefined || Number.isFinite(wait)).toBe(true)
      const fromMessage = millis(undefined, { message: `in [${"9".repeat(digits)}] seconds` })
      expect(fromMessage === undefined || Number.isFinite(fromMessage)).toBe(true)
    }
  })
})
