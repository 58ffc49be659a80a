/** Many calls in one program. */
import * as Effect from "effect/Effect"
import { Chats, FlowControl, RoomJid } from "effect-genesys-chats"
import { call, samples } from "../../utils/samples.js"
import type { FanOutJob } from "../fanOut.js"
import { serveJobs } from "../shared/worker.js"
import { live } from "./live.js"

/** Gives the microseconds of CPU a call, for each thousand of them. */
await serveJobs(async (url, transport) => {
  let touched = false
  const runtimes = new Map<number, ReturnType<typeof live>>()
  const runtimeOf = (concurrency: number) => {
    const runtime =
      runtimes.get(concurrency) ?? live(url, transport, FlowControl.layer({ maxConcurrency: concurrency }))
    runtimes.set(concurrency, runtime)
    return runtime
  }
  return async ({ allEndpoints, calls, concurrency, conversations, fibers }: FanOutJob) => {
    const runtime = await runtimeOf(concurrency)
    if (allEndpoints && !touched) {
      touched = true
      const touch = Effect.forEach(samples, ({ endpoint, input }) => Effect.exit(call(endpoint, input)))
      await runtime.runPromise(touch)
    }
    const rooms = Array.from({ length: calls }, (_, n) =>
      RoomJid.make(`adhoc-${n % conversations}@conference.acme.orgspan.com`)
    )
    const thousands: Array<number> = []
    let done = 0
    let since = process.cpuUsage()
    const mark = Effect.sync(() => {
      if (++done % 1000 > 0) return
      const { system, user } = process.cpuUsage(since)
      thousands.push((user + system) / 1000)
      since = process.cpuUsage()
    })
    await runtime.runPromise(
      Effect.forEach(rooms, (roomJid) => Effect.zipRight(Chats.getChatsRoom({ roomJid }), mark), {
        concurrency: fibers,
        discard: true
      })
    )
    return thousands
  }
})
