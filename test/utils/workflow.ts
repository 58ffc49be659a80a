/** Runs steps as the body of a workflow, over an engine in memory. */
import { Workflow, WorkflowEngine } from "@effect/workflow"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { ChatsClient } from "effect-genesys-chats"
import * as Durable from "effect-genesys-chats/workflow"

export const run = <A, E>(
  body: Effect.Effect<A, E, Effect.Effect.Context<ReturnType<typeof Durable.send>>>,
  client: Layer.Layer<ChatsClient.ChatsClient>,
  store: Layer.Layer<Durable.Store> = Durable.layerMemory
) => {
  const Body = Workflow.make({ name: "Body", payload: { id: Schema.String }, idempotencyKey: ({ id }) => id })
  let exit: Effect.Effect<A, E> = Effect.die("the body has not run")
  const live = Body.toLayer(() =>
    Effect.map(Effect.exit(body), (ended) => {
      exit = ended
    })
  ).pipe(Layer.provide(Layer.merge(client, store)), Layer.provideMerge(WorkflowEngine.layerMemory))
  return Effect.flatMap(Effect.provide(Body.execute({ id: "1" }), live), () => exit)
}
