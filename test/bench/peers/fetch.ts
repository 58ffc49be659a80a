/** Node's global fetch. */
import { roomPath, serve, text } from "../peer.js"

await serve((url) => {
  const headers = { authorization: "Bearer benchmark-token", accept: "application/json" }
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, { headers, ...init })
    if (!response.ok) throw new Error(String(response.status))
    return (await response.json()) as unknown
  }
  return {
    post: () =>
      call(`${roomPath}/messages`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ message: text })
      }),
    room: () => call(roomPath),
    listing: () => call(`${roomPath}/messages?limit=100`),
    chunked: () => call(`${roomPath}/messages?limit=99`)
  }
})
