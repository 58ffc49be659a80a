/**
 * Whose token it is, and what it may do, as far as a check at the start of a program asks.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { lazySchema } from "../internal/lazySchema.js"
import { optional } from "../internal/schema.js"

const Named = lazySchema(() => Schema.Struct({ id: optional(Schema.String), name: optional(Schema.String) }))

/**
 * A token: its organisation, and the OAuth client that it was given to.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { DirectoryApi } from "effect-genesys-chats"
 *
 * const name = Effect.map(DirectoryApi.getTokensMe({}), ({ organization }) => organization?.name)
 * ```
 * @since 0.1.0
 * @category models
 */
export const TokenInfo = lazySchema(() =>
  Schema.Struct({
    organization: optional(Named),
    homeOrganization: optional(Named),
    authorizedScope: optional(Schema.Array(Schema.String)),
    OAuthClient: optional(
      Schema.Struct({
        id: optional(Schema.String),
        name: optional(Schema.String),
        authorizedGrantType: optional(Schema.String)
      })
    )
  }).annotations({ identifier: "TokenInfo" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface TokenInfo extends Schema.Schema.Type<typeof TokenInfo> {}

/**
 * A caller and the roles that were granted to it. A policy grants the permissions
 * `domain:entityName:action`, `*` standing for any.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { DirectoryApi } from "effect-genesys-chats"
 *
 * const roles = Effect.map(DirectoryApi.getAuthorizationSubjectsMe(), ({ grants = [] }) =>
 *   grants.map(({ role }) => role?.name)
 * )
 * ```
 * @since 0.1.0
 * @category models
 */
export const AuthzSubject = lazySchema(() =>
  Schema.Struct({
    id: optional(Schema.String),
    name: optional(Schema.String),
    grants: optional(
      Schema.Array(
        Schema.Struct({
          division: optional(Named),
          role: optional(
            Schema.Struct({
              id: optional(Schema.String),
              name: optional(Schema.String),
              policies: optional(
                Schema.Array(
                  Schema.Struct({
                    domain: optional(Schema.String),
                    entityName: optional(Schema.String),
                    actions: optional(Schema.Array(Schema.String)),
                    // declared as a string, whose form is not
                    condition: optional(Schema.Unknown)
                  })
                )
              )
            })
          )
        })
      )
    )
  }).annotations({ identifier: "AuthzSubject" })
)
/**
 * @since 0.1.0
 * @category models
 */
export interface AuthzSubject extends Schema.Schema.Type<typeof AuthzSubject> {}
