import type { Description } from "../declaration.js"
import type { AuthzSubject } from "../domain/Authorization.js"

/**
 * Whether the caller may use an endpoint, as far as its roles say: `"granted"` if they hold one of the permissions
 * that the endpoint needs, or it needs none; `"missing"` if they hold none; `"unknown"` if the service did not say,
 * the grant is conditional, or the endpoint needs a user and the token is a client's.
 *
 * @since 0.1.0
 * @category models
 */
export type Permission = "granted" | "missing" | "unknown"

/** Whether the roles of a caller hold one of the permissions that an endpoint names. */
export const permissionOf = ({ permissions }: Description, subject: AuthzSubject | undefined): Permission => {
  if (permissions.length === 0) return "granted"
  if (subject?.grants === undefined) return "unknown"
  const policies = subject.grants.flatMap(({ role }) => role?.policies ?? [])
  const matching = policies.filter((policy) => permissions.some((permission) => covers(policy, permission)))
  if (matching.some(({ condition }) => condition === undefined || condition === "")) return "granted"
  // whether a condition holds is known to the service alone; so is what a role without policies permits
  const untold = subject.grants.some(({ role }) => role?.policies === undefined)
  return matching.length > 0 || untold ? "unknown" : "missing"
}

type Policy = {
  readonly domain?: string | undefined
  readonly entityName?: string | undefined
  readonly actions?: ReadonlyArray<string> | undefined
}

const covers = ({ actions = [], domain, entityName }: Policy, permission: string): boolean => {
  const [wantedDomain, wantedEntity, wantedAction] = permission.split(":")
  return is(domain, wantedDomain) && is(entityName, wantedEntity) && actions.some((action) => is(action, wantedAction))
}

const is = (granted: string | undefined, wanted: string | undefined): boolean =>
  granted !== undefined && (granted === "*" || granted.toLowerCase() === wanted?.toLowerCase())
