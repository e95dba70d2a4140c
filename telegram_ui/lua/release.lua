-- Give leases back unused: an attempt that was counted did not take place. ARGV: chat, token, chat, token …
-- Returns how many were still held.
local now, released = now_ms(), 0
for i = 1, #ARGV, 2 do
  local chat = ARGV[i]
  if holds(chat, ARGV[i + 1]) then
    local begun = redis.call('HGET', state_of(chat), 'hand') ~= 'waits'
    end_lease(chat)
    if begun then take_attempt_back(chat) end
    line_up(chat, now)
    released = released + 1
  end
end
return released
