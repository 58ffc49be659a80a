/**
 * Import this, then import what must do nothing when it is loaded; `done()` names what it did
 * all the same: timers, the network, processes, output, and traces left on the process and on
 * what is global. Plain JavaScript, because it runs in a consumer's process.
 */
import childProcess from "node:child_process"
import dgram from "node:dgram"
import dns from "node:dns"
import net from "node:net"

Error.stackTraceLimit = Number.POSITIVE_INFINITY

const calls = []

// the module loader uses some of them too: only what our own code does counts
const isOurs = () => new Error().stack?.includes("effect-genesys-chats") === true

const watch = (label, owner, names) => {
  for (const name of names) {
    const original = owner[name]
    if (typeof original !== "function") continue
    owner[name] = function (...args) {
      if (isOurs()) calls.push(label + name)
      return Reflect.apply(original, this, args)
    }
  }
}

watch("", globalThis, ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"])
watch("console.", console, Object.keys(console))
watch("process.stdout.", process.stdout, ["write"])
watch("process.stderr.", process.stderr, ["write"])
watch("process.", process, ["nextTick", "chdir", "exit", "setUncaughtExceptionCaptureCallback"])
watch("net.", net.Socket.prototype, ["connect"])
watch("net.", net.Server.prototype, ["listen"])
watch("dns.", dns, ["lookup", "resolve"])
watch("dgram.", dgram, ["createSocket"])
watch("child_process.", childProcess, ["spawn", "exec", "execFile", "fork"])

const owners = {
  globalThis,
  Array,
  "Array.prototype": Array.prototype,
  "Date.prototype": Date.prototype,
  Error,
  "Function.prototype": Function.prototype,
  JSON,
  "Map.prototype": Map.prototype,
  Math,
  "Object.prototype": Object.prototype,
  "Promise.prototype": Promise.prototype,
  "String.prototype": String.prototype,
  Symbol,
  "process.env": process.env
}

const state = () =>
  new Map(
    Object.entries(owners).flatMap(([label, owner]) =>
      Reflect.ownKeys(owner).map((key) => [`${label}.${String(key)}`, Object.getOwnPropertyDescriptor(owner, key)])
    )
  )

const same = (one, other) =>
  one !== undefined &&
  other !== undefined &&
  ["value", "get", "set", "writable", "enumerable", "configurable"].every((key) => Object.is(one[key], other[key]))

const listeners = () => new Map(process.eventNames().map((name) => [name, process.listenerCount(name)]))

const before = { state: state(), listeners: listeners(), running: process.getActiveResourcesInfo().length }

export const done = () => {
  const after = state()
  return [
    ...calls,
    ...[...new Set([...before.state.keys(), ...after.keys()])].filter(
      (name) => !same(before.state.get(name), after.get(name))
    ),
    ...[...listeners()]
      .filter(([name, count]) => count !== (before.listeners.get(name) ?? 0))
      .map(([name]) => `listener of ${String(name)}`),
    ...(process.getActiveResourcesInfo().length > before.running ? ["something runs on"] : [])
  ]
}
