import * as Chats from "../../Chats.js"
import type { Issue } from "../../ChatsError.js"
import type { Description } from "../../declaration.js"
import { isRequired, requiredFields } from "../../internal/effect/samples.js"

/** What a call to an endpoint that has no handler dies with: its name, and how to stub it. */
export const notStubbed = (endpoint: Description): Error =>
  new Error(
    `${endpoint.operation} (${endpoint.method} ${endpoint.path}) was called but is not stubbed. Stub it:

${Object.hasOwn(Chats, endpoint.operation) ? byName(endpoint) : byItself(endpoint)}

or let ChatsStub.layerArbitrary({ seed: 1 }) answer every endpoint from its schema.`
  )

const byName = (endpoint: Description): string => `  ChatsStub.layer({
    ${endpoint.operation}: ${parameter(endpoint)} => ${answer(endpoint)}
  })`

const byItself = (endpoint: Description): string =>
  `  ChatsStub.layer({}, ChatsStub.on(${endpoint.operation}, ${parameter(endpoint)} => ${answer(endpoint)}))`

/** What a call dies with whose handler's value could not have come from the service. */
export const impossibleAnswer = (endpoint: Description, issues: ReadonlyArray<Issue>): Error =>
  new Error(
    `The stub of ${endpoint.operation} gave a value that the endpoint cannot give: ${issues
      .map(({ message, path }) => (path === "" ? message : `${path}: ${message}`))
      .join("; ")}`
  )

/** `({ roomJid, message })`: what a call cannot do without. */
const parameter = ({ body, pathParameters, query }: Description): string => {
  const names = [pathParameters, query, body?.fields ?? {}].flatMap((fields) =>
    Object.keys(fields).filter((name) => {
      const field = fields[name]
      return field !== undefined && isRequired(field)
    })
  )
  return names.length === 0 ? "()" : `({ ${names.join(", ")} })`
}

/** `Effect.succeed({ jid: … })`: the fields that an answer cannot do without. */
const answer = ({ success }: Description): string => {
  if (success === undefined) return "Effect.void"
  const fields = requiredFields(success).map((name) => `${name}: …`)
  return fields.length === 0 ? "Effect.succeed({})" : `Effect.succeed({ ${fields.join(", ")} })`
}
