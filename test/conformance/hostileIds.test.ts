/** An id in a path: both clients send exactly that id in that segment, or nothing. */
import { describe, expect, it } from "vitest"
import { facts } from "../utils/facts.js"
import { carried, refused } from "../utils/hostileIds.js"
import { useListener } from "./harness/listener.js"
import { majors } from "./harness/majors.js"
import { useDrivers } from "./harness/matrix.js"

const driver = useDrivers()
const listen = useListener()

/** What an endpoint is asked with, but for its path. */
const bodies: { readonly [definition: string]: object } = {
  SendMessageBody: { message: "m" },
  PinnedMessageRequest: { pinnedMessageIds: ["1"] },
  RoomUpdateRequest: { subject: "s" },
  ChatReactionUpdate: { reactions: ["👍"] },
  ChatUserSettings: { mobile: { notifications: { when: "Always" } } }
}

const parameters = facts.endpoints.flatMap((endpoint) =>
  endpoint.pathParameters.map((parameter) => ({ ...endpoint, parameter }))
)

/** A refusal that says in its code what was asked: a method, and the segments of a path. */
const echo = () =>
  listen((request, response) => {
    request.resume()
    const segments = request.url?.split(/[?#]/)[0]?.split("/").map(decodeURIComponent)
    response.writeHead(409, { "content-type": "application/json" })
    response.end(JSON.stringify({ code: JSON.stringify([request.method, segments]) }))
  })

describe.each(majors)("client %s", (major) => {
  it.each(parameters)("$name, $parameter", async ({ body, method, name, parameter, path, pathParameters }) => {
    const client = await driver(major).client({
      url: await echo(),
      credentials: { token: "b3arer-0f-some-length" },
      transport: "undici"
    })
    const others = Object.fromEntries(pathParameters.map((key) => [key, key === "messageIds" ? ["plain"] : "plain"]))
    const call = (id: string) => {
      const own = { [parameter]: parameter === "messageIds" ? [id] : id }
      return client.call(name, { ...others, ...own, ...(body === null ? {} : bodies[body]) })
    }
    const segments = (id: string) =>
      path.split("/").map((segment) => (segment === `{${parameter}}` ? id : segment.replace(/^\{\w+\}$/, "plain")))
    const isRefused = (id: string) => refused.includes(id) || (parameter === "messageIds" && id.includes(","))
    await Promise.all(
      [...refused, ...carried].map(async (id) =>
        expect(await call(id), JSON.stringify(id)).toMatchObject({
          error: isRefused(id)
            ? { _tag: "InvalidRequest", attempts: 0 }
            : { _tag: "Conflict", code: JSON.stringify([method, segments(id)]) }
        })
      )
    )
  })
})
