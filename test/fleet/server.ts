/**
 * The service as a process of its own, so that nothing of a test holds it up: `ALLOWED` requests in a window of
 * `WINDOW_MS`, which begins with a request; a 429 with `retry-after` beyond; tokens that live `TOKEN_TTL_S`.
 */
import * as Http from "node:http"

const setting = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const length = setting("WINDOW_MS", 3_000)
const allowed = setting("ALLOWED", 300)
const saysOfIt = process.env["HEADERS"] === "1"
const lifetime = setting("TOKEN_TTL_S", 86_400)

const windows: Array<{ start: number; accepted: number; refused: number }> = []
const live = new Map<string, number>()
let tokenRequests = 0
let unauthorized = 0

const reply = (response: Http.ServerResponse, status: number, body: object, headers: Http.OutgoingHttpHeaders = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers })
  response.end(JSON.stringify(body))
}

const answer = (request: Http.IncomingMessage, response: Http.ServerResponse) => {
  const now = performance.now()
  switch (request.url) {
    case "/stats":
      return reply(response, 200, { windows, tokenRequests, unauthorized })
    case "/revoke":
      live.clear()
      return reply(response, 200, {})
    case "/oauth/token": {
      const token = `token-${++tokenRequests}`
      live.set(token, now + lifetime * 1_000)
      setTimeout(() => reply(response, 200, { access_token: token, token_type: "bearer", expires_in: lifetime }), 50)
      return
    }
  }
  const token = (request.headers.authorization ?? "").replace("Bearer ", "")
  if (token !== "fixed" && !((live.get(token) ?? 0) > now)) {
    unauthorized++
    return reply(response, 401, { status: 401, code: "bad.credentials", message: "no" })
  }
  let window = windows[windows.length - 1]
  if (window === undefined || now >= window.start + length) {
    window = { start: now, accepted: 0, refused: 0 }
    windows.push(window)
  }
  const left = window.start + length - now
  const isRefused = window.accepted >= allowed
  if (isRefused) window.refused++
  else window.accepted++
  const headers = {
    ...(saysOfIt
      ? {
          "inin-ratelimit-count": String(window.accepted),
          "inin-ratelimit-allowed": String(allowed),
          "inin-ratelimit-reset": String(Math.ceil(left / 1_000))
        }
      : {}),
    // in a window so short whole seconds would say nothing
    ...(isRefused ? { "retry-after": (left / 1_000).toFixed(3) } : {})
  }
  setTimeout(() => {
    if (isRefused) reply(response, 429, { status: 429, code: "too.many.requests", message: "no" }, headers)
    else reply(response, 200, {}, headers)
  }, 5)
}

const server = Http.createServer((request, response) => {
  request.resume().on("end", () => answer(request, response))
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") console.log(`http://127.0.0.1:${address.port}`)
})
