/**
 * What the types of an endpoint tell who hovers over it, and what they cost who checks a program with it: both
 * of the declarations that were packed.
 */
import { join } from "node:path"
import * as Root from "effect-genesys-chats"
import ts from "typescript"
import { describe, expect, inject, it } from "vitest"
import { facts } from "../utils/facts.js"
import { languageService, options } from "./hovering.js"

const consumer = inject("consumer")
const operations = [
  ...Object.keys(Root.Chats).map((operation) => `Chats.${operation}`),
  ...Object.keys(Root.DirectoryApi).map((operation) => `DirectoryApi.${operation}`)
]

/** What is shown at each call: by the path of the module, and by the root with nothing else of it. */
const shown = (imports: string): ReadonlyMap<string, string> => {
  const file = join(consumer, "reading.ts")
  const lines = operations.map((operation) => `${operation}({} as never)`)
  const text = [imports, ...lines].join("\n")
  const service = languageService(consumer, new Map([[file, text]]))
  return new Map(
    operations.map((operation) => {
      const at = text.indexOf(`${operation}(`) + operation.indexOf(".") + 1
      return [operation, ts.displayPartsToString(service.getQuickInfoAtPosition(file, at)?.displayParts)]
    })
  )
}

describe.each([
  [
    "the modules",
    `import * as Chats from "effect-genesys-chats/Chats"\nimport * as DirectoryApi from "effect-genesys-chats/DirectoryApi"`,
    300
  ],
  ["the root", `import { Chats, DirectoryApi } from "effect-genesys-chats"`, 300],
  // each name then stands with the namespace that it is imported by
  [
    "all modules",
    `import { Chats, ChatsClient, ChatsError, DirectoryApi, Domain, Endpoint, RoomJid } from "effect-genesys-chats"`,
    360
  ]
])("hovering over a call, with %s imported", (_, imports, most) => {
  const all = shown(imports)

  it("shows the whole, and in few words", () => {
    expect(all.size).toBeGreaterThan(facts.endpoints.length)
    expect([...all].filter(([, text]) => text === "" || text.length > most || text.includes("..."))).toEqual([])
  })

  it("names the errors, of all statuses in one, and no type that nobody knows", () => {
    const name = (text: string) => text.replaceAll(/\b(ChatsError|ChatsClient|Domain|Endpoint|Effect)\.(?=[A-Z])/g, "")
    for (const [operation, text] of all) {
      const errors = /\) => Effect<.+, ([^,]+), ChatsClient>$/.exec(name(text))?.[1]?.split(" | ") ?? []
      expect([operation, errors]).toEqual([
        operation,
        expect.arrayContaining(["StatusError", "TransportError", "CredentialsError"])
      ])
      const others = errors.filter((error) => !["StatusError", "TransportError", "CredentialsError"].includes(error))
      expect(["InvalidRequest", "DecodeError"]).toEqual(expect.arrayContaining(others))
    }
  })
})

it("a call reads as its declaration does", () => {
  expect(shown(`import { Chats, DirectoryApi } from "effect-genesys-chats"`).get("Chats.postChatsRoomMessages")).toBe(
    `const postChatsRoomMessages: Endpoint
(input: {
    readonly roomJid: RoomJid;
} & SendMessageBody) => Effect<ChatSendMessageResponse, InvalidRequest | DecodeError | StatusError | TransportError | CredentialsError, ChatsClient>`
  )
})

/** How many types are worked out to check a program. */
const instantiations = (text: string): number => {
  const file = join(consumer, "cost.ts")
  const host = ts.createCompilerHost(options)
  const program = ts.createProgram({
    rootNames: [file],
    options: { ...options, noEmit: true },
    host: {
      ...host,
      getCurrentDirectory: () => consumer,
      fileExists: (name) => name === file || host.fileExists(name),
      readFile: (name) => (name === file ? text : host.readFile(name)),
      getSourceFile: (name, target, ...rest) =>
        name === file ? ts.createSourceFile(name, text, target) : host.getSourceFile(name, target, ...rest)
    }
  })
  const messages = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)
  expect(messages).toEqual([])
  return program.getInstantiationCount()
}

const use = `
export const program = Chats.postChatsRoomMessages({ roomJid: RoomJid.make("a@b"), message: "m" }).pipe(
  Effect.map(({ id }) => id),
  Effect.catchTag("NotFound", (error) => Effect.succeed(error.status))
)`

describe("a program with one endpoint", () => {
  it.each([
    [
      "the module",
      `import * as Chats from "effect-genesys-chats/Chats"\nimport { RoomJid } from "effect-genesys-chats/Ids"`
    ],
    ["the root", `import { Chats, RoomJid } from "effect-genesys-chats"`]
  ])("is checked at a bounded cost, with an error that is caught: %s", (_, imports) => {
    const cost = instantiations(`import * as Effect from "effect/Effect"\n${imports}${use}`)
    // 192,795 before the errors and the endpoints were declared, 45,694 then
    expect(cost).toBeLessThan(60_000)
  })

  it("costs next to nothing where no error is looked into", () => {
    const cost = instantiations(
      `import * as Chats from "effect-genesys-chats/Chats"\nexport const program = Chats.getChatsSettings()`
    )
    // 159,227 before, 277 then
    expect(cost).toBeLessThan(5_000)
  })
})
