/**
 * A login service and an API in memory, for the tests of credentials.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, FlowControl, Region } from "effect-genesys-chats"
import { type Answer, json, type Received, type Scripted, scripted } from "../utils/http.js"
import { call, inputs, roomJid } from "../utils/samples.js"

export const clientId = "id"
export const clientSecret = Redacted.make("s:e/c")
export const clientCredentials = Credentials.layerClientCredentials({ clientId, clientSecret })

export const isLogin = ({ url }: Received) => url.hostname.startsWith("login.")
export const logins = ({ requests }: Scripted) => requests.filter(isLogin)
export const calls = ({ requests }: Scripted) => requests.filter((request) => !isLogin(request))
export const bearers = (http: Scripted) => calls(http).map(({ headers }) => headers["authorization"])
export const form = (request: Received | undefined) => Object.fromEntries(new URLSearchParams(request?.body ?? ""))

/** A login service that gives out token-1, token-2, …, and an API that takes them as `api` says. */
export const services = (
  login: (n: number) => Answer = (n) =>
    json(200, { access_token: `token-${n}`, token_type: "bearer", expires_in: 3600 }),
  api: (request: Received) => Answer = () => json(200, {})
): Scripted => {
  let n = 0
  return scripted((request) => (isLogin(request) ? login(++n) : api(request)))
}

type Grant = Layer.Layer<Credentials.Credentials, never, Layer.Layer.Context<typeof clientCredentials>>

export const live = (http: Scripted, grant: Grant = clientCredentials) =>
  ChatsClient.layer.pipe(
    Layer.provideMerge(grant),
    Layer.provide(FlowControl.layerNone),
    Layer.provide(Region.layer("eu-central-1")),
    Layer.provide(http.layer)
  )

export const getRoom = call(Chats.getChatsRoom, { roomJid })
export const send = call(Chats.postChatsRoomMessages, inputs.postChatsRoomMessages)

export const many = <A, E, R>(n: number, program: Effect.Effect<A, E, R>): Effect.Effect<ReadonlyArray<A>, E, R> =>
  Effect.all(
    Array.from({ length: n }, () => program),
    { concurrency: "unbounded" }
  )
