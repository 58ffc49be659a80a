/** Where the workflows of `durable-incident.ts` and `fleet.ts` run that have a PostgreSQL: in any number of processes. */
import { createServer } from "node:net"
import { RunnerAddress } from "@effect/cluster"
import { NodeClusterSocket } from "@effect/platform-node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"

const freePort = Effect.async<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0)))
  })
})

/** One runner; across machines it is at an address that the others reach. */
export const Runner = Layer.unwrapEffect(
  Effect.map(freePort, (port) =>
    NodeClusterSocket.layer({
      storage: "sql",
      shardingConfig: {
        runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", port)),
        entityMessagePollInterval: "500 millis",
        // how soon the others take over: short here, at the price of more queries
        runnerHealthCheckInterval: "2 seconds",
        shardLockRefreshInterval: "2 seconds",
        shardLockExpiration: "8 seconds"
      }
    })
  )
).pipe(
  // where several start on an empty database, one makes the engine's tables, and another can die of them
  Layer.catchAllCause((cause) => Layer.fail(Cause.squash(cause))),
  Layer.retry(Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(5))),
  Layer.orDie
)
