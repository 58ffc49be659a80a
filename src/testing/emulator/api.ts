import * as Either from "effect/Either"
import type { Input as InputOf, Operation } from "../operation.js"
import type { Call } from "./handlers/Handler.js"
import { handlers } from "./handlers/index.js"
import * as Input from "./input.js"
import type { AccessToken, Permissions, UserRecord } from "./model.js"
import type { Org } from "./Org.js"
import * as Refusal from "./Refusal.js"
import * as RateLimit from "./rateLimit.js"
import type { Match } from "./routes.js"
import { type Answer, json, noContent, type WireRequest } from "./wire.js"

/**
 * Answers a request to the API, in the order of a gateway and the service behind it: route, token,
 * rate limit, permissions, body, parameters, and then the handler.
 */
export const answer = (
  org: Org,
  found: Either.Either<Match, Refusal.Refusal>,
  request: WireRequest,
  now: number,
  correlationId: string
): Answer => {
  if (Either.isLeft(found)) return refused(found.left, correlationId)
  const access = authenticate(org, request, now)
  if (Either.isLeft(access)) return refused(access.left, correlationId)
  const counted = RateLimit.count(org, access.right.value, org.rateLimit, now)
  const headers = RateLimit.headers(counted)
  if (counted?.exceeded === true) {
    return refused(Refusal.tooManyRequests(counted.reset, counted.allowed), correlationId, headers)
  }
  const { callerId, permissions, token } = access.right
  const { clientId, userId } = token
  const caller = { id: callerId, permissions, clientId, userContext: userId !== undefined }
  return perform(org, found.right, request, caller, now, correlationId, headers)
}

/** Answers as to a user who is there, who needs no token, and whom no rate limit counts. */
export const answerAs = (
  org: Org,
  found: Either.Either<Match, Refusal.Refusal>,
  request: WireRequest,
  user: UserRecord,
  now: number,
  correlationId: string
): Answer =>
  Either.isLeft(found)
    ? refused(found.left, correlationId)
    : perform(org, found.right, request, { ...user, clientId: undefined, userContext: true }, now, correlationId, {})

interface Caller {
  readonly id: string
  readonly permissions: Permissions
  readonly userContext: boolean
  readonly clientId: string | undefined
}

const perform = (
  org: Org,
  match: Match,
  request: WireRequest,
  caller: Caller,
  now: number,
  correlationId: string,
  headers: Readonly<Record<string, string>>
): Answer => {
  const result = Either.gen(function* () {
    yield* permit(match, caller)
    const input = yield* Input.decode(match, request)
    return yield* handle(match.route.operation, input, {
      org,
      caller: yield* org.accounts.user(caller.id),
      userContext: caller.userContext,
      clientId: caller.clientId,
      permissions: caller.permissions,
      now
    })
  })
  if (Either.isLeft(result)) return refused(result.left, correlationId, headers)
  const reply = result.right === undefined ? noContent : json(200, result.right)
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

export const refused = (
  refusal: Refusal.Refusal,
  contextId: string,
  headers: Readonly<Record<string, string>> = {}
): Answer => json(refusal.status, errorBody(refusal, contextId), { ...headers, ...refusal.headers })

export const errorBody = ({ body, code, message, status }: Refusal.Refusal, contextId: string) => ({
  message,
  code,
  status,
  messageParams: {},
  contextId,
  details: [],
  errors: [],
  ...body
})

/** Input was checked against the operation's own description, which is what its handler's input type is made of. */
const handle = <K extends Operation>(operation: K, input: Record<string, unknown>, call: Call) =>
  handlers[operation](input as unknown as InputOf<K>, call)

interface Access {
  readonly value: string
  readonly token: AccessToken
  readonly callerId: string
  readonly permissions: Permissions
}

export const authenticate = (org: Org, request: WireRequest, now: number): Either.Either<Access, Refusal.Refusal> => {
  const header = request.headers.authorization
  if (header === undefined || header.trim() === "") return Refusal.unauthenticated("authentication.required")
  const value = /^bearer +(\S+)$/i.exec(header)?.[1]
  const token = value === undefined ? undefined : org.accounts.accessTokens.get(value)
  const client = token === undefined ? undefined : org.accounts.clients.get(token.clientId)
  if (value === undefined || token === undefined || client === undefined) {
    return Refusal.unauthenticated("bad.credentials")
  }
  if (now >= token.expiresAt) return Refusal.unauthenticated("credentials.expired")
  const permissions =
    token.permissions ??
    (token.userId === undefined ? client.permissions : (org.accounts.users.get(token.userId)?.permissions ?? new Set()))
  return Either.right({ value, token, callerId: token.userId ?? client.botId, permissions })
}

const permit = (
  { route }: Match,
  { permissions }: Pick<Caller, "permissions">
): Either.Either<void, Refusal.Refusal> => {
  const needed = route.endpoint.permissions
  return needed.length === 0 || permissions === "all" || needed.some((permission) => permissions.has(permission))
    ? Either.void
    : Refusal.missingPermissions(needed)
}
