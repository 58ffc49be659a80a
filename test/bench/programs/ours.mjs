/** This library, its modules imported. */
// @effect-diagnostics missingEffectContext:off
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Chats from "effect-genesys-chats/Chats"
import * as ChatsClient from "effect-genesys-chats/ChatsClient"
import * as Credentials from "effect-genesys-chats/Credentials"
import * as Region from "effect-genesys-chats/Region"
import { firstReply } from "./firstReply.mjs"

const url = process.argv[2]
const Live = ChatsClient.layer.pipe(
  Layer.provide(Credentials.layerToken(Redacted.make("benchmark-token"))),
  Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
  Layer.provide(FetchHttpClient.layer)
)

const program = Chats.getChatsRoom({ roomJid: "adhoc-0b6f@conference.acme.orgspan.com" })

Effect.runPromise(Effect.provide(program, Live)).then(firstReply)
