import * as Either from "effect/Either"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as ChatsError from "../ChatsError.js"
import type { Description } from "../declaration.js"
import { ErrorBody } from "../domain/ErrorBody.js"
import { issuesOf } from "../internal/effect/issues.js"
import { parseObject } from "../internal/lenientJson.js"
import { printable } from "../internal/redact.js"
import { retryAfter } from "../limits/retryAfter.js"

/** How much of a body that is not the service's JSON is kept on the error, in characters. */
const keptText = 1000

/** A non-2xx reply as far as it could be read. */
export interface ErrorReply {
  readonly status: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly text: string
  /** When it came, in milliseconds since the epoch. */
  readonly now: number
}

/**
 * The error that a reply is: its class from the status alone, enriched from whatever
 * the body and the headers say.
 */
export const fromResponse = (endpoint: Description, reply: ErrorReply): ChatsError.StatusError => {
  const { path, method, operation, statuses } = endpoint
  const status = statuses.find((declared) => declared === reply.status)
  const { message, status: _, ...body } = readErrorBody(reply.text)
  const fields = {
    ...body,
    details: body.details ?? [],
    errors: body.errors ?? [],
    operation,
    method,
    path,
    correlationId: reply.headers["inin-correlation-id"] ?? body.contextId,
    message: message === undefined ? `${operation} was answered with ${reply.status}` : printable(message)
  }
  if (status === undefined) return new ChatsError.UnexpectedStatus({ ...fields, status: reply.status })
  if (status !== 429 && status !== 503) return new ChatsError.byStatus[status](fields)
  return new ChatsError.byStatus[status]({
    ...fields,
    retryAfter: retryAfter({
      header: reply.headers["retry-after"],
      date: reply.headers["date"],
      message,
      now: reply.now
    })
  })
}

/** Made when it is first asked for, and kept by Schema. */
const decode = (body: unknown) => Schema.decodeUnknownEither(ErrorBody, { errors: "all" })(body)

/** A field that is not of its type is left out; the others still count. */
const readErrorBody = (text: string): Partial<ErrorBody> & { readonly body?: string } => {
  const json = parseObject(text)
  if (json === undefined) return text === "" ? {} : { body: cut(text) }
  const whole = decode(json)
  if (Either.isRight(whole)) return whole.right
  const wrong = new Set(issuesOf(whole.left).map((issue) => issue.path[0]))
  return Either.getOrElse(decode(Record.filter(json, (_, key) => !wrong.has(key))), () => ({}))
}

const cut = (text: string): string => (text.length > keptText ? `${text.slice(0, keptText)}…` : text)
