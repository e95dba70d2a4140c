-- Permits to send, for all workers together. Time is Redis's own, in microseconds, so workers need no common clock.
--
-- There are as many places as messages may go out in a second. A permit has one from its moment on; it is free again
-- when its worker says: one second after the message was counted, at the latest. Of a worker that says nothing (it
-- died, or has not been answered yet) it is free `held` after the permit's moment.
--
-- KEYS[1]  pause:  instant until which nobody may send
-- KEYS[2]  next:   instant of the next permit at the soonest: they follow each other, they do not come in heaps
-- KEYS[3]  places: sorted set, permit → instant at which its place is free again
-- KEYS[4…] one for each chat that asks: the instant up to which it has used its own rate (TAT of GCRA)
-- ARGV[1]  how many places there are
-- ARGV[2]  microseconds between two permits at least
-- ARGV[3]  how far ahead this class may book a permit. A class with a short reach leaves the next ones to one with
--          a long reach, which is how instant messages go before reminders, and those before campaigns.
-- ARGV[4]  held, microseconds
-- ARGV[5]  TTL of the shared keys, milliseconds
-- ARGV[6]  number of reports; two values for each follow: the permit, and in how many microseconds its place is free
--          (0 or less: now, nothing was sent)
-- then     three for each chat: what its permit is called, microseconds between its messages, and how many may come at once
--
-- Answers one number for each chat, in order: d >= 0: send d microseconds from now (the place is taken);
-- d < 0: nothing was taken, ask again in -d microseconds. And one more: microseconds for which there is nothing for
-- anybody of this class, whatever the chat.

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local asked = #KEYS - 3
local answers = {}

local function exact(number)
  return string.format('%.0f', number)
end

local reports = tonumber(ARGV[6])
for i = 1, reports do
  local permit, free_in = ARGV[5 + 2 * i], tonumber(ARGV[6 + 2 * i])
  if free_in > 0 then
    redis.call('ZADD', KEYS[3], exact(now + free_in), permit)
  else
    redis.call('ZREM', KEYS[3], permit)
  end
end

local pause = tonumber(redis.call('GET', KEYS[1]) or '0')
if pause > now then
  for i = 1, asked do answers[i] = now - pause end
  answers[asked + 1] = pause - now
  return answers
end

local places, gap, reach, held = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', exact(now))

-- The instant from which on at most `places - 1` are taken.
local function one_is_free()
  local last = redis.call('ZRANGE', KEYS[3], -places, -places, 'WITHSCORES')
  return tonumber(last[2] or '0')
end

local next_ = math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0'))
local moment = math.max(next_, one_is_free())
local taken = 0

for i = 1, asked do
  if moment - now > reach then
    answers[i] = -1
  else
    local at = 4 + 2 * reports + 3 * i
    local permit, interval, burst = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    local used = tonumber(redis.call('GET', KEYS[3 + i]) or '0')
    local ready = used - (burst - 1) * interval
    if ready > moment then
      answers[i] = math.min(-1000, now - ready)
    else
      local until_ = math.max(used, moment) + interval
      redis.call('SET', KEYS[3 + i], exact(until_), 'PX', math.ceil((until_ - now) / 1000) + 1000)
      redis.call('ZADD', KEYS[3], exact(moment + held), permit)
      answers[i] = moment - now
      next_ = moment + gap
      moment = math.max(next_, one_is_free())
      taken = taken + 1
    end
  end
end

if taken > 0 then
  redis.call('SET', KEYS[2], exact(next_), 'PX', tonumber(ARGV[5]))
end
if taken + reports > 0 then
  redis.call('PEXPIRE', KEYS[3], tonumber(ARGV[5]))
end
answers[asked + 1] = math.max(0, moment - now - reach)
return answers
