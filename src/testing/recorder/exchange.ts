import * as Either from "effect/Either"
import { redactJson, redactParameters, redactText, withoutSecrets } from "../emulator/redaction.js"
import * as Routes from "../emulator/routes.js"
import { Secrets } from "../emulator/secrets.js"
import { mediaType } from "../emulator/wire.js"
import { decoded, type Pseudonyms } from "./pseudonyms.js"
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

/** Makes exchanges of what goes by: without credentials in any case, and with pseudonyms without any id, name or text of the org. */
export class Exchanges {
  readonly #pseudonyms: Pseudonyms | undefined
  readonly #secrets = new Secrets()

  constructor(pseudonyms: Pseudonyms | undefined) {
    this.#pseudonyms = pseudonyms
  }

  of({ reply, sent }: Raw): Exchange {
    const { body, headers, method, url } = sent
    this.#secrets.learnHeaders(headers)
    this.#secrets.learnParameters(url.search)
    const request = this.#body(body, headers["content-type"])
    const found = Routes.find(routes, method, url.pathname)
    return {
      ...(Either.isRight(found) ? { operation: found.right.route.operation } : {}),
      request: {
        method,
        path: this.#path(url.pathname),
        query: this.#query(url.search),
        ...(request === undefined ? {} : { body: request })
      },
      ...(reply === undefined ? {} : { reply: this.#reply(reply) })
    }
  }

  #reply({ body, headers, status }: NonNullable<Raw["reply"]>): NonNullable<Exchange["reply"]> {
    this.#secrets.learnHeaders(headers)
    const value = this.#body(body, headers["content-type"])
    return {
      status,
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, text]) =>
          text !== undefined && kept.test(name) ? [[name, this.#header(text)]] : []
        )
      ),
      ...(value === undefined ? {} : { body: value })
    }
  }

  #path(path: string): string {
    const canonical = path
      .split("/")
      .map((segment) => encodeURIComponent(decoded(segment)))
      .join("/")
    return this.#secrets.redactEchoes(this.#pseudonyms?.path(canonical) ?? canonical)
  }

  #query(search: string): Record<string, string> {
    return this.#pseudonyms?.query(search) ?? redactParameters(this.#secrets.redactEchoes(search))
  }

  #header(text: string): string {
    const safe = this.#secrets.redactEchoes(text)
    return this.#pseudonyms?.idsIn(safe) ?? safe
  }

  #body(bytes: Uint8Array, contentType: string | undefined): unknown {
    if (bytes.byteLength === 0) return undefined
    const text = new TextDecoder().decode(bytes)
    if (mediaType(contentType) === "application/x-www-form-urlencoded") return this.#form(text)
    try {
      const json: unknown = JSON.parse(text)
      this.#secrets.learnJson(json)
      const safe = withoutSecrets(redactJson(json), this.#secrets.redactEchoes)
      return this.#pseudonyms === undefined ? safe : this.#pseudonyms.json(safe)
    } catch {
      const safe = this.#secrets.redactEchoes(redactText(text))
      return this.#pseudonyms === undefined ? safe : this.#pseudonyms.text(safe)
    }
  }

  /** A login: its client and its org are nobody's business. */
  #form(text: string): Record<string, string> {
    this.#secrets.learnParameters(text)
    const { orgName, ...form } = this.#pseudonyms?.query(text) ?? redactParameters(text)
    return {
      ...form,
      ...("client_id" in form ? { client_id: "<redacted>" } : {}),
      ...(orgName === undefined ? {} : { orgName: this.#pseudonyms === undefined ? orgName : "acme" })
    }
  }
}
