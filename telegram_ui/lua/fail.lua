-- The attempt at the head failed: the chat rests, its order kept, and others go on. ARGV: chat, token, pause in ms.
-- Returns 1, or 0 when the lease was lost.
local chat = ARGV[1]
if not holds(chat, ARGV[2]) then
  redis.call('HINCRBY', COUNTS, 'fenced', 1)
  return 0
end
end_lease(chat)
redis.call('EXPIRE', state_of(chat), STATE_SECONDS)
redis.call('ZADD', RETRY, now_ms() + tonumber(ARGV[3]), chat)
redis.call('HINCRBY', COUNTS, 'retried', 1)
return 1
