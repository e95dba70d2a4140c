-- Give leases back unused: the attempt that was counted did not take place. ARGV: chat, token, chat, token …
-- Returns how many were still held.
local now, released = now_ms(), 0
for i = 1, #ARGV, 2 do
  local chat = ARGV[i]
  if holds(chat, ARGV[i + 1]) then
    end_lease(chat)
    if redis.call('HINCRBY', state_of(chat), 'attempt', -1) <= 0 then redis.call('HDEL', state_of(chat), 'attempt') end
    redis.call('ZADD', READY, 'NX', now, chat)
    released = released + 1
  end
end
return released
