/** A bare HTTP server that answers as it is told, for replies that no emulator gives. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll } from "vitest"

/** Listens until the tests of the file are over; gives its URL. */
export const useListener = () => {
  const servers: Array<ReturnType<typeof createServer>> = []
  afterAll(() => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  })
  return (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> =>
    new Promise((resolve) => {
      const server = createServer({ maxHeaderSize: 256 * 1024 }, answer)
      servers.push(server)
      server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
    })
}
