/** This library, all of it kept in a bundle. */
import * as library from "effect-genesys-chats"
import "./ours.mjs"

globalThis.library = library
