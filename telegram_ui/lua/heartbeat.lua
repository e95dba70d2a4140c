-- Prolong leases. ARGV: lease in ms, chat, token, chat, token … Returns the chats that are no longer the caller's.
local until_ms, lost = now_ms() + tonumber(ARGV[1]), {}
for i = 2, #ARGV, 2 do
  if holds(ARGV[i], ARGV[i + 1]) then
    redis.call('ZADD', LEASES, 'XX', until_ms, ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
