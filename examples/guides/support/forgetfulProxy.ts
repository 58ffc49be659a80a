/**
 * A proxy that forgets its connections without a word, as a load balancer has by the time that a frozen process goes
 * on: the next byte over such a connection is answered with a reset.
 */
import { connect, createServer, type Socket } from "node:net"
import * as Effect from "effect/Effect"

export const forgetfulProxy = (target: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly forget: () => void; readonly close: () => void }>((resume) => {
      const { hostname, port } = new URL(target)
      const known = new Map<Socket, Socket>()
      const server = createServer((client) => {
        const service = connect(Number(port), hostname)
        known.set(client, service)
        client.on("data", (data) => (known.has(client) ? service.write(data) : client.resetAndDestroy()))
        service.on("data", (data) => known.has(client) && client.write(data))
        for (const [one, other] of [
          [client, service],
          [service, client]
        ] as const) {
          one.on("error", () => {})
          one.on("close", () => known.delete(client) && other.destroy())
        }
      })
      const forget = () => {
        for (const [client, service] of known) {
          known.delete(client)
          service.destroy()
        }
      }
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const at = address !== null && typeof address === "object" ? address.port : 0
        const close = () => {
          forget()
          server.close()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${at}`, forget, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )
