/**
 * Who calls, and what they may do. `ChatsClient.check` asks for both.
 *
 * @since 0.1.0
 */
import * as Endpoint from "../declaration.js"
import { AuthzSubject, TokenInfo } from "../domain/Authorization.js"
import { BooleanFromString } from "../internal/effect/schema.js"
import { optional } from "../internal/schema.js"

/**
 * Gets what the service knows of the token: its organisation and its OAuth client. With `preserveIdleTTL` the call
 * does not put off the end of an idle token.
 *
 * @example
 * ```ts
 * import { DirectoryApi } from "effect-genesys-chats"
 *
 * const program = DirectoryApi.getTokensMe({ preserveIdleTTL: true })
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getTokensMe: Endpoint.Of<"getTokensMe", { readonly preserveIdleTTL?: boolean | undefined }, TokenInfo> =
  Endpoint.make("getTokensMe", {
    method: "GET",
    path: "/api/v2/tokens/me",
    pathParameters: {},
    query: { preserveIdleTTL: optional(BooleanFromString) },
    success: TokenInfo,
    permissions: []
  })

/**
 * Gets the roles of the caller, and what they permit. It is documented for users; what it answers to a
 * client's own token (client credentials) is not known.
 *
 * @example
 * ```ts
 * import { DirectoryApi } from "effect-genesys-chats"
 *
 * const program = DirectoryApi.getAuthorizationSubjectsMe()
 * ```
 * @since 0.1.0
 * @category endpoints
 */
export const getAuthorizationSubjectsMe: Endpoint.Of<"getAuthorizationSubjectsMe", {}, AuthzSubject> = Endpoint.make(
  "getAuthorizationSubjectsMe",
  {
    method: "GET",
    path: "/api/v2/authorization/subjects/me",
    pathParameters: {},
    success: AuthzSubject,
    permissions: []
  }
)
