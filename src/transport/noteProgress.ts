import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import { failureOrCause } from "../internal/effect/cause.js"
import { classify } from "./classify.js"
import { type Progress, RequestProgress } from "./RequestProgress.js"

/**
 * A client that notes in the {@link RequestProgress} around it what may have left: a client made of it may send a
 * request several times, and its error tells of the last time alone.
 */
export const noteProgress = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transform(client, (sent) =>
    Effect.onExit(sent, (exit) =>
      Effect.map(Effect.serviceOption(RequestProgress), (progress) => {
        if (progress._tag === "Some" && mayHaveArrived(exit, progress.value)) progress.value.started()
      })
    )
  )

const mayHaveArrived = (exit: Exit.Exit<unknown, HttpClientError>, progress: Progress): boolean => {
  if (Exit.isSuccess(exit)) return true
  const failure = failureOrCause(exit.cause)
  // of one that was interrupted the transport knows
  return Either.isRight(failure) ? progress.mayHaveArrived : classify(failure.left).mayHaveArrived
}
