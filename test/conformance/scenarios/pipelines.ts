/** What pipelines come to, on an org that is the same for all. */
import type { JsonObject, Reply } from "../driver/protocol.js"
import type { ClientHandle, EmulatorHandle, Loose } from "../harness/driver.js"

export interface Played {
  readonly transcript: ReadonlyArray<readonly [pipeline: string, reply: Reply]>
  /** How many requests there were of each operation, those of what polls apart. */
  readonly requests: { readonly [operation: string]: number }
}

const delayed = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const pipelines = async (
  emulator: EmulatorHandle,
  client: ClientHandle,
  alone: ClientHandle
): Promise<Played> => {
  const transcript: Array<readonly [string, Reply]> = []
  const run = async (name: string, input: JsonObject = {}, by = client): Promise<Loose> => {
    const reply = await by.pipeline(name, input)
    transcript.push([name, reply])
    return reply
  }
  const alice = await emulator.control("addUser", { name: "Alice" })
  const bob = await emulator.control("addUser", { name: "Bob" })
  const room: string = await emulator.control("addRoom", {
    subject: "Incident",
    participants: [emulator.bot.id, alice.id]
  })
  const ids: ReadonlyArray<string> = await emulator.control("seedMessages", room, 8)

  await run("history", { target: room })
  await run("history", { target: room, order: "ascending" })
  await run("history", { target: "adhoc-404@conference.acme.orgspan.com" })
  await run("load", { target: room, ids })
  await run("load", { target: room, ids: [ids[0] ?? "", "none"] })
  await run("broadcast", { targets: [room, alice.id, "nobody", bob.id], message: "Please join" })
  await run("user", { email: "alice@acme.example" })
  await run("user", { email: "nobody@acme.example" })
  await run("users", { emails: ["alice@acme.example", "bob@acme.example"] })
  const opened = await run("open", {
    subject: "4712",
    users: [alice.id, "bob@acme.example"],
    firstMessage: "Hello",
    pin: true
  })
  await run("open", { subject: "4713", users: ["nobody@acme.example"] })
  await run("close", { room: opened.value?.room?.jid ?? "none", keep: [emulator.bot.id] })
  await run("me")
  await run("me", {}, alone)
  await run("inbox", {}, alone)
  const requests: ReadonlyArray<{ operation: string }> = await emulator.control("requests")

  // what listens hears what comes later
  const post = async (listening: Promise<unknown>, count: number) => {
    let over = false
    listening.finally(() => {
      over = true
    })
    for (let n = 0; n < count || !over; n++) {
      await delayed(150)
      if (n < count) await client.call("postChatsRoomMessages", { roomJid: room, message: `message ${n}` })
    }
  }
  const following = run("follow", { target: room, count: 2 })
  await delayed(500)
  await post(following, 2)
  const hearing = run("heard", { target: room, count: 2 })
  await delayed(1000)
  await post(hearing, 2)
  const counts: Record<string, number> = {}
  for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1
  return { transcript, requests: counts }
}
