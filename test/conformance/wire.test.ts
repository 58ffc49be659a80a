/** Raw requests, well formed or not: emulator 3 and emulator 4 answer them alike, to the last header. */
import { describe, expect, it } from "vitest"
import type { JsonObject } from "./driver/protocol.js"
import type { EmulatorHandle } from "./harness/driver.js"
import { majors } from "./harness/majors.js"
import { timeless, useDrivers } from "./harness/matrix.js"
import { type Raw, rawRequests } from "./scenarios/rawRequests.js"

const driver = useDrivers()

/** Headers that are of the socket, and those that tell the time. */
const incidental = new Set(["connection", "date", "keep-alive", "transfer-encoding", "inin-ratelimit-reset"])

const send = async ({ url }: EmulatorHandle, { body, headers, method, path }: Raw): Promise<JsonObject> => {
  const response = await fetch(url + path, {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body })
  })
  const kept = Array.from(response.headers).filter(([name]) => !incidental.has(name))
  return { status: response.status, headers: Object.fromEntries(kept), body: await response.text() }
}

const answers = async (emulator: EmulatorHandle) => {
  const answered: Array<readonly [string, JsonObject]> = []
  for (const [what, raw] of await rawRequests(emulator)) answered.push([what, await send(emulator, raw)])
  return answered
}

describe("every raw request", () => {
  it("gets one answer, whichever the emulator", async () => {
    const [first, ...others] = await Promise.all(
      majors.map(async (major) => timeless(await answers(await driver(major).emulator({ seed: 5 }))))
    )
    expect(new Set(first?.map(([, { status }]) => status))).toEqual(new Set([200, 204, 400, 401, 404, 405, 413, 415]))
    for (const other of others) expect(other).toEqual(first)
  })
})
