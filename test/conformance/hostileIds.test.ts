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

describe.each(majors)("client %s", (major) => {
  it.each(parameters)("$name, $parameter", async ({ body, method, name, parameter, path, pathParameters }) => {
    const seen: Array<readonly [method: string | undefined, url: string | undefined]> = []
    const url = await listen((request, response) => {
      seen.push([request.method, request.url])
      request.resume()
      response.writeHead(409).end()
    })
    const client = await driver(major).client({ url, credentials: { token: "t" }, transport: "undici" })
    const call = async (id: string) => {
      const ids = Object.fromEntries(pathParameters.map((key) => [key, "plain"]))
      const own = { [parameter]: parameter === "messageIds" ? [id] : id }
      const list = pathParameters.includes("messageIds") && parameter !== "messageIds" ? { messageIds: ["plain"] } : {}
      const reply = await client.call(name, { ...ids, ...list, ...own, ...(body === null ? {} : bodies[body]) })
      return [reply, seen.splice(0)] as const
    }
    const noList = (id: string) => parameter === "messageIds" && id.includes(",")
    for (const id of [...refused, ...carried.filter(noList)]) {
      const [reply, sent] = await call(id)
      expect(reply, JSON.stringify(id)).toMatchObject({ error: { _tag: "InvalidRequest", attempts: 0 } })
      expect(sent).toEqual([])
    }
    for (const id of carried.filter((id) => !noList(id))) {
      const [reply, sent] = await call(id)
      expect(reply, JSON.stringify(id)).toMatchObject({ error: { _tag: "Conflict" } })
      const expected = path.split("/").map((segment) => (segment === `{${parameter}}` ? id : segment.replace(/^\{\w+\}$/, "plain")))
      expect(sent.map(([verb, to]) => [verb, to?.split(/[?#]/)[0]?.split("/").map(decodeURIComponent)])).toEqual([
        [method, expected]
      ])
    }
  })
})
