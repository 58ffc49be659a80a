import { redactParameters } from "../emulator/redaction.js"
import { decodeSegment } from "../emulator/routes.js"
import { isPathWord, isPlain } from "./vocabulary.js"

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const jid = /([\w.-]+)(@|%40)((?:conference\.)?)([\w-]+)\.orgspan\.com/gi
const email = /[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/g
/** Ids without dashes, as in the JID of a user. */
const hex = /\b[0-9a-f]{24,}\b/gi
/** Whoever knows the id of a notification channel may listen on it. */
const channel = /\b(streaming-\d+-)(\w+)/gi

/** One id and nothing else, or several with commas between. */
const anId = [uuid, jid, hex, channel].map(({ source }) => source).join("|")
const onlyIds = new RegExp(`^(?:${anId})(?:,(?:${anId}))*$`, "i")
const onlyEmail = new RegExp(`^${email.source}$`)

/** A text that took the place of another. */
const placeholder = /^text-\d+(?:@example\.com)?$/

export const isPlaceholder = (text: string): boolean => placeholder.test(text)

/**
 * Replaces ids, names and texts: the same by the same, and none can be told from what replaces it. What is
 * not known to be of the API is taken for a text of the org.
 */
export class Pseudonyms {
  readonly #ids = new Map<string, string>()
  readonly #texts = new Map<string, string>()

  /** Ids within text that is otherwise kept, as that of a header. */
  idsIn(text: string): string {
    return text
      .replace(
        jid,
        (_, local: string, at: string, conference: string) => `${this.#local(local)}${at}${conference}acme.orgspan.com`
      )
      .replace(email, (address) => (address.endsWith(".orgspan.com") ? address : this.#email(address)))
      .replace(channel, (_, kind: string, id: string) => `${kind}${this.#hex(id)}`)
      .replace(uuid, (id) => this.#uuid(id))
      .replace(hex, (id) => this.#hex(id))
  }

  /** A value of JSON. */
  json(value: unknown, field?: string): unknown {
    if (typeof value === "string") return this.text(value, field)
    if (Array.isArray(value)) return value.map((item) => this.json(item, field))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.#name(name, field), this.json(item, name)])
    )
  }

  /** A text that stands by itself, as the value of a field or a parameter. */
  text(text: string, field?: string): string {
    if (onlyIds.test(text)) return this.idsIn(text)
    if (onlyEmail.test(text)) return this.#email(text)
    const withoutIds = this.idsIn(text)
    if (isPlain(withoutIds, field)) return withoutIds
    return /^\/api\/v2\/[^\s?#]*(?:\?[^\s#]*)?$/.test(text) ? this.#uri(text) : this.#text(text)
  }

  /** A path, its segments percent-encoded; what is no word of the API goes. */
  path(path: string): string {
    return path
      .split("/")
      .map((segment) => (isPathWord(segment) ? segment : encodeURIComponent(this.text(decoded(segment)))))
      .join("/")
  }

  /** The first value of each parameter, without the secrets. */
  query(search: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(redactParameters(search)).map(([name, value]) => [this.#name(name), this.text(value, name)])
    )
  }

  #uri(uri: string): string {
    const [path = "", search] = uri.split("?")
    return this.path(path) + (search === undefined ? "" : `?${new URLSearchParams(this.query(search))}`)
  }

  /** The name of a field. Those of a map of mentions are data. */
  #name(name: string, of?: string): string {
    return of === "mentions" || !/^[A-Za-z_][\w.-]{0,60}$/.test(name) ? this.text(name) : this.idsIn(name)
  }

  #local(local: string): string {
    const adhoc = /^adhoc-(.*)$/i.exec(local)?.[1]
    return adhoc === undefined ? this.#hex(local) : `adhoc-${this.#uuid(adhoc)}`
  }

  #uuid(id: string): string {
    return this.#id(id, (count) => `00000000-0000-4000-8000-${count.toString(16).padStart(12, "0")}`)
  }

  #hex(id: string): string {
    return this.#id(id, (count) => count.toString(16).padStart(24, "0"))
  }

  #id(id: string, make: (count: number) => string): string {
    const key = id.toLowerCase()
    // an id that was made here is not replaced once more
    if (/^0{8}-0000-4000-8000-0|^0{12}/.test(key)) return id
    const found = this.#ids.get(key)
    if (found !== undefined) return found
    const made = make(this.#ids.size + 1)
    this.#ids.set(key, made)
    return made
  }

  #email(address: string): string {
    const plain = address.replace("%40", "@")
    return isPlaceholder(plain) ? address : `${this.#text(plain)}${address.includes("@") ? "@" : "%40"}example.com`
  }

  #text(text: string): string {
    if (isPlaceholder(text)) return text
    const found = this.#texts.get(text)
    if (found !== undefined) return found
    const made = `text-${this.#texts.size + 1}`
    this.#texts.set(text, made)
    return made
  }
}

/** What cannot be decoded is taken as it is. */
export const decoded = (segment: string): string => decodeSegment(segment) ?? segment
