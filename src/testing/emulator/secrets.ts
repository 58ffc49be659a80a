import { redactor } from "../../internal/redact.js"
import { isSecretName } from "./redaction.js"

/** Shorter ones could be any word. */
const shortest = 8

/**
 * The credentials that went by: what names them is blotted out by its name, and where they are echoed, as in
 * the message of an error, they go too.
 */
export class Secrets {
  #known: ReadonlySet<string> = new Set()
  #redactEchoes: ((text: string) => string) | undefined

  /** Of headers, by lower-case name. */
  learnHeaders(headers: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined || !isSecretName(name)) continue
      if (name === "cookie" || name === "set-cookie") {
        for (const [, text = ""] of value.matchAll(/=([^;,\s]+)/g)) this.#learn(text)
        continue
      }
      const credentials = value.replace(/^\w+\s+/, "")
      this.#learn(credentials)
      if (/^basic\s/i.test(value)) this.#learn(basicSecret(credentials))
    }
  }

  /** Of a form or a query. */
  learnParameters(text: string): void {
    for (const [name, value] of new URLSearchParams(text)) if (isCredential(name)) this.#learn(value)
  }

  learnJson(value: unknown): void {
    if (typeof value !== "object" || value === null) return
    for (const [name, field] of Object.entries(value)) {
      if (typeof field === "string" && isCredential(name)) this.#learn(field)
      else this.learnJson(field)
    }
  }

  /** Text without what was learned. */
  redact(text: string): string {
    let result = text
    for (const secret of this.#known) if (result.includes(secret)) result = result.replaceAll(secret, "<redacted>")
    return result
  }

  /** The same, and without what repeats a part of it, or all of it in another spelling. */
  readonly redactEchoes = (text: string): string => {
    this.#redactEchoes ??= redactor([...this.#known])
    return this.#redactEchoes(text)
  }

  #learn(secret: string): void {
    if (secret.length < shortest || this.#known.has(secret)) return
    this.#redactEchoes = undefined
    // the longest first, for one may be a part of another
    this.#known = new Set([...this.#known, secret, encodeURIComponent(secret)].sort((a, b) => b.length - a.length))
  }
}

/** `code` is a word of the API more often than a secret; it is blotted out where it stands, and not looked for elsewhere. */
const isCredential = (name: string): boolean => isSecretName(name) && name !== "code"

const basicSecret = (credentials: string): string => {
  try {
    return atob(credentials).replace(/^[^:]*:/, "")
  } catch {
    return ""
  }
}
