/** The floor: undici's Pool and JSON.parse. */
import { Pool } from "undici"
import { roomPath, serve, text } from "../peer.js"

await serve((url) => {
  const pool = new Pool(url, { connections: 64 })
  const headers = { authorization: "Bearer benchmark-token", accept: "application/json" }
  const get = async (path: string) => {
    const { body } = await pool.request({ method: "GET", path, headers })
    return JSON.parse(await body.text()) as unknown
  }
  return {
    post: async () => {
      const { body } = await pool.request({
        method: "POST",
        path: `${roomPath}/messages`,
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ message: text })
      })
      return JSON.parse(await body.text()) as unknown
    },
    room: () => get(roomPath),
    listing: () => get(`${roomPath}/messages?limit=100`),
    chunked: () => get(`${roomPath}/messages?limit=99`)
  }
})
