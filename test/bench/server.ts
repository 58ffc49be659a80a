/**
 * The service of the benchmark, in a process of its own: constant replies, ready as bytes. Prints
 * its URL.
 */
import { createServer } from "node:http"

const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const user = (n: number) => ({
  id: `b2bb6a0c-3b5b-4f5f-9a3f-${String(n).padStart(12, "0")}`,
  selfUri: `/api/v2/users/${n}`
})

const message = (n: number) => ({
  id: `5d0f6a5e-52a7-4d52-8a0e-${String(n).padStart(12, "0")}`,
  dateCreated: new Date(1_700_000_000_000 + n * 60_000).toISOString(),
  dateModified: new Date(1_700_000_000_500 + n * 60_000).toISOString(),
  toJid: "adhoc-0b6f@conference.acme.orgspan.com",
  jid: `${String(n).padStart(24, "0")}@acme.orgspan.com`,
  body: `message ${n}: the certificate of the payment gateway in Frankfurt expired at midnight`,
  mentions: {},
  edited: n % 10 === 0,
  thread: { id: `0f1d7c9a-7c5e-4c38-8d45-${String(n).padStart(12, "0")}` },
  user: user(n % 7),
  reactions: n % 4 === 0 ? [{ emoji: "👍", users: [user(1), user(2)] }] : []
})

const room = json({
  id: "adhoc-0b6f@conference.acme.orgspan.com",
  jid: "adhoc-0b6f@conference.acme.orgspan.com",
  subject: "Incident 4711",
  roomType: "adhoc",
  dateCreated: "2024-01-01T00:00:00.000Z",
  participantLimit: 1000,
  owners: [user(1)],
  pinnedMessages: [user(2)]
})
export const listing = json({ entities: Array.from({ length: 100 }, (_, n) => message(n)) })
const posted = json({ id: "5d0f6a5e-52a7-4d52-8a0e-4c1f0f7f0a10" })
const token = json({ access_token: "benchmark-token", token_type: "bearer", expires_in: 86_400 })

const server = createServer((request, response) => {
  const { method, url = "" } = request
  const body = url.endsWith("/oauth/token")
    ? token
    : method === "POST"
      ? posted
      : url.includes("/messages")
        ? listing
        : room
  request.resume()
  request.on("end", () => {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": body.length,
      "inin-correlation-id": "d2c1f0e4-6e6f-4c0a-9f43-0a4f4b0e8e11",
      "inin-ratelimit-count": "1",
      "inin-ratelimit-allowed": "1000000",
      "inin-ratelimit-reset": "60"
    })
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") console.log(`http://127.0.0.1:${address.port}`)
})
