-- Write for the holder of a lease alone. KEYS[1] what to write; ARGV: chat, token, value ('' deletes), TTL in seconds.
-- Returns 1, or 0 when the lease was lost and nothing was written.
if not holds(ARGV[1], ARGV[2]) then
  redis.call('HINCRBY', COUNTS, 'fenced', 1)
  return 0
end
if ARGV[3] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
end
return 1
