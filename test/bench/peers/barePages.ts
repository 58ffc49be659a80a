/** The floor of a history: a loop of undici and JSON.parse that asks for the next page while it gives one. */
import { Pool } from "undici"
import type { HistoryJob } from "../history.js"
import { measured } from "../shared/heap.js"
import { serveJobs } from "../shared/worker.js"

interface Message {
  readonly id: string
  readonly dateCreated: string
}

const headers = { authorization: "Bearer benchmark-token", accept: "application/json" }

await serveJobs(async (url) => {
  const pool = new Pool(url)
  const page = async (room: string, before: string): Promise<ReadonlyArray<Message>> => {
    const path = `/api/v2/chats/rooms/${room}/messages?limit=100${before}`
    const { body } = await pool.request({ method: "GET", path, headers })
    return (JSON.parse(await body.text()) as { readonly entities: ReadonlyArray<Message> }).entities
  }
  return ({ messages, room, samples }: HistoryJob) =>
    measured(messages, samples, async (seen) => {
      for (let next = page(room, ""); ; ) {
        const entities = await next
        const last = entities[entities.length - 1]
        if (last === undefined) return
        next = page(room, `&before=${last.dateCreated}`)
        seen(entities.length)
      }
    })
})
