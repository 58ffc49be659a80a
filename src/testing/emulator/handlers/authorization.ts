import * as Either from "effect/Either"
import type { Permissions } from "../model.js"
import type { Handlers } from "./Handler.js"
import { userContext } from "./settings.js"

/** Who calls, and what they may do. */
export const authorization: Pick<Handlers, "getTokensMe" | "getAuthorizationSubjectsMe"> = {
  getTokensMe: (_, { clientId, org, userContext: isUser }) => {
    const organization = { id: org.settings.orgName, name: org.settings.orgName }
    return Either.right({
      organization,
      homeOrganization: organization,
      ...(clientId === undefined
        ? {}
        : {
            OAuthClient: { id: clientId, name: clientId, authorizedGrantType: isUser ? "CODE" : "CLIENT-CREDENTIALS" }
          })
    })
  },

  getAuthorizationSubjectsMe: (_, call) =>
    Either.map(call.org.settings.directory.rolesFor === "users" ? userContext(call) : Either.void, () => ({
      id: call.userContext ? call.caller.id : (call.clientId ?? call.caller.id),
      name: call.caller.name,
      grants: [
        {
          division: { id: "home", name: "Home" },
          role: { id: "role", name: "role", policies: policiesOf(call.permissions) }
        }
      ]
    }))
}

const policiesOf = (permissions: Permissions) =>
  permissions === "all"
    ? [{ domain: "*", entityName: "*", actions: ["*"] }]
    : [...permissions].map((permission) => {
        const [domain = "", entityName = "", action = ""] = permission.split(":")
        return { domain, entityName, actions: [action] }
      })
