import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Chats, ChatsClient, Credentials, Region } from "effect-genesys-chats"
import { echoes, leftOf } from "./utils/echoes.js"
import { type Answer, failure, json, type Received, reply, scripted } from "./utils/http.js"
import { call, inputs, roomJid } from "./utils/samples.js"
import { allShown } from "./utils/secrets.js"
import { inVirtualTime } from "./utils/virtualTime.js"

/** With characters that JSON, HTML and URLs may write in another way. */
const token = "tok/EN+1234567890==abc"
const clientId = "the-client-id"
const clientSecret = "s3cr/ET+0987654321"
const refreshToken = "refr/ESH+5647382910"
const basic = btoa(`${clientId}:${clientSecret}`)

const encoded = (char: string) => char.charCodeAt(0).toString(16).padStart(2, "0")

/** How a secret may be written by what echoes it: as it is, in JSON, in a form, in HTML. */
const spellings = (secret: string): ReadonlyArray<readonly [spelling: string, text: string]> => {
  const special = (write: (char: string) => string) => secret.replace(/[^A-Za-z0-9]/g, write)
  return [
    ["as it is", secret],
    ["escaped in JSON", secret.replaceAll("/", "\\/")],
    ["in unicode escapes", special((char) => `\\u00${encoded(char)}`)],
    ["in a form", encodeURIComponent(secret)],
    ["in HTML", special((char) => `&#x${encoded(char)};`)]
  ]
}

type Texts = ReadonlyArray<readonly [way: string, text: string]>

const expectNone = (texts: Texts, secrets: ReadonlyArray<string>, what: string) => {
  for (const [spelling, written] of secrets.flatMap(spellings)) {
    for (const [way, text] of texts) {
      const at = text.toLowerCase().indexOf(written.toLowerCase())
      // only where it is: the text is long
      const around = text.slice(Math.max(0, at - 80), at + written.length + 20)
      expect(at < 0 ? "" : `${what}, ${spelling}, by ${way}: …${around}…`).toBe("")
    }
  }
}

/** DESIGN.md: spans and logs carry path templates, never ids. */
const expectNoIds = (texts: Texts, what: string) => {
  const ways = texts.filter(([way]) => way === "log" || way.startsWith("span"))
  for (const [way, text] of ways) {
    expect(
      text.includes(roomJid) || text.includes(encodeURIComponent(roomJid)) ? `${what}, by ${way}: ${text}` : ""
    ).toBe("")
  }
}

const echo = (request: Received): string => JSON.stringify({ headers: request.headers, body: request.body })

/** PHP and others write a slash in JSON so. */
const escaped = (text: string): string => text.replaceAll("/", "\\/")

