/** The fields that hold what people wrote: text of a request, and of a reply that is no error. */
const texts: ReadonlySet<string> = new Set([
  "body",
  "description",
  "message",
  "name",
  "subject",
  "title",
  "displayName"
])

export const isText = (field: string | undefined): boolean => field !== undefined && texts.has(field)

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const jid = /([\w.-]+)(@|%40)((?:conference\.)?)([\w-]+)\.orgspan\.com/gi
const email = /[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/g
/** Ids without dashes, as in the JID of a user. */
const hex = /\b[0-9a-f]{24,}\b/gi

/** Whoever knows the id of a notification channel may listen on it. */
const channel = /\b(streaming-\d+-)(\w+)/gi

/** Replaces ids, names and texts: the same by the same, and none can be told from what replaces it. */
export class Pseudonyms {
  readonly #ids = new Map<string, string>()
  readonly #texts = new Map<string, string>()

  /** Ids within text: of a path, a header, an error's message. */
  idsIn(text: string): string {
    return text
      .replace(
        jid,
        (_, local: string, at: string, conference: string) => `${this.#local(local)}${at}${conference}acme.orgspan.com`
      )
      .replace(email, (address) => (address.endsWith(".orgspan.com") ? address : `${this.#text(address)}@example.com`))
      .replace(channel, (_, kind: string, id: string) => `${kind}${this.#hex(id)}`)
      .replace(uuid, (id) => this.#uuid(id))
      .replace(hex, (id) => this.#hex(id))
  }

  /** A value of JSON; `isError`: the `message` of an error is the service's own, and only its ids go. */
  json(value: unknown, isError: boolean, field?: string): unknown {
    if (typeof value === "string") return isText(field) && !isError ? this.#text(value) : this.idsIn(value)
    if (Array.isArray(value)) return value.map((item) => this.json(item, isError, field))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.idsIn(name), this.json(item, isError, name)])
    )
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

  #text(text: string): string {
    if (text === "") return text
    const found = this.#texts.get(text)
    if (found !== undefined) return found
    const made = `text-${this.#texts.size + 1}`
    this.#texts.set(text, made)
    return made
  }
}
