/**
 * Where an organisation lives: the hosts of its API and of its login service.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { literal, optional, parse } from "./internal/config.js"
import { invalid } from "./internal/effect/config.js"
import { configProviderOf } from "./internal/effect/fiber.js"
import { lazySchema } from "./internal/lazySchema.js"
import { oneOf } from "./internal/options.js"
import { perInputs } from "./internal/perInputs.js"

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

/**
 * The names of all regions.
 *
 * @example
 * ```ts
 * import { Region } from "effect-genesys-chats"
 *
 * const choices = Region.names.map((name) => ({ name, host: new URL(Region.make(name).apiUrl).host }))
 * ```
 * @since 0.1.0
 * @category models
 */
export const names: ReadonlyArray<Name> = Object.keys(domains) as ReadonlyArray<Name>

/**
 * Whether a text is the name of a region, for names that come from elsewhere.
 *
 * @example
 * ```ts
 * import { Region } from "effect-genesys-chats"
 *
 * const hostsOf = (name: string) => (Region.isName(name) ? Region.make(name) : undefined)
 * ```
 * @since 0.1.0
 * @category guards
 */
export const isName = (name: unknown): name is Name => typeof name === "string" && Object.hasOwn(domains, name)

/**
 * The name of a region as a schema, for names that come from a database or a request.
 *
 * @example
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { Region } from "effect-genesys-chats"
 *
 * const Tenant = Schema.Struct({ id: Schema.String, region: Region.Name })
 * ```
 * @since 0.1.0
 * @category schemas
 */
export const Name: Schema.Schema<Name> = lazySchema(() =>
  Schema.Literal(...names).annotations({ identifier: "RegionName", description: "the name of a Genesys Cloud region" })
)

/**
 * Where a region's API and its login service are, as URLs without a slash at the end.
 *
 * @since 0.1.0
 * @category models
 */
export interface Hosts {
  readonly apiUrl: string
  readonly loginUrl: string
}

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
export class Region extends Context.Tag("effect-genesys-chats/Region")<Region, Hosts>() {}

/**
 * The hosts of a region by its name. Throws for any other name, and lists the valid ones: {@link isName} and
 * {@link Name} check beforehand.
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
export const make = (name: Name): Hosts => {
  const domain = domains[oneOf("Region.make: name", name, names)]
  return { apiUrl: `https://api.${domain}`, loginUrl: `https://login.${domain}` }
}

/**
 * One of the 18 regions, by name. It is a defect to build it for any other name.
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
export const layer = (name: Name): Layer.Layer<Region> => Layer.sync(Region, () => make(name))

/**
 * The name of the region whose API is at a URL; none for your own hosts.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Region } from "effect-genesys-chats"
 *
 * const name = Effect.map(Region.Region, ({ apiUrl }) => Region.nameOf(apiUrl))
 * ```
 * @since 0.1.0
 * @category getters
 */
export const nameOf = (apiUrl: string): Option.Option<Name> =>
  Option.fromNullable(names.find((name) => make(name).apiUrl === apiUrl))

const baseUrl = (input: string): Either.Either<string, string> => {
  const invalid = (reason: string) => Either.left(`an http or https URL that names a host, but ${reason}`)
  if (!URL.canParse(input)) return invalid("is not a URL")
  const url = new URL(input)
  if (url.protocol !== "https:" && url.protocol !== "http:") return invalid(`its scheme is "${url.protocol}"`)
  if (url.username !== "" || url.password !== "") return invalid("holds a user name or a password")
  if (url.search !== "" || url.hash !== "") return invalid("has a query or a fragment")
  return Either.right(url.href.replace(/\/+$/, ""))
}

/**
 * Your own hosts: an emulator, a proxy or a region that is not listed. Fails
 * with a `ConfigError` that names what is not a URL.
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
    Effect.suspend(() =>
      Either.all({ apiUrl: given("apiUrl", urls.apiUrl), loginUrl: given("loginUrl", urls.loginUrl) })
    )
  )

const given = (name: string, url: string): Either.Either<string, ConfigError.ConfigError> =>
  Either.mapLeft(baseUrl(url.trim()), (expected) => invalid([name], `must be ${expected}`))

/**
 * The region that the environment names: `GENESYS_CLOUD_REGION`, or `GENESYS_CLOUD_API_URL` together with
 * `GENESYS_CLOUD_LOGIN_URL` for your own hosts, which take precedence. A missing or wrong value is a `ConfigError`
 * that names it.
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
export const layerConfig: Layer.Layer<Region, ConfigError.ConfigError> = perInputs(
  Layer.effect(
    Region,
    Effect.gen(function* () {
      const urls = {
        apiUrl: parse("GENESYS_CLOUD_API_URL", baseUrl),
        loginUrl: parse("GENESYS_CLOUD_LOGIN_URL", baseUrl)
      }
      const { apiUrl, loginUrl } = yield* Config.all({
        apiUrl: optional(urls.apiUrl),
        loginUrl: optional(urls.loginUrl)
      })
      if (apiUrl === undefined && loginUrl === undefined) {
        return make(yield* literal("GENESYS_CLOUD_REGION", ...names))
      }
      return yield* Config.all(urls)
    })
  ),
  { services: [], config: configProviderOf }
)
