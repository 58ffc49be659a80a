/** The vendor's own SDK as a third client: it gets from either emulator what the library gets. */
import { describe, expect, it } from "vitest"
import { violations } from "../testing/emulator-utils.js"
import { endpointFacts } from "../utils/facts.js"
import type { Json, JsonObject, Reply } from "./driver/protocol.js"
import type { EmulatorHandle, Loose } from "./harness/driver.js"
import { majors } from "./harness/majors.js"
import { timeless, useDrivers } from "./harness/matrix.js"
import { type Caller, type Callers, everyEndpoint } from "./scenarios/everyEndpoint.js"

const driver = useDrivers()

/** The arguments of an operation of the SDK: ids of the path in their order, the body, and the query as options. */
const argumentsOf = (operation: string, input: JsonObject): ReadonlyArray<unknown> => {
  const { body, pathParameters, query } = endpointFacts(operation)
  const text = (value: Json | undefined) => (Array.isArray(value) ? value.join(",") : value)
  const ids = pathParameters.map((name) => text(input[name]))
  const names = new Set([...pathParameters, ...query.map(({ name }) => name)])
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !names.has(name)))
  const options = Object.fromEntries(
    query.flatMap(({ name, type }) =>
      input[name] === undefined ? [] : [[name, type === "string" ? String(input[name]) : input[name]]]
    )
  )
  return [...ids, ...(body === null ? [] : [rest]), ...(query.length === 0 ? [] : [options])]
}

/** The SDK on an emulator: it is one for the process, and so is its token. */
const sdkOn = async (emulator: EmulatorHandle): Promise<Callers> => {
  const imported: Loose = await import("purecloud-platform-client-v2")
  const sdk = imported.default ?? imported
  const client = sdk.ApiClient.instance
  const { hostname, port } = new URL(emulator.url)
  client.setGateway({ host: hostname, protocol: "http", port: Number(port) })
  // as the library does: before the first call, not before it is needed
  let login = () => client.loginClientCredentialsGrant(emulator.clientId, emulator.clientSecret)
  const chats = new sdk.ChatApi()
  const users = new sdk.UsersApi()
  const caller: Caller = async (operation, input): Promise<Reply> => {
    await login()
    login = async () => {}
    const api = operation in chats ? chats : users
    const value = await api[operation](...argumentsOf(operation, input))
    return { value: value === undefined || value === "" ? null : value }
  }
  return {
    bot: caller,
    withToken: async (token) => {
      client.setAccessToken(token)
      return caller
    }
  }
}

describe.each(majors)("the vendor's SDK on emulator %s", (major) => {
  it("gets from every endpoint what the library gets", async () => {
    const own = await driver(major).emulator({ seed: 11 })
    const { clientId, clientSecret, url } = own
    const bot = await driver("3").client({ url, credentials: { clientId, clientSecret } })
    const ours = await everyEndpoint(own, {
      bot: bot.call,
      withToken: async (token) => (await driver("3").client({ url, credentials: { token } })).call
    })
    const emulator = await driver(major).emulator({ seed: 11 })
    const theirs = await everyEndpoint(emulator, await sdkOn(emulator))
    expect(timeless(theirs)).toEqual(timeless(ours))
    for (const [operation, reply] of theirs) {
      const declared = endpointFacts(operation).success.body
      // declared to be one message, though it is a listing
      const definition = operation === "getChatsUserMessages" ? "ChatMessageEntityListing" : declared
      const value = "value" in reply ? reply.value : reply
      expect(definition === null ? value : violations(definition, value), operation).toEqual(
        definition === null ? null : []
      )
    }
    const requests: ReadonlyArray<{ status: number }> = await emulator.control("requests")
    expect(requests.filter(({ status }) => status >= 400)).toEqual([])
  })
})
