import * as Config from "effect/Config"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { parse, secret, text, trimmed } from "../internal/config.js"
import { both, orElseMissing } from "../internal/effect/config.js"
import { isHeaderValue } from "./login.js"

/** Where client id and secret are configured. */
export interface ClientConfig {
  readonly clientId: Config.Config<string>
  readonly clientSecret: Config.Config<Redacted.Redacted>
}

/** Where an access token is configured. */
export interface TokenConfig {
  readonly token: Config.Config<Redacted.Redacted>
}

type Found =
  | { readonly clientId: string; readonly clientSecret: Redacted.Redacted }
  | { readonly token: Redacted.Redacted }

const toToken = (value: string): Either.Either<Redacted.Redacted, string> =>
  isHeaderValue(value)
    ? Either.right(Redacted.make(value))
    : Either.left("a token of visible ASCII characters in one line")

/** A token, or else client id and secret: the error names all three, and how they go together. */
export const environment: Config.Config<Found> = orElseMissing(
  Config.map(parse("GENESYS_CLOUD_ACCESS_TOKEN", toToken), (token): Found => ({ token })),
  () =>
    Config.map(
      both(text("GENESYS_CLOUD_CLIENT_ID"), secret("GENESYS_CLOUD_CLIENT_SECRET")),
      ([clientId, clientSecret]) => ({ clientId, clientSecret })
    )
)

export const fromConfig = (config: ClientConfig | TokenConfig): Config.Config<Found> => {
  const revealed = <A>(of: Config.Config<Redacted.Redacted>, parse: (text: string) => Either.Either<A, string>) =>
    trimmed(Config.map(of, Redacted.value), parse)
  return "token" in config
    ? Config.all({ token: revealed(config.token, toToken) })
    : Config.all({
        clientId: trimmed(config.clientId, Either.right),
        clientSecret: Config.map(revealed(config.clientSecret, Either.right<string>), Redacted.make)
      })
}
