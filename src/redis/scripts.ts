/*
 * One atomic step each, by the server's own clock. A script touches one key, so that it runs on a Cluster.
 * The window's fields: `seq` its number, `used` and `allowed` its requests, `began`, `ends`, `closed` (until when a
 * refusal has closed the store), `probe` (until when the word of the window's first request is waited for; 0: it is
 * there). A clock that is before `began` was set back, or is another server's: what it was once told says nothing.
 */

const now = `local t = redis.call("TIME")
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`

const day = 86_400_000

/** ARGV: wanted, allowed, probe, poll, the window's length. Gives granted, milliseconds, window. */
export const take = `${now}local h = redis.call("HMGET", KEYS[1], "seq", "used", "ends", "allowed", "closed", "probe", "began")
local function at(i, default) return tonumber(h[i] or default) end
local seq, used, ends, closed, probe, began = at(1, 0), at(2, 0), at(3, 0), at(5, 0), at(6, 0), at(7, 0)
if now >= began then
  if closed > now then return {0, closed - now, seq} end
  if probe > now then return {0, math.min(probe - now, tonumber(ARGV[4])), seq} end
  if probe == 0 and now < ends then
    local granted = math.max(0, math.min(tonumber(ARGV[1]), at(4, ARGV[2]) - used))
    if granted > 0 then redis.call("HINCRBY", KEYS[1], "used", granted) end
    return {granted, ends - now, seq}
  end
end
if probe > 0 and now >= began and now - began < tonumber(ARGV[5]) then
  used = used + 1
else
  seq, used, began = math.max(seq + 1, now), 1, now
end
redis.call("HSET", KEYS[1], "seq", seq, "used", used, "began", began, "closed", 0, "probe", now + tonumber(ARGV[3]))
redis.call("PEXPIRE", KEYS[1], ${day})
return {1, tonumber(ARGV[3]), seq}
`

/** ARGV: window, refused (1 or 0), retry after, the window's length, count (-1: not said), allowed, reset. */
export const tell = `${now}local h = redis.call("HMGET", KEYS[1], "seq", "used", "ends", "closed", "probe")
local function at(i) return tonumber(h[i] or 0) end
if at(1) ~= tonumber(ARGV[1]) then return 0 end
if ARGV[2] == "1" then
  redis.call("HSET", KEYS[1], "closed", math.max(at(4), now + tonumber(ARGV[3])), "ends", 0, "probe", 0)
  redis.call("PEXPIRE", KEYS[1], ${day} + tonumber(ARGV[3]))
  return 1
end
local count, ends = tonumber(ARGV[5]), at(3)
if count >= 0 then
  redis.call("HSET", KEYS[1], "allowed", ARGV[6], "used", math.max(at(2), count))
end
if at(5) > 0 then ends = now + tonumber(count >= 0 and ARGV[7] or ARGV[4])
elseif count >= 0 then ends = math.min(ends, now + tonumber(ARGV[7])) end
redis.call("HSET", KEYS[1], "ends", ends, "probe", 0)
return 1
`

/** ARGV: window, count. A probe that was not used leaves it to another, at once. */
export const giveBack = `local h = redis.call("HMGET", KEYS[1], "seq", "used", "probe")
if tonumber(h[1] or 0) ~= tonumber(ARGV[1]) then return 0 end
redis.call("HSET", KEYS[1], "used", math.max(0, tonumber(h[2] or 0) - tonumber(ARGV[2])))
if tonumber(h[3] or 0) > 0 then redis.call("HSET", KEYS[1], "probe", 1) end
return 1
`

/** Gives value and milliseconds left, or nil. */
export const get = `local value = redis.call("GET", KEYS[1])
if not value then return false end
return {value, redis.call("PTTL", KEYS[1])}
`

/** ARGV: value, milliseconds. */
export const set = `redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1
`

/** ARGV: owner, milliseconds. Gives 1 to whoever gets it. */
export const tryLock = `if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
return 0
`

/** ARGV: owner. */
export const unlock = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end
return 0
`