/** A service that fails in every way, telling all that it was told. */
const apiAnswers: ReadonlyArray<readonly [what: string, answer: (request: Received) => Answer]> = [
  ...[302, 400, 401, 429, 500, 503, 504].flatMap(
    (status) =>
      [
        [
          `${status} with an error page`,
          (request: Received) => reply(status, `<html><pre>${echo(request)}</pre></html>`)
        ],
        [
          `${status} with JSON`,
          (request: Received) =>
            json(status, {
              message: echo(request),
              code: request.headers["authorization"],
              errors: [{ message: echo(request) }],
              messageParams: { a: [echo(request)] }
            })
        ]
      ] as const
  ),
  [
    "escaped JSON",
    (request) =>
      reply(
        400,
        escaped(JSON.stringify({ message: String(request.headers["authorization"]), details: [{ errorCode: token }] }))
      )
  ],
  [
    "JSON in unicode escapes",
    () => reply(400, `{"message":"${token.replaceAll("/", "\\u002f")}","code":"${token.replaceAll("+", "\\u002b")}"}`)
  ],
  [
    "headers that echo",
    (request) =>
      reply(404, "", { "inin-correlation-id": String(request.headers["authorization"]), "x-echo": echo(request) })
  ],
  [
    "429 with a hint",
    (request) => json(429, { message: `${token} in [3] seconds` }, { "retry-after": "3", "x-echo": echo(request) })
  ],
  ["200 with HTML", (request) => reply(200, `<html>${echo(request)}</html>`)],
  [
    "200 with a wrong field",
    (request) =>
      json(200, { subject: { headers: request.headers }, owners: request.headers["authorization"], roomType: [token] })
  ],
  ["200 with the token for a body", () => json(200, token)],
  ["200 with the token as a date", () => json(200, { dateCreated: token })],
  ["200 that is empty", () => reply(200, "")],
  ["504 that is empty", () => reply(504)],
  [
    "404 whose body breaks off",
    () => reply(404, new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) }))
  ],
  [
    "a failure with the request on it",
    (request) => Effect.fail(failure("ECONNRESET", { request, headers: request.headers }))
  ],
  [
    "a failure whose message tells",
    (request) => Effect.fail(Object.assign(new Error(echo(request)), { code: "EPIPE" }))
  ],
  [
    "a failure whose code tells",
    (request) => Effect.fail(Object.assign(new Error("x"), { code: `E${request.headers["authorization"]}` }))
  ],
  [
    "a body that breaks off",
    (request) => reply(200, new ReadableStream({ pull: (controller) => controller.error(new Error(echo(request))) }))
  ]
]

/** What a program shows when all its retries and their waits are over. */
const afterAllWaits = <A, E>(program: Effect.Effect<A, E>) => inVirtualTime(allShown(program))

const credentials = {
  token: Effect.succeed(Redacted.make(token)),
  invalidate: () => Effect.succeed(true)
}

describe("no secret comes to light in a failed call", () => {
  for (const [what, answer] of apiAnswers) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const http = scripted(answer)
        const live = ChatsClient.layer.pipe(
          Layer.provide(Layer.succeed(Credentials.Credentials, credentials)),
          Layer.provide(Region.layer("eu-central-1")),
          Layer.provide(http.layer)
        )
        for (const name of ["getChatsRoom", "postChatsRoomMessages"] as const) {
          const { exit, texts } = yield* afterAllWaits(Effect.provide(call(Chats[name], inputs[name]), live))
          expect(Exit.isFailure(exit)).toBe(true)
          expect(http.requests[0]?.headers["authorization"]).toBe(`Bearer ${token}`)
          expectNone(texts, [token], what)
          expectNoIds(texts, what)
        }
      })
    )
  }
})

describe("no token comes to light that is echoed broken, cut or encoded otherwise", () => {
  it.effect("in a call that fails, or whose reply does not decode", () =>
    Effect.gen(function* () {
      for (const echo of echoes(token)) {
        const said = {
          message: `it said ${echo}`,
          code: echo,
          errors: [{ message: echo }],
          messageParams: { a: [echo] }
        }
        for (const answer of [
          json(404, said),
          reply(500, `<p>${echo}</p>`),
          json(200, { roomType: [echo], owners: echo })
        ]) {
          const live = ChatsClient.layer.pipe(
            Layer.provide(Layer.succeed(Credentials.Credentials, credentials)),
            Layer.provide(Region.layer("eu-central-1")),
            Layer.provide(scripted(() => answer.clone()).layer)
          )
          const { texts } = yield* afterAllWaits(Effect.provide(Chats.getChatsRoom({ roomJid }), live))
          for (const [way, text] of texts)
            expect(leftOf(text, token).map((run) => `${echo}, by ${way}: ${run}`)).toEqual([])
        }
      }
    })
  )
})

