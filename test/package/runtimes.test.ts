import { beforeAll, describe, expect, inject, it } from "vitest"
import { node, output } from "./toolchain.js"

const consumer = inject("consumer")

/** Both entry points, one call through the live client against the emulator in memory, and one through the stub. */
const smoke = `
import * as Effect from "effect/Effect"
import { Chats, ChatsError } from "effect-genesys-chats"
import * as OneByOne from "effect-genesys-chats/Chats"
import { ChatsStub, Emulator, Faults } from "effect-genesys-chats/testing"

const live = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const alice = yield* emulator.addUser({ name: "Alice" })
  const { jid } = yield* Chats.postChatsRooms({ subject: "Incident 4711", userIds: [alice.id] })
  yield* Chats.postChatsRoomMessages({ roomJid: jid, message: "We are on it" })
  const { entities } = yield* OneByOne.getChatsRoomMessages({ roomJid: jid })
  return entities.map(({ body }) => body)
}).pipe(Effect.provide(Emulator.layerClient({ faults: Faults.script([Faults.status(503)]) })))

const stubbed = Chats.getChatsSettings().pipe(
  Effect.flip,
  Effect.map(({ _tag }) => _tag),
  Effect.provide(ChatsStub.layer({ getChatsSettings: () => new ChatsError.Forbidden() }))
)

process.stdout.write(JSON.stringify([process.versions.node.split(".")[0], await Effect.runPromise(Effect.all([live, stubbed]))]))
`

describe.each([
  ["20", "20.20.2"],
  ["22", "22.23.3"],
  ["24", "24.21.0"]
])("Node %s", (major, version) => {
  let executable = ""
  beforeAll(async () => {
    executable = await node(version)
  }, 300_000)

  it("runs it", async () => {
    const said = await output(executable, ["--input-type=module", "--eval", smoke], consumer)
    expect(JSON.parse(said)).toEqual([major, [["We are on it"], "Forbidden"]])
  })
})
