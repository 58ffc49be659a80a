import * as Either from "effect/Either"
import { redactJson, redactParameters, redactText, withoutSecrets } from "../emulator/redaction.js"
import * as Routes from "../emulator/routes.js"
import { mediaType } from "../emulator/wire.js"
import type { Pseudonyms } from "./pseudonyms.js"
import type { Exchange } from "./recording.js"

/** A request and its reply as they went over the wire. */
export interface Raw {
  readonly sent: {
    readonly method: string
    readonly url: URL
    readonly headers: Readonly<Record<string, string | undefined>>
    readonly body: Uint8Array
  }
  readonly reply:
    | {
        readonly status: number
        readonly headers: Readonly<Record<string, string | undefined>>
        readonly body: Uint8Array
      }
    | undefined
}

/** The headers of a reply that say something of the API. */
const kept = /^(content-type|retry-after|inin-correlation-id|inin-ratelimit-.*)$/

const routes = Routes.make()

/** What is recorded: no credentials in any case, and with pseudonyms no id, name or text of the org either. */
export const exchangeOf = (
  { reply, sent }: Raw,
  pseudonyms: Pseudonyms | undefined,
  redact: (text: string) => string
): Exchange => {
  const found = Routes.find(routes, sent.method, sent.url.pathname)
  const ids = (text: string) => pseudonyms?.idsIn(redact(text)) ?? redact(text)
  const requestBody = bodyOf(sent.body, sent.headers["content-type"], pseudonyms, false, redact)
  return {
    ...(Either.isRight(found) ? { operation: found.right.route.operation } : {}),
    request: {
      method: sent.method,
      path: encodePath(ids(decodePath(sent.url.pathname))),
      query: Object.fromEntries(
        Object.entries(redactParameters(sent.url.search)).map(([name, value]) => [name, ids(value)])
      ),
      ...(requestBody === undefined ? {} : { body: requestBody })
    },
    ...(reply === undefined ? {} : { reply: replyOf(reply, pseudonyms, redact) })
  }
}

const replyOf = (
  { body, headers, status }: NonNullable<Raw["reply"]>,
  pseudonyms: Pseudonyms | undefined,
  redact: (text: string) => string
) => {
  const value = bodyOf(body, headers["content-type"], pseudonyms, status >= 400, redact)
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, text]) =>
        text !== undefined && kept.test(name) ? [[name, pseudonyms?.idsIn(redact(text)) ?? redact(text)]] : []
      )
    ),
    ...(value === undefined ? {} : { body: value })
  }
}

const bodyOf = (
  bytes: Uint8Array,
  contentType: string | undefined,
  pseudonyms: Pseudonyms | undefined,
  isError: boolean,
  redact: (text: string) => string
): unknown => {
  if (bytes.byteLength === 0) return undefined
  const text = new TextDecoder().decode(bytes)
  if (mediaType(contentType) === "application/x-www-form-urlencoded") {
    const { orgName, ...form } = withoutSecrets(redactParameters(text), redact)
    return {
      ...form,
      ...("client_id" in form ? { client_id: "<redacted>" } : {}),
      ...(orgName === undefined ? {} : { orgName: "acme" })
    }
  }
  try {
    const json = withoutSecrets(redactJson(JSON.parse(text)), redact)
    return pseudonyms === undefined ? json : pseudonyms.json(json, isError)
  } catch {
    const told = redact(redactText(text))
    return pseudonyms === undefined ? told : pseudonyms.idsIn(told)
  }
}

export const decodePath = (path: string): string => {
  try {
    return path.split("/").map(decodeURIComponent).join("/")
  } catch {
    return path
  }
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/")
