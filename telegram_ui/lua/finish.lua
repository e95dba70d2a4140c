-- The head was handled, or is buried: take it out, and go on. ARGV: chat, token, token for what comes next,
-- lease in ms (0: take nothing more), updates of this chat handled in a row, how many in a row while others wait,
-- note for the dead ('' when it was handled), cap of the dead.
-- Returns {1, {chat, attempt, envelope, token} or nothing}; {0} when the lease was lost, and then nothing has changed.
local chat, token = ARGV[1], ARGV[2]
if not holds(chat, token) then
  redis.call('HINCRBY', COUNTS, 'fenced', 1)
  return { 0 }
end
local now, duration = now_ms(), tonumber(ARGV[4])
redis.call('LPOP', mailbox_of(chat))
redis.call('HDEL', state_of(chat), 'attempt', 'deaths', 'hand')
if ARGV[7] == '' then
  redis.call('HINCRBY', COUNTS, 'handled', 1)
else
  redis.call('LPUSH', DEAD, ARGV[7])
  redis.call('LTRIM', DEAD, 0, tonumber(ARGV[8]) - 1)
  redis.call('HINCRBY', COUNTS, 'dead', 1)
end
if redis.call('EXISTS', mailbox_of(chat)) == 0 then
  redis.call('ZREM', LEASES, chat)
  redis.call('DEL', state_of(chat))
elseif duration > 0 and (tonumber(ARGV[5]) < tonumber(ARGV[6]) or redis.call('ZCARD', READY) == 0) then
  return { 1, lease(chat, ARGV[3], now + duration) }
else
  -- Others have waited long enough, or this worker is leaving: to the end of the line, order within the chat kept.
  -- Half a millisecond sets it behind those who came in this very one.
  end_lease(chat)
  redis.call('ZADD', READY, 'NX', now + 0.5, chat)
end
if duration == 0 then return { 1 } end
return { 1, lease_next(ARGV[3], now + duration) }
