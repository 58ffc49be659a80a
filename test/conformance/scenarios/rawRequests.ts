/** Requests as no client of ours sends them, and as some other one may. */
import { facts } from "../../utils/facts.js"
import type { EmulatorHandle } from "../harness/driver.js"

export interface Raw {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: string
}

const form = { "content-type": "application/x-www-form-urlencoded" }
const json = { "content-type": "application/json" }

/** In an org with a user, a room and a message; each with a name. */
export const rawRequests = async (emulator: EmulatorHandle): Promise<ReadonlyArray<readonly [string, Raw]>> => {
  const alice = await emulator.control("addUser", { name: "Alice" })
  const roomJid: string = await emulator.control("addRoom", { subject: "Incident", participants: [alice.id] })
  const [messageId] = await emulator.control("seedMessages", roomJid, 1)
  const token: string = await emulator.control("issueToken", alice.id)
  const bearer = { authorization: `Bearer ${token}` }
  const basic = { authorization: `Basic ${btoa(`${emulator.clientId}:${emulator.clientSecret}`)}` }
  const room = `/api/v2/chats/rooms/${encodeURIComponent(roomJid)}`
  const ids: Record<string, string> = { roomJid, messageId, userId: alice.id, participantJid: alice.jid }
  const pathOf = (path: string) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(ids[name] ?? messageId))
  const ask = (method: string, path: string, headers: Record<string, string> = bearer, body?: string): Raw => ({
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body })
  })
  const post = (body: string, headers: Record<string, string> = { ...bearer, ...json }) =>
    ask("POST", `${room}/messages`, headers, body)
  const login = (body: string, headers: Record<string, string> = { ...basic, ...form }) =>
    ask("POST", "/oauth/token", headers, body)

  return [
    ...facts.endpoints.flatMap(
      ({ body, method, name, path }): ReadonlyArray<readonly [string, Raw]> => [
        [
          `${name} without a token`,
          ask(method, pathOf(path), body === null ? {} : json, body === null ? undefined : "{}")
        ],
        ...(body === null
          ? []
          : [
              [`${name} with a body of nothing`, ask(method, pathOf(path), { ...bearer, ...json }, "{}")] as const,
              [`${name} with a list for a body`, ask(method, pathOf(path), { ...bearer, ...json }, "[]")] as const,
              [`${name} with a body cut off`, ask(method, pathOf(path), { ...bearer, ...json }, `{"a":`)] as const
            ])
      ]
    ),
    ["a message", post(`{"message":"We are on it"}`)],
    ["a message with fields that are not declared", post(`{"message":"m","more":1,"__proto__":{"a":1}}`)],
    ["a message of numbers", post(`{"message":1,"mentions":"a"}`)],
    ["a message as text", post(`{"message":"m"}`, { ...bearer, "content-type": "text/plain" })],
    [
      "a message of another charset",
      post(`{"message":"m"}`, { ...bearer, "content-type": "application/json; charset=latin1" })
    ],
    ["a message without a type", post(`{"message":"m"}`, { ...bearer, "content-type": "" })],
    ["a message of 600,000 bytes", post(JSON.stringify({ message: "x".repeat(600_000) }))],
    ["a token of another scheme", ask("GET", "/api/v2/chats/settings", { authorization: `Basic ${token}` })],
    ["a token that is none", ask("GET", "/api/v2/chats/settings", { authorization: "Bearer nonsense" })],
    ["a scheme in small letters", ask("GET", "/api/v2/chats/settings", { authorization: `bearer ${token}` })],
    ["a route that is not there", ask("GET", "/api/v2/chats/nowhere")],
    ["a root that is not there", ask("GET", "/nowhere")],
    ["a method that is not there", ask("DELETE", "/api/v2/chats/settings")],
    ["HEAD", ask("HEAD", "/api/v2/chats/settings")],
    ["OPTIONS", ask("OPTIONS", "/api/v2/chats/settings")],
    ["a slash too many", ask("GET", "/api/v2/chats/settings/")],
    ["two slashes", ask("GET", "/api/v2//chats/settings")],
    ["dots in a segment", ask("GET", "/api/v2/chats/rooms/%2e%2e%2fsettings")],
    ["a segment that is no UTF-8", ask("GET", "/api/v2/chats/rooms/%ff")],
    ["a segment that is no encoding", ask("GET", "/api/v2/chats/rooms/%zz")],
    ["a limit that is no number", ask("GET", `${room}/messages?limit=many`)],
    ["a limit too high", ask("GET", `${room}/messages?limit=1000`)],
    ["a date that is none", ask("GET", `${room}/messages?before=yesterday`)],
    ["a boolean that is none", ask("GET", `${room}/messages?excludeMetadata=perhaps`)],
    ["a parameter twice", ask("GET", `${room}/messages?limit=1&limit=2`)],
    ["a parameter that is not declared", ask("GET", `${room}/messages?more=1`)],
    ["a login", login("grant_type=client_credentials")],
    ["a login as JSON", login(`{"grant_type":"client_credentials"}`, { ...basic, ...json })],
    ["a login without a grant", login("")],
    ["a login by an unknown grant", login("grant_type=password&username=a&password=b")],
    ["a login with a wrong secret", login("grant_type=client_credentials", { ...form, authorization: "Basic YTpi" })],
    ["a login without credentials", login("grant_type=client_credentials", form)],
    [
      "a login with broken credentials",
      login("grant_type=client_credentials", { ...form, authorization: "Basic %%%" })
    ],
    ["a refresh with no token", login("grant_type=refresh_token")],
    ["a refresh with a wrong token", login("grant_type=refresh_token&refresh_token=none")],
    ["a code that is none", login("grant_type=authorization_code&code=none&redirect_uri=https%3A%2F%2Fa.example")],
    ["a login by GET", ask("GET", "/oauth/token", basic)]
  ]
}
