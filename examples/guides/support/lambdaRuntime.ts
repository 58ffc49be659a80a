/** What Lambda does around a function: gives it one event after the other. Here they are lines of the standard input. */
import { createInterface } from "node:readline"
import { handler } from "./lambda.js"

console.log("ready")
for await (const line of createInterface({ input: process.stdin })) {
  const reply = await handler(JSON.parse(line)).then(
    ({ id }) => `posted ${id}`,
    (error: unknown) => `failed ${String(error).replaceAll("\n", " ")}`
  )
  console.log(reply)
}
