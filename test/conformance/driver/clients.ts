/** The clients of a driver. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, DirectoryApi, Region, RetryPolicy } from "effect-genesys-chats"
import * as Undici from "effect-genesys-chats/undici"
import { replyOf } from "./plain.js"
import type { ClientOptions, Json, JsonObject, Orders, Reply } from "./protocol.js"

const transports = { fetch: FetchHttpClient.layer, layerUndici: NodeHttpClient.layerUndici, undici: Undici.layer }

const quickly = RetryPolicy.backoff({ base: "1 millis", floor: 0, cap: "2 millis" })

const policies = {
  none: () => RetryPolicy.none,
  quick: () =>
    RetryPolicy.make({
      tooManyRequests: quickly,
      badGateway: quickly,
      serviceUnavailable: quickly,
      gatewayTimeout: quickly
    }),
  standard: () => RetryPolicy.standard
}

const layerOf = ({ credentials, retry, transport, url }: ClientOptions) =>
  ChatsClient.layer.pipe(
    Layer.provide(
      "token" in credentials
        ? Credentials.layerToken(Redacted.make(credentials.token))
        : Credentials.layerClientCredentials({
            clientId: credentials.clientId,
            clientSecret: Redacted.make(credentials.clientSecret)
          })
    ),
    Layer.provide(Region.layerCustom({ apiUrl: url, loginUrl: url })),
    Layer.provide(transports[transport ?? "fetch"]),
    Layer.provideMerge(RetryPolicy.layer(policies[retry ?? "standard"]()))
  )

const clients: Array<ManagedRuntime.ManagedRuntime<ChatsClient.ChatsClient, unknown>> = []

export const make = async (options: Orders["client"]): Promise<Json> =>
  clients.push(ManagedRuntime.make(layerOf(options))) - 1

/** What an effect comes to with a client. */
export const run = <A, E>(index: number, effect: Effect.Effect<A, E, ChatsClient.ChatsClient>): Promise<Reply> => {
  const client = clients[index]
  if (client === undefined) throw new Error(`no client ${index}`)
  return client.runPromise(replyOf(effect))
}

type AnyEndpoint = (input: JsonObject) => Effect.Effect<unknown, unknown, ChatsClient.ChatsClient>

const endpoints: { readonly [name: string]: unknown } = { ...Chats, ...DirectoryApi }

/** A date of a history is a value of the library's, not text; of a listing of conversations, `after` is a cursor. */
const decoded = (operation: string, input: JsonObject): JsonObject =>
  operation === "getUsersChatsMe"
    ? input
    : Object.fromEntries(
        Object.entries(input).map(([key, value]) => [
          key,
          (key === "before" || key === "after") && typeof value === "string" ? (date(value) as unknown as Json) : value
        ])
      )

export const date = (text: string): DateTime.Utc => DateTime.toUtc(Option.getOrThrow(DateTime.make(text)))

export const call = ({ client, input, operation }: Orders["call"]): Promise<Reply> => {
  const endpoint = endpoints[operation] as AnyEndpoint | undefined
  if (endpoint === undefined) throw new Error(`no endpoint ${operation}`)
  return run(client, endpoint(decoded(operation, input)))
}
