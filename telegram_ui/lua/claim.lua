-- Claim ready chats and begin their first updates. ARGV: token, most chats to claim, lease in ms, promise in ms,
-- 1 to claim a suspect as well, if one is due; that one is not begun.
-- Returns {now, chats still ready, {chat, attempt, envelope, token, deaths of a suspect} …}.
local now = now_ms()
promote(now)
local wanted = tonumber(ARGV[2])
local until_ms = now + tonumber(ARGV[3])
local claimed = {}
if wanted > 0 and ARGV[5] == '1' then claimed[1] = lease_suspect(now, ARGV[1], until_ms) end
for _ = #claimed + 1, wanted do
  local one = lease_next(ARGV[1], until_ms)
  if not one then break end
  claimed[#claimed + 1] = one
end
if wanted > 0 then redis.call('DEL', WAKE) end
-- Somebody with hands free looks again before the promise ends, so that arrivals until then need no wake-up.
local promise = tonumber(ARGV[4])
if promise > 0 and #claimed < wanted then
  local until_ms = now + promise
  if tonumber(redis.call('GET', AWAKE) or 0) < until_ms then
    redis.call('SET', AWAKE, string.format('%d', until_ms), 'PX', promise)
  end
end
return { now, redis.call('ZCARD', READY), unpack(claimed) }
