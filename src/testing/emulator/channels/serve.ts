import * as Either from "effect/Either"
import * as Api from "../api.js"
import type { Org } from "../Org.js"
import * as Refusal from "../Refusal.js"
import * as RateLimit from "../rateLimit.js"
import type { Answer, WireRequest } from "../wire.js"
import type { Channels } from "./Channels.js"

/** Answers what is about channels; `undefined` where it is about something else. */
export const answer = (
  org: Org,
  channels: Channels,
  request: WireRequest,
  socketUrl: string,
  now: number,
  correlationId: string
): Answer | undefined => {
  if (!request.path.startsWith("/api/v2/notifications/")) return undefined
  const access = Api.authenticate(org, request, now)
  if (Either.isLeft(access)) return Api.refused(access.left, correlationId)
  const counted = RateLimit.count(org, access.right.value, org.rateLimit, now)
  const headers = RateLimit.headers(counted)
  if (counted?.exceeded === true) {
    return Api.refused(Refusal.tooManyRequests(counted.reset, counted.allowed), correlationId, headers)
  }
  const { callerId, token } = access.right
  const caller = { owner: `${token.clientId} ${callerId}`, socketUrl }
  const result = channels.answer(request, caller) ?? Refusal.noRoute(request.path)
  return Either.match(result, {
    onLeft: (refusal) => Api.refused(refusal, correlationId, headers),
    onRight: (reply) => ({ ...reply, headers: { ...reply.headers, ...headers } })
  })
}
