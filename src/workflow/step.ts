import * as Activity from "@effect/workflow/Activity"
import { type WorkflowEngine, WorkflowInstance } from "@effect/workflow/WorkflowEngine"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Endpoint from "../declaration.js"
import * as Check from "../internal/options.js"

/** What a step runs in. */
export type Running = WorkflowEngine | WorkflowInstance

/**
 * Two steps of a workflow have the same name: the engine would give the second what came of the first, and never
 * run it. It is a mistake in the program, and so a defect.
 *
 * @example
 * ```ts
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const isDuplicate = (defect: unknown) => defect instanceof Durable.DuplicateStep
 * ```
 * @since 0.1.0
 * @category errors
 */
export class DuplicateStep extends Error {
  override readonly name = "DuplicateStep"
  constructor(workflow: string, step: string) {
    super(
      `the workflow ${workflow} has two steps of the name ${JSON.stringify(step)}: ` +
        "the second would be given the first one's result. (To try a step again, use Activity.retry of @effect/workflow.)"
    )
  }
}

/** The names that one run of a workflow's body has used; a run that goes on from what is stored begins anew. */
const used = /*#__PURE__*/ new WeakMap<Context.Tag.Service<WorkflowInstance>, Set<string>>()

/** A step may be named once in a workflow, and once more for each further attempt. */
export const named = <A, E, R>(
  name: string,
  step: Effect.Effect<A, E, R>,
  /** What else it writes down beside its result. */
  parts: ReadonlyArray<string> = []
): Effect.Effect<A, E, R | WorkflowInstance> =>
  Effect.gen(function* () {
    Check.text("Durable: the name of a step", name, 2_000)
    const instance = yield* WorkflowInstance
    const attempt = yield* Activity.CurrentAttempt
    const names = used.get(instance) ?? new Set()
    used.set(instance, names)
    for (const one of [name, ...parts]) {
      const key = `${attempt} ${one}`
      if (names.has(key)) return yield* Effect.die(new DuplicateStep(instance.workflow.name, one))
      names.add(key)
    }
    return yield* step
  })

/**
 * A call of an endpoint as a step of a workflow: its value or its error is stored, and it is not called again once
 * that is there. If the process is killed between the call and the record of it, it calls again: so this is for
 * what may be done twice. For messages there is {@link send}, for rooms {@link openRoom}. `name` tells it from the
 * workflow's other steps, of which none may have the same.
 *
 * @example
 * ```ts
 * import { Chats, type MessageId, type RoomJid } from "effect-genesys-chats"
 * import * as Durable from "effect-genesys-chats/workflow"
 *
 * const pin = (roomJid: RoomJid, messageId: MessageId) =>
 *   Durable.activity("pin", Chats.postChatsRoomMessagesPins, { roomJid, pinnedMessageIds: [messageId] })
 * ```
 * @since 0.1.0
 * @category steps
 */
export const activity = <Input, A, E>(
  name: string,
  endpoint: Endpoint.Endpoint<string, Input, A, E>,
  ...[input]: Endpoint.InputArguments<Input>
): Effect.Effect<A, E, Endpoint.ChatsClient | Running> =>
  named(
    name,
    Activity.make({
      name,
      success: Endpoint.successSchema(endpoint),
      error: Endpoint.errorSchema(endpoint),
      // an endpoint without fields takes the empty object
      execute: Effect.flatMap(Endpoint.ChatsClient, (client) => client.execute(endpoint, (input ?? {}) as Input))
    })
  )
