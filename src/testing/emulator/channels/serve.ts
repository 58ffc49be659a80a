import * as Either from "effect/Either"
import * as Api from "../api.js"
import type { Org } from "../Org.js"
import * as Refusal from "../Refusal.js"
import * as RateLimit from "../rateLimit.js"
import { type Answer, json, type WireRequest } from "../wire.js"
import type { Channels } from "./Channels.js"

/** Answers what is about channels, and who the caller is; `undefined` where it is about something else. */
export const answer = (
  org: Org,
  channels: Channels,
  request: WireRequest,
  socketUrl: string,
  now: number,
  correlationId: string
): Answer | undefined => {
  const user = /^\/api\/v2\/users\/([^/]+)$/.exec(request.path)?.[1]
  const isAboutUser = user !== undefined && request.method === "GET"
  if (!request.path.startsWith("/api/v2/notifications/") && !isAboutUser) return undefined
  const access = Api.authenticate(org, request, now)
  if (Either.isLeft(access)) return Api.refused(access.left, correlationId)
  const counted = RateLimit.count(org, access.right.value, org.rateLimit, now)
  const headers = RateLimit.headers(counted)
  if (counted?.exceeded === true) {
    return Api.refused(Refusal.tooManyRequests(counted.reset, counted.allowed), correlationId, headers)
  }
  const { callerId, token } = access.right
  const result = isAboutUser
    ? describeUser(org, decodeURIComponent(user), callerId, token.userId !== undefined)
    : (channels.answer(request, { owner: `${token.clientId} ${callerId}`, socketUrl }) ?? Refusal.noRoute(request.path))
  return Either.match(result, {
    onLeft: (refusal) => Api.refused(refusal, correlationId, headers),
    onRight: (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } })
  })
}

/** A client's own token has no user behind it. */
const describeUser = (
  org: Org,
  id: string,
  callerId: string,
  userContext: boolean
): Either.Either<Answer, Refusal.Refusal> => {
  if (id === "me" && !userContext) return Refusal.badRequest("This request requires a user context.")
  return Either.map(org.accounts.user(id === "me" ? callerId : id), ({ id, jid, name }) =>
    json(200, { id, name, chat: { jabberId: jid } })
  )
}
