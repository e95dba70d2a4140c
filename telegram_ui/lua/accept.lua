-- The webhook's one call. ARGV: chat, user ('' when nobody sent it), update_id, trace_id, update (JSON),
-- user context (JSON; '' to look it up), 1 when the chat is private, burst, tokens per second,
-- seconds between two notices, mailbox cap, cap of remembered update ids in a day, 1 when a button was pressed.
-- Returns {verdict, 1 when a wake-up is due}.
local ACCEPTED, DUPLICATE, LIMITED, BANNED, FULL, UNKNOWN_USER = 0, 1, 2, 3, 4, 5
local chat, user, update_id = ARGV[1], ARGV[2], ARGV[3]
local context = ARGV[6]
local now = now_ms()

if user == '' then
  context = 'null'
elseif context == '' then
  context = redis.call('GET', 'tg:ctx:' .. user)
  -- An empty value is left by a change of the user: not to be used, and not to be filled for a while.
  if not context or context == '' then return { UNKNOWN_USER, 0 } end
elseif context ~= 'null' then
  redis.call('SET', 'tg:ctx:' .. user, context, 'NX', 'EX', 600)
end
local banned = string.find(context, '"is_banned":true', 1, true)

-- Ids are kept in a set per chat and day, for two days: at least 24 hours, 8 bytes each for an ordinary chat.
local day = math.floor(now / 86400000)
local today = string.format('tg:updates:seen:%s:%d', chat, day)
local yesterday = string.format('tg:updates:seen:%s:%d', chat, day - 1)
if redis.call('SISMEMBER', yesterday, update_id) == 1 or redis.call('SADD', today, update_id) == 0 then
  redis.call('HINCRBY', COUNTS, 'duplicate', 1)
  return { DUPLICATE, 0 }
end
local seen = redis.call('SCARD', today)
if seen == 1 then redis.call('EXPIRE', today, 172800) end
if seen > tonumber(ARGV[12]) then
  redis.call('SREM', today, update_id)
  redis.call('HINCRBY', COUNTS, 'full', 1)
  return { FULL, 0 }
end

local verdict, notice = ACCEPTED, ''
if banned then
  verdict = BANNED
  redis.call('HINCRBY', COUNTS, 'banned', 1)
  -- Told once a day; a press is answered each time, or its button would spin, but not faster than anybody's.
  local pressed = ARGV[13] == '1' and take_token('rl:tg:' .. user, now, tonumber(ARGV[8]), tonumber(ARGV[9]))
  local told = 'tg:updates:shown_out:' .. user
  if ARGV[7] ~= '1' or not (pressed or redis.call('SET', told, '1', 'NX', 'EX', 86400)) then
    return { BANNED, 0 }
  end
  notice = ',"notice":"banned"'
elseif user ~= '' and not take_token('rl:tg:' .. user, now, tonumber(ARGV[8]), tonumber(ARGV[9])) then
  verdict = LIMITED
  redis.call('HINCRBY', COUNTS, 'limited', 1)
  -- The notice takes the update's place in the mailbox: the webhook itself never calls Telegram.
  if ARGV[7] ~= '1' or not redis.call('SET', 'tg:updates:told:' .. user, '1', 'NX', 'EX', ARGV[10]) then
    return { LIMITED, 0 }
  end
  notice = ',"notice":"slow_down"'
end
if redis.call('LLEN', mailbox_of(chat)) >= tonumber(ARGV[11]) then
  redis.call('HINCRBY', COUNTS, 'full', 1)
  return { FULL, 0 }
end
redis.call('RPUSH', mailbox_of(chat), '{"trace_id":"' .. ARGV[4] .. '","update":' .. ARGV[5] ..
  ',"user_context":' .. context .. ',"meta":{"attempt":0,"ts":' .. string.format('%d', now) .. '}' .. notice .. '}')
if verdict == ACCEPTED then redis.call('HINCRBY', COUNTS, 'accepted', 1) end

local wake = 0
if make_ready(chat, now) then
  -- A worker that is up has promised to look again; else one message wakes somebody, and ten a second are plenty.
  local promised = tonumber(redis.call('GET', AWAKE) or 0)
  if promised <= now and redis.call('SET', WAKE, '1', 'NX', 'PX', 100) then wake = 1 end
end
return { verdict, wake }
