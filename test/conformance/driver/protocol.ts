/**
 * What a driver is asked and what it answers: a line of JSON each way, matched by `id`. A driver is the library for
 * one major of Effect in a process of its own; nothing here knows that there is Effect.
 */

export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }

/** What an error of the library says of itself: its tag, its message, and its fields. */
export interface PlainError extends JsonObject {
  readonly _tag: string
  readonly message: string
}

/** What came of a call. */
export type Reply = { readonly value: Json } | { readonly error: PlainError }

/** Where a client finds the service, and who it is. */
export interface ClientOptions {
  readonly url: string
  readonly credentials: { readonly clientId: string; readonly clientSecret: string } | { readonly token: string }
  readonly transport?: "fetch" | "layerUndici" | "undici"
  /** Short waits between attempts; `none` where nothing is to be retried. Default: as in the library. */
  readonly retry?: "none" | "quick" | "standard"
}

/** The orders, and what each of them is given. */
export interface Orders {
  /** Starts an emulator on a free port of 127.0.0.1; the options are those of `Emulator.layerServer`, in JSON. */
  readonly emulator: { readonly options: JsonObject }
  /** Reads or calls a member of an emulator's control service. */
  readonly control: { readonly emulator: number; readonly member: string; readonly args: ReadonlyArray<Json> }
  /** Changes the failures of an emulator: a plan in JSON. */
  readonly faults: { readonly emulator: number; readonly plan: Json }
  /** Makes a client. */
  readonly client: ClientOptions
  /** Calls an endpoint by its name. */
  readonly call: { readonly client: number; readonly operation: string; readonly input: JsonObject }
  /** Runs one of the pipelines by its name. */
  readonly pipeline: { readonly client: number; readonly name: string; readonly input: JsonObject }
  /** What the package exports, entry point by entry point. */
  readonly surface: {}
}

export type OrderName = keyof Orders

export type Order = { [K in OrderName]: { readonly id: number; readonly order: K } & Orders[K] }[OrderName]

/** `broken` is what should not have happened: a defect, in words. */
export type Answer = { readonly id: number } & ({ readonly result: Json } | { readonly broken: string })
