import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Predicate from "effect/Predicate"
import { parseObject } from "../../internal/lenientJson.js"
import { redactor } from "../../internal/redact.js"
import { isSecretName } from "../emulator/redaction.js"
import type { Raw } from "./exchange.js"

/** The secrets that went by so far: whatever repeats one later, in whatever spelling, is recorded without it. */
export class Secrets {
  readonly #known = new Set<string>()
  #redact: ((text: string) => string) | undefined

  learn({ reply, sent }: Raw): void {
    const before = this.#known.size
    const [scheme = "", credentials = ""] = (sent.headers["authorization"] ?? "").split(/\s+/)
    this.#add(credentials)
    if (scheme.toLowerCase() === "basic") {
      const decoded = Either.getOrElse(Encoding.decodeBase64String(credentials), () => "")
      this.#add(decoded.slice(decoded.indexOf(":") + 1))
    }
    if (sent.url.pathname.endsWith("/oauth/token")) {
      const form = new URLSearchParams(new TextDecoder().decode(sent.body))
      const tokens = reply === undefined ? {} : (parseObject(new TextDecoder().decode(reply.body)) ?? {})
      for (const [name, value] of [...form, ...Object.entries(tokens)]) {
        if (isSecretName(name) && Predicate.isString(value)) this.#add(value)
      }
    }
    if (this.#known.size > before) this.#redact = undefined
  }

  readonly redact = (text: string): string => {
    this.#redact ??= redactor([...this.#known])
    return this.#redact(text)
  }

  /** A short one is no secret, and would be found everywhere. */
  #add(secret: string): void {
    if (secret.length >= 8) this.#known.add(secret)
  }
}
