-- A token bucket in one string, "tokens milliseconds": full at first, refilled by the passing of Redis' own time.
-- Lives as long as it takes to fill up again: an absent bucket and a full one are the same.
-- Returns whether one was taken, the milliseconds until the next one where not, and what is left.
local function take_token(key, now, burst, per_second)
  local tokens = burst
  local stored = redis.call('GET', key)
  if stored then
    local left, at = string.match(stored, '^(%S+) (%S+)$')
    tokens = math.min(burst, tonumber(left) + math.max(0, now - tonumber(at)) * per_second / 1000)
  end
  local allowed = tokens >= 1
  if allowed then tokens = tokens - 1 end
  local lifetime = math.ceil((burst - tokens) / per_second * 1000) + 1000
  redis.call('SET', key, string.format('%.4f %d', tokens, now), 'PX', lifetime)
  local wait = 0
  if not allowed then wait = math.ceil((1 - tokens) / per_second * 1000) end
  return allowed, wait, tokens
end
