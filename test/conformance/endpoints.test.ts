/** Client 3 or 4 against emulator 3 or 4: every endpoint answers the same, and as the API's facts say. */
import { describe, expect, it } from "vitest"
import { facts } from "../utils/facts.js"
import { nameOf, type Pair, pairs, remembered, timeless, useDrivers } from "./harness/matrix.js"
import { everyEndpoint } from "./scenarios/everyEndpoint.js"

const driver = useDrivers()

const played = remembered(async ({ client, emulator: of }: Pair) => {
  const emulator = await driver(of).emulator({ seed: 7 })
  const { clientId, clientSecret, url } = emulator
  const bot = await driver(client).client({ url, credentials: { clientId, clientSecret } })
  const transcript = await everyEndpoint(emulator, {
    bot: bot.call,
    withToken: async (token) => (await driver(client).client({ url, credentials: { token } })).call
  })
  return { transcript, requests: await emulator.control("requests") }
}, nameOf)

describe.each(pairs)("client $client × emulator $emulator", (pair) => {
  it("calls every endpoint of the API, and each succeeds", async () => {
    const { transcript } = await played(pair)
    expect(transcript.filter(([, reply]) => "error" in reply)).toEqual([])
    const called = new Set(transcript.map(([operation]) => operation))
    expect([...called].sort()).toEqual(facts.endpoints.map(({ name }) => name).sort())
  })

  it("gets and sends the same as client 3 × emulator 3", async () => {
    const [ours, reference] = await Promise.all([played(pair), played({ client: "3", emulator: "3" })])
    expect(timeless(ours.transcript)).toEqual(timeless(reference.transcript))
    const sent = (requests: ReadonlyArray<Record<string, unknown>>) =>
      requests.map(({ body, method, operation, path, query, status }) => ({
        body,
        method,
        operation,
        path,
        query,
        status
      }))
    expect(timeless(sent(ours.requests))).toEqual(timeless(sent(reference.requests)))
  })
})
