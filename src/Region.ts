/**
 * Where an organisation lives: the hosts of its API and of its login service.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** The domain of each region: https://developer.genesys.cloud/platform/api/. */
const domains = {
  "us-east-1": "mypurecloud.com",
  "us-west-2": "usw2.pure.cloud",
  "us-east-2": "use2.us-gov-pure.cloud",
  "ca-central-1": "cac1.pure.cloud",
  "sa-east-1": "sae1.pure.cloud",
  "mx-central-1": "mxc1.pure.cloud",
  "eu-west-1": "mypurecloud.ie",
  "eu-west-2": "euw2.pure.cloud",
  "eu-central-1": "mypurecloud.de",
  "eu-central-2": "euc2.pure.cloud",
  "eusc-de-east-1": "edee1.eusc-pure.cloud",
  "me-central-1": "mec1.pure.cloud",
  "ap-south-1": "aps1.pure.cloud",
  "ap-southeast-1": "apse1.pure.cloud",
  "ap-southeast-2": "mypurecloud.com.au",
  "ap-northeast-1": "mypurecloud.jp",
  "ap-northeast-2": "apne2.pure.cloud",
  "ap-northeast-3": "apne3.pure.cloud"
} as const

/**
 * The name of a region, as `eu-central-1`.
 *
 * @since 0.1.0
 * @category models
 */
export type Name = keyof typeof domains

const isName = (name: string): name is Name => Object.hasOwn(domains, name)

/**
 * The names of all regions.
 *
 * @example
 * ```ts
 * import { Region } from "effect-genesys-chats"
 *
 * const isRegion = (name: string) => Region.names.some((one) => one === name)
 * ```
 * @since 0.1.0
 * @category models
 */
export const names: ReadonlyArray<Name> = Object.keys(domains).filter(isName)

/**
 * The hosts of a region, without a slash at the end: `apiUrl` and `loginUrl`.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Region } from "effect-genesys-chats"
 *
 * const host = Effect.map(Region.Region, ({ apiUrl }) => new URL(apiUrl).host)
 * ```
 * @since 0.1.0
 * @category tags
 */
export class Region extends Context.Tag("effect-genesys-chats/Region")<
  Region,
  { readonly apiUrl: string; readonly loginUrl: string }
>() {}

/**
 * The hosts of a region by its name.
 *
 * @example
 * ```ts
 * import { Region } from "effect-genesys-chats"
 *
 * const { apiUrl, loginUrl } = Region.make("eu-central-1")
 * ```
 * @since 0.1.0
 * @category constructors
 */
export const make = (name: Name): Region["Type"] => ({
  apiUrl: `https://api.${domains[name]}`,
  loginUrl: `https://login.${domains[name]}`
})

/**
 * One of the 18 regions, by name.
 *
 * @example
 * ```ts
 * import { Region } from "effect-genesys-chats"
 *
 * const Frankfurt = Region.layer("eu-central-1")
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layer = (name: Name): Layer.Layer<Region> => Layer.succeed(Region, make(name))

const baseUrl = (key: string, input: string): Either.Either<string, ConfigError.ConfigError> => {
  const invalid = (reason: string) => Either.left(ConfigError.InvalidData([key], reason))
  if (!URL.canParse(input)) return invalid("is not a URL")
  const url = new URL(input)
  if (url.protocol !== "https:" && url.protocol !== "http:") return invalid("must be an http or https URL")
  if (url.username !== "" || url.password !== "") return invalid("must not hold a user name or a password")
  if (url.search !== "" || url.hash !== "") return invalid("must not have a query or a fragment")
  return Either.right(url.href.replace(/\/+$/, ""))
}

/**
 * Hosts of one's own: an emulator, a proxy or a region that is not listed. Fails
 * with a `ConfigError` that names the URL which is none.
 *
 * @example
 * ```ts
 * import { Region } from "effect-genesys-chats"
 *
 * const Local = Region.layerCustom({ apiUrl: "http://127.0.0.1:8080", loginUrl: "http://127.0.0.1:8080" })
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerCustom = (urls: {
  readonly apiUrl: string
  readonly loginUrl: string
}): Layer.Layer<Region, ConfigError.ConfigError> =>
  Layer.effect(
    Region,
    Either.all({ apiUrl: baseUrl("apiUrl", urls.apiUrl), loginUrl: baseUrl("loginUrl", urls.loginUrl) })
  )

const url = (key: string) => Config.string(key).pipe(Config.mapOrFail((input) => baseUrl(key, input)))

const byName = Config.string("GENESYS_CLOUD_REGION").pipe(
  Config.mapOrFail((name) =>
    isName(name)
      ? Either.right(make(name))
      : Either.left(
          ConfigError.InvalidData(["GENESYS_CLOUD_REGION"], `"${name}" is none of the regions ${names.join(", ")}`)
        )
  )
)

/**
 * The region that the environment names: `GENESYS_CLOUD_REGION`, or
 * `GENESYS_CLOUD_API_URL` together with `GENESYS_CLOUD_LOGIN_URL` for hosts of one's
 * own. A missing or wrong value is a `ConfigError` that names it.
 *
 * @example
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { ChatsClient, Region } from "effect-genesys-chats"
 *
 * const Live = ChatsClient.layer.pipe(Layer.provide(Region.layerConfig))
 * ```
 * @since 0.1.0
 * @category layers
 */
export const layerConfig: Layer.Layer<Region, ConfigError.ConfigError> = Layer.effect(
  Region,
  Effect.gen(function* () {
    const apiUrl = yield* Config.option(url("GENESYS_CLOUD_API_URL"))
    const loginUrl = yield* Config.option(url("GENESYS_CLOUD_LOGIN_URL"))
    if (Option.isNone(apiUrl) && Option.isNone(loginUrl)) return yield* byName
    return yield* Config.all({ apiUrl: url("GENESYS_CLOUD_API_URL"), loginUrl: url("GENESYS_CLOUD_LOGIN_URL") })
  })
)
