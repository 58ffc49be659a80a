/** The types of what a program sees of a client in production. */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as MetricState from "effect/MetricState"
import type * as Option from "effect/Option"
import { Chats, ChatsClient, type Credentials, DirectoryApi, type FlowControl, Metrics } from "effect-genesys-chats"
import type * as platformClient from "purecloud-platform-client-v2"

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
type Expect<T extends true> = T

const one = ChatsClient.check([Chats.getChatsRoom, DirectoryApi.getUser])
const none = ChatsClient.check([])
const series = Metrics.series(Metrics.requestDuration)
const gauges = Metrics.series(Metrics.flowWaiting)

type Checked<Operation extends string> = {
  readonly org: { readonly id: string | undefined; readonly name: string | undefined } | undefined
  readonly region: string
  readonly caller: "user" | "client" | "unknown"
  readonly scopes: ReadonlyArray<string> | undefined
  readonly permissions: { readonly [K in Operation]: "granted" | "missing" | "unknown" }
}

type Fields<T> = { readonly [K in keyof T]: T[K] }

export type Tests = [
  Expect<
    Equal<
      typeof one,
      Effect.Effect<ChatsClient.Checked<"getChatsRoom" | "getUser">, ChatsClient.NotReady, ChatsClient.ChatsClient>
    >
  >,
  Expect<Equal<Fields<ChatsClient.Checked<"getChatsRoom">>, Fields<Checked<"getChatsRoom">>>>,
  Expect<Equal<Fields<Effect.Effect.Success<typeof none>["permissions"]>, {}>>,
  Expect<
    Equal<
      ChatsClient.NotReadyReason,
      "InvalidCredentials" | "TokenRefused" | "Limited" | "Unreachable" | "Unavailable" | "Timeout"
    >
  >,
  Expect<
    Equal<typeof ChatsClient.status, Effect.Effect<Option.Option<ChatsClient.Status>, never, ChatsClient.ChatsClient>>
  >,
  Expect<
    Equal<
      Fields<ChatsClient.Status>,
      {
        readonly org: string | undefined
        readonly region: string
        readonly flow: FlowControl.Status
        readonly retryBudget: number
        readonly credentials: Option.Option<Credentials.Status>
      }
    >
  >,
  Expect<
    Equal<
      Credentials.Status["token"],
      Option.Option<{ readonly age: Duration.Duration; readonly timeLeft: Option.Option<Duration.Duration> }>
    >
  >,
  Expect<Equal<typeof series, Effect.Effect<ReadonlyArray<Metrics.Series<MetricState.MetricState.Histogram>>>>>,
  Expect<Equal<typeof gauges, Effect.Effect<ReadonlyArray<Metrics.Series<MetricState.MetricState.Gauge<number>>>>>>,
  // what the vendor's SDK declares
  Expect<
    Declared<keyof Effect.Effect.Success<ReturnType<typeof DirectoryApi.getTokensMe>>, platformClient.Models.TokenInfo>
  >,
  Expect<
    Declared<
      keyof Effect.Effect.Success<ReturnType<typeof DirectoryApi.getAuthorizationSubjectsMe>>,
      platformClient.Models.AuthzSubject
    >
  >,
  Expect<Declared<"id" | "name" | "policies", platformClient.Models.AuthzGrantRole>>,
  Expect<Declared<"actions" | "domain" | "entityName" | "condition", platformClient.Models.AuthzGrantPolicy>>
]

type Declared<Keys extends PropertyKey, Model> = Equal<Exclude<Keys, keyof Model>, never>
