-- Put right what was left behind. ARGV: chats that have a mailbox. Expired leases and due retries become ready, and
-- so does any chat that has mail but is in none of the four sets. Returns {chats moved, chats that wait for a worker now}.
local now = now_ms()
local moved = promote(now)
for _, chat in ipairs(ARGV) do
  if redis.call('EXISTS', mailbox_of(chat)) == 1 and make_ready(chat, now) then moved = moved + 1 end
end
return { moved, redis.call('ZCARD', READY) + redis.call('ZCOUNT', SUSPECTS, '-inf', now) }
