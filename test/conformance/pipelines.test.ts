/** Client 3 or 4 against emulator 3 or 4: pipelines come to the same, by as many requests. */
import { describe, expect, it } from "vitest"
import { nameOf, type Pair, pairs, remembered, timeless, useDrivers } from "./harness/matrix.js"
import { pipelines } from "./scenarios/pipelines.js"

const driver = useDrivers()

const played = remembered(async ({ client, emulator: of }: Pair) => {
  const emulator = await driver(of).emulator({ seed: 23 })
  const { clientId, clientSecret, url } = emulator
  const bot = await driver(client).client({ url, credentials: { clientId, clientSecret }, retry: "quick" })
  const [user] = await emulator.control("users")
  const token: string = await emulator.control("issueToken", user.id)
  return pipelines(emulator, bot, await driver(client).client({ url, credentials: { token } }))
}, nameOf)

/** What each of them comes to; the ids of what is broken and missing stand in the messages. */
const expected = {
  history: ["value", "value", "NotFound"],
  load: ["value", "MessageNotFound"],
  broadcast: ["value"],
  user: ["value", "UserNotFound"],
  users: ["value"],
  open: ["value", "UserNotFound"],
  close: ["value"],
  me: ["BadRequest", "value"],
  inbox: ["value"],
  follow: ["value"],
  heard: ["value"]
}

describe.each(pairs)("client $client × emulator $emulator", (pair) => {
  it("comes to what is expected", async () => {
    const { requests, transcript } = await played(pair)
    const outcomes: Record<string, Array<string>> = {}
    for (const [name, reply] of transcript) {
      outcomes[name] = [...(outcomes[name] ?? []), "value" in reply ? "value" : reply.error._tag]
    }
    expect(outcomes).toEqual(expected)
    // 8 messages that are asked for at once
    expect(requests["getChatsRoomMessage"]).toBeLessThan(8)
  })

  it("is the same as with client 3 × emulator 3", async () => {
    const [ours, reference] = await Promise.all([played(pair), played({ client: "3", emulator: "3" })])
    expect(timeless(ours)).toEqual(timeless(reference))
  })
})
