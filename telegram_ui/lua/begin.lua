-- Begin a suspect that waits in the caller's hands, or say that it is not alone there any more.
-- ARGV: chat, token, 1 when nothing else is in these hands. Returns the attempt; 0 when the lease was lost.
local chat, state = ARGV[1], state_of(ARGV[1])
if not holds(chat, ARGV[2]) then
  redis.call('HINCRBY', COUNTS, 'fenced', 1)
  return 0
end
if redis.call('HGET', state, 'hand') == 'waits' then redis.call('HINCRBY', state, 'attempt', 1) end
if ARGV[3] == '1' then
  redis.call('HSET', state, 'hand', 'alone')
else
  redis.call('HDEL', state, 'hand')
end
return tonumber(redis.call('HGET', state, 'attempt'))
