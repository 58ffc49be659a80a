import * as Either from "effect/Either"
import { bodyText } from "../recorder/recording.js"
import { type Replayer, requestOf } from "../recorder/replay.js"
import * as Api from "./api.js"
import type { Org } from "./Org.js"
import * as Refusal from "./Refusal.js"
import type { Answer, WireRequest } from "./wire.js"

/** Answers a request as was recorded. It takes a token as ever; the rate limit is that of the recording. */
export const answer = (
  org: Org,
  replayer: Replayer,
  request: WireRequest,
  now: number,
  correlationId: string
): Answer => {
  const access = Api.authenticate(org, request, now)
  if (Either.isLeft(access)) return Api.refused(access.left, correlationId)
  const { body, path, query } = request
  const url = new URL(`http://emulator.invalid${path}${query === "" ? "" : `?${query}`}`)
  return Either.match(replayer.answer(requestOf(request, url, body)), {
    onLeft: ({ message }) => Api.refused(Refusal.notRecorded(message), correlationId),
    onRight: ({ body, headers, status }) => ({ status, headers, body: bodyText(body) })
  })
}
