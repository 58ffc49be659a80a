/**
 * Where the examples run: the org that `GENESYS_CLOUD_*` names, or else an emulator of the
 * service on a real loopback socket, so that they run on any machine.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ChatsClient, Credentials, Region, RoomJid, UserId } from "effect-genesys-chats"
import { Emulator, type Faults } from "effect-genesys-chats/testing"
import * as Undici from "effect-genesys-chats/undici"

/** The people to chat with, and a room that the program may not enter. */
export class Org extends Context.Tag("examples/Org")<
  Org,
  { readonly name: string; readonly users: ReadonlyArray<UserId>; readonly foreignRoom: RoomJid }
>() {}

const real = ChatsClient.layerConfig.pipe(
  Layer.provide(Undici.layer),
  Layer.merge(
    Layer.effect(
      Org,
      Effect.gen(function* () {
        const userIds = yield* Config.array(Config.string(), "GENESYS_CLOUD_USER_IDS")
        const foreign = yield* Config.string("GENESYS_CLOUD_FOREIGN_ROOM").pipe(
          Config.withDefault("adhoc-00000000-0000-0000-0000-000000000000@conference.none.orgspan.com")
        )
        return {
          name: "the org of the environment",
          users: userIds.map((id) => UserId.make(id)),
          foreignRoom: RoomJid.make(foreign)
        }
      })
    )
  )
)

const emulated = (options: Emulator.Options) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const { clientId, clientSecret, url } = emulator
      const people = yield* Effect.forEach(["Alice", "Bob", "Carol"], (name) => emulator.addUser({ name }))
      const users = people.map((user) => user.id)
      const { jid: foreignRoom } = yield* emulator.addGroupRoom({ name: "Board", participants: users })
      return ChatsClient.layer.pipe(
        Layer.provide(Credentials.layerClientCredentials({ clientId, clientSecret })),
        Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
        Layer.provide(Undici.layer),
        Layer.merge(Layer.succeed(Org, { name: `an emulator on ${url}`, users, foreignRoom }))
      )
    })
  ).pipe(Layer.provide(Emulator.layerServer(options)))

/** The client and the org; `faults` are put before the emulator, never before a real org. */
export const layer = (options: { readonly faults?: Faults.Faults } = {}) =>
  Layer.unwrapEffect(
    Effect.map(
      Config.all([
        Config.option(Config.string("GENESYS_CLOUD_REGION")),
        Config.option(Config.string("GENESYS_CLOUD_API_URL"))
      ]),
      (named) => (named.some((value) => value._tag === "Some") ? real : emulated(options))
    )
  )