const loginAnswers: ReadonlyArray<readonly [what: string, answer: (request: Received) => Answer]> = [
  ...[302, 400, 401, 429, 503].flatMap(
    (status) =>
      [
        [
          `${status} with an error page`,
          (request: Received) => reply(status, `<html><pre>${echo(request)}</pre></html>`)
        ],
        [
          `${status} with JSON`,
          (request: Received) => json(status, { error: echo(request), error_description: echo(request) })
        ],
        [
          `${status} with the secrets in it`,
          () => json(status, { error: "invalid_client", error_description: `${clientSecret} ${basic} and more` })
        ]
      ] as const
  ),
  [
    "400 with a description of the form as it was sent",
    (request) => json(400, { error: "invalid_request", error_description: `cannot read ${request.body}` })
  ],
  [
    "400 with the secrets in other spellings",
    () => reply(400, `{"error":"x","error_description":"${escaped(clientSecret)} ${escaped(basic)}"}`)
  ],
  [
    "400 with the secrets cut, in base64, in hexadecimal and wrapped over lines",
    () =>
      json(400, {
        error: clientSecret.slice(0, 12),
        error_description: [
          clientSecret.slice(3, 13),
          btoa(clientSecret),
          Buffer.from(clientSecret).toString("hex"),
          clientSecret.replace(/.{4}/g, "$&\r\n\u001b[31m ")
        ].join(" ")
      })
  ],
  ["200 without a token", (request) => reply(200, echo(request))],
  ["200 with a token that cannot stand in a header", () => json(200, { access_token: `${token}\n` })],
  ["200 with HTML", (request) => reply(200, `<html>${echo(request)}`)],
  ["a failure that tells", (request) => Effect.fail(failure("ECONNREFUSED", { request }))]
]

describe("no secret comes to light in a failed login", () => {
  const basicSecrets = { clientId, clientSecret: Redacted.make(clientSecret) }
  const grants = [
    {
      grant: "client credentials",
      secrets: [clientSecret, basic],
      layer: Credentials.layerClientCredentials(basicSecrets)
    },
    {
      grant: "refresh token",
      secrets: [clientSecret, basic, refreshToken],
      layer: Credentials.layerRefreshToken({ ...basicSecrets, refreshToken: Redacted.make(refreshToken) })
    }
  ]
  for (const [what, answer] of loginAnswers) {
    it.effect(what, () =>
      Effect.gen(function* () {
        for (const { grant, layer, secrets } of grants) {
          const http = scripted(answer)
          const live = ChatsClient.layer.pipe(
            Layer.provide(layer),
            Layer.provide(Region.layer("eu-central-1")),
            Layer.provide(http.layer)
          )
          const { exit, texts } = yield* afterAllWaits(Effect.provide(Chats.getChatsRoom({ roomJid }), live))
          expect(JSON.stringify(exit)).toContain("CredentialsError")
          expectNone(texts, secrets, `${grant}, ${what}`)
          expectNone(texts, [clientSecret.slice(0, 10), clientSecret.slice(-10), btoa(clientSecret).slice(0, 12)], what)
        }
      })
    )
  }
})

describe("no secret comes to light where all is well", () => {
  it.effect("in logs, spans and the layers themselves", () =>
    Effect.gen(function* () {
      const http = scripted(({ url }) =>
        url.pathname === "/oauth/token"
          ? json(200, { access_token: token, expires_in: 86_400, refresh_token: refreshToken })
          : json(200, { subject: "s" })
      )
      const login = Credentials.layerClientCredentials({ clientId, clientSecret: Redacted.make(clientSecret) }).pipe(
        Layer.provideMerge(Region.layer("eu-central-1")),
        Layer.provideMerge(http.layer)
      )
      const program = Effect.gen(function* () {
        yield* Chats.getChatsRoom({ roomJid })
        const { token } = yield* Credentials.Credentials
        return { client: yield* ChatsClient.ChatsClient, token: yield* token }
      })
      const { exit, texts } = yield* allShown(program.pipe(Effect.provide(ChatsClient.layer), Effect.provide(login)))
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(http.requests).toHaveLength(2)
      expectNone(texts, [token, clientSecret, refreshToken, basic], "success")
      expectNoIds(texts, "success")
    })
  )
})
