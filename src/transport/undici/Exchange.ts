import * as HttpClientError from "@effect/platform/HttpClientError"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import type { Dispatcher } from "undici"
import { DeadlinePassed } from "../../internal/deadline.js"
import { Aborted, IncomingBody } from "./IncomingBody.js"
import type { Outgoing } from "./Outgoing.js"
import { Reply } from "./Reply.js"
import type { Target } from "./target.js"

/** What an exchange is about. */
export interface Subject {
  readonly request: HttpClientRequest
  readonly target: Target
  readonly outgoing: Outgoing | undefined
  /** For all of it, the reply's body too; none where a timer cannot take it. */
  readonly millis: number
}

type Resume = (effect: Effect.Effect<Reply, HttpClientError.RequestError>) => void

/** A timer takes no longer, in milliseconds: nearly 25 days. */
const maxTimer = 2 ** 31 - 1

/** A request and its reply, as undici tells of them. It holds nothing any more when they are over. */
export class Exchange implements Dispatcher.DispatchHandler {
  private body: IncomingBody | undefined = undefined
  private resume: Resume | undefined = undefined
  private timer: ReturnType<typeof setTimeout> | undefined = undefined

  constructor(private subject: Subject | undefined) {}

  /** Sends the request; `resume` is called once, with the reply or why there is none. */
  start(dispatcher: Dispatcher, resume: Resume): void {
    if (this.subject === undefined) return
    const { millis, outgoing, request, target } = this.subject
    this.resume = resume
    this.body = new IncomingBody(this)
    if (millis <= maxTimer) this.timer = setTimeout(expire, millis, this)
    try {
      dispatcher.dispatch(
        {
          origin: target.origin,
          path: target.path,
          method: request.method,
          headers: outgoing === undefined ? request.headers : outgoing.headers,
          body: outgoing === undefined ? null : outgoing.body
        },
        this
      )
    } catch (cause) {
      this.body?.fail(cause)
    }
  }

  abort(cause: unknown): void {
    this.body?.abort(cause)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.body === undefined) controller.abort(new Aborted())
    else this.body.start(controller)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Dispatcher.ResponseData["headers"]): void {
    const { body, resume, subject } = this
    // 103 and its like come before the reply
    if (status < 200 || body === undefined || resume === undefined || subject === undefined) return
    this.resume = undefined
    resume(Effect.succeed(new Reply(subject.request, status, headers, body)))
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.body?.push(chunk)
  }

  onResponseEnd(): void {
    this.body?.complete()
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.body?.fail(cause)
  }

  /** The body tells when it is over. */
  over(): void {
    const { body, resume, subject } = this
    clearTimeout(this.timer)
    this.timer = undefined
    this.body = undefined
    this.resume = undefined
    this.subject = undefined
    subject?.outgoing?.stop(body?.failure)
    if (subject !== undefined) resume?.(Effect.fail(requestError(subject.request, body?.failure)))
  }
}

export const requestError = (request: HttpClientRequest, cause: unknown) =>
  new HttpClientError.RequestError({ request, reason: "Transport", cause })

const expire = (exchange: Exchange): void => exchange.abort(new DeadlinePassed())
