/** A driver: reads an order from each line of its input, and writes the answer as a line. It ends with its input. */
import * as Clients from "./clients.js"
import * as Emulators from "./emulators.js"
import { eachLine } from "./lines.js"
import * as Pipelines from "./pipelines.js"
import type { Answer, Json, Order, OrderName, Orders } from "./protocol.js"
import { surface } from "./surface.js"

const orders: { readonly [K in OrderName]: (order: Orders[K]) => Promise<Json> } = {
  emulator: Emulators.start,
  control: Emulators.control,
  faults: Emulators.faults,
  client: Clients.make,
  call: Clients.call,
  pipeline: Pipelines.run,
  surface: async () => surface()
}

const obey = <K extends OrderName>(order: K, given: Orders[K]): Promise<Json> => orders[order](given)

const write = (answer: Answer): void => void process.stdout.write(`${JSON.stringify(answer)}\n`)

eachLine(process.stdin, async (line) => {
  const given: Order = JSON.parse(line)
  try {
    write({ id: given.id, result: await obey(given.order, given) })
  } catch (error) {
    write({ id: given.id, broken: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
process.stdin.on("end", () => process.exit(0))
