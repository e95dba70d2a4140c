-- Permits to send, for all workers together. Time is Redis's own, in microseconds, so workers need no common clock.
--
-- KEYS[1]  pause: instant until which nobody may send
-- KEYS[2]  next:  instant of the next free slot of the rate
-- KEYS[3…] one for each chat that asks: the instant up to which it has used its own rate (TAT of GCRA)
-- ARGV[1]  microseconds between two slots
-- ARGV[2]  how far ahead this class may book a slot. A class with a short reach leaves the next slots to one with
--          a long reach, which is how instant messages go before reminders, and those before campaigns.
-- ARGV[3]  TTL of the two shared keys, milliseconds
-- ARGV[4…] two for each chat: microseconds between its messages, and how many may come at once
--
-- Answers one number for each chat, in order: d >= 0: send d microseconds from now (the slot is taken);
-- d < 0: nothing was taken, ask again in -d microseconds. And one more: microseconds for which there is no slot for
-- anybody of this class, whatever the chat.

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local asked = #KEYS - 2
local answers = {}

local pause = tonumber(redis.call('GET', KEYS[1]) or '0')
if pause > now then
  for i = 1, asked do answers[i] = now - pause end
  answers[asked + 1] = pause - now
  return answers
end

local gap, reach = tonumber(ARGV[1]), tonumber(ARGV[2])
local slot = math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0'))
local taken = 0

for i = 1, asked do
  if slot - now > reach then
    answers[i] = math.min(-1000, now + reach - slot)
  else
    local interval, burst = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
    local used = tonumber(redis.call('GET', KEYS[2 + i]) or '0')
    local ready = used - (burst - 1) * interval
    if ready > slot then
      answers[i] = math.min(-1000, now - ready)
    else
      local until_ = math.max(used, slot) + interval
      redis.call('SET', KEYS[2 + i], string.format('%.0f', until_), 'PX', math.ceil((until_ - now) / 1000) + 1000)
      answers[i] = slot - now
      slot = slot + gap
      taken = taken + 1
    end
  end
end

if taken > 0 then
  redis.call('SET', KEYS[2], string.format('%.0f', slot), 'PX', tonumber(ARGV[3]))
end
answers[asked + 1] = math.max(0, slot - now - reach)
return answers
