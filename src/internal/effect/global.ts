import { globalValue } from "effect/GlobalValue"

/** A value that all copies of the package share. */
export const shared = <A>(name: string, make: () => A): A => globalValue(`effect-genesys-chats/${name}`, make)
