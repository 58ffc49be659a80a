/** The JSON of the benchmark's service. */

const start = Date.parse("2024-01-01T00:00:00.000Z")
const digits = (n: number): string => String(n).padStart(12, "0")
const user = (n: number): string =>
  `{"id":"b2bb6a0c-3b5b-4f5f-9a3f-${digits(n)}","selfUri":"/api/v2/users/b2bb6a0c-3b5b-4f5f-9a3f-${digits(n)}"}`
const date = (n: number, milliseconds: number): string => new Date(start + n * 1000 + milliseconds).toISOString()

export const messageId = (n: number): string => `5d0f6a5e-52a7-4d52-8a0e-${digits(n)}`

const mentions = `{"b2bb6a0c-3b5b-4f5f-9a3f-${digits(1)}":"${digits(1)}@acme.orgspan.com"}`

/** Text, not an object to stringify: a page of a history must cost the server little. */
const message = (n: number, id: string): string =>
  `{"id":"${id}","dateCreated":"${date(n, 0)}","dateModified":"${date(n, 500)}",` +
  `"toJid":"adhoc-0b6f@conference.acme.orgspan.com","jid":"000000000000${digits(n)}@acme.orgspan.com",` +
  `"body":"message ${n}: the certificate of the payment gateway in Frankfurt expired at midnight",` +
  `"mentions":${n % 5 === 0 ? mentions : "{}"},"edited":${n % 10 === 0},"thread":{"id":"0f1d7c9a-7c5e-4c38-8d45-${digits(n)}"},` +
  `"user":${user(n % 7)},` +
  `"reactions":[${n % 4 === 0 ? `{"emoji":"\\ud83d\\udc4d","users":[${user(1)},${user(2)}]}` : ""}]}`

const entities = (messages: ReadonlyArray<string>): string => `{"entities":[${messages.join(",")}]}`

/** A page of 100 messages, always the same. */
export const listing = entities(Array.from({ length: 100 }, (_, n) => message(n, messageId(n))))

export const single = (id: string): string => message(0, id)

export const byIds = (ids: ReadonlyArray<string>): string => entities(ids.map((id, n) => message(n, id)))

/** The newest messages before a time, newest first, of a history with one message a second. Bounds are exclusive. */
export const page = (count: number, query: URLSearchParams): string => {
  const before = query.get("before")
  const after = query.get("after")
  const to = before === null ? count : Math.min(count, Math.ceil((Date.parse(before) - start) / 1000))
  const from = after === null ? 0 : Math.floor((Date.parse(after) - start) / 1000) + 1
  const messages: Array<string> = []
  const last = Math.max(0, from, to - Number(query.get("limit") ?? 25))
  for (let n = to - 1; n >= last; n--) messages.push(message(n, messageId(n)))
  return entities(messages)
}

export const room = JSON.stringify({
  id: "adhoc-0b6f@conference.acme.orgspan.com",
  jid: "adhoc-0b6f@conference.acme.orgspan.com",
  subject: "Incident 4711",
  roomType: "adhoc",
  dateCreated: "2024-01-01T00:00:00.000Z",
  participantLimit: 1000,
  owners: [JSON.parse(user(1))],
  pinnedMessages: [JSON.parse(user(2))]
})

export const posted = JSON.stringify({ id: messageId(0) })

export const token = JSON.stringify({ access_token: "benchmark-token", token_type: "bearer", expires_in: 86_400 })
