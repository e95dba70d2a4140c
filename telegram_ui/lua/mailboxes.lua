-- Shared by every script of the mailboxes. A chat with mail is in exactly one of four sorted sets:
--   ready (by the time it became so), leases (by expiry), retry (by the time it is due),
--   suspects (by the time they may be tried): a worker fell silent with the head of the mailbox in its hands.
-- Its state hash tells of that head: the fencing token of the lease it is under, attempts that count, deaths of workers
-- that had it in hand, and how it is held now ('waits': not begun yet, 'alone': nothing else was begun beside it).
-- Keys are made from chat ids that only the data tells, so these scripts need one Redis, not a cluster.
local READY, LEASES, RETRY = 'tg:updates:ready', 'tg:updates:leases', 'tg:updates:retry'
local SUSPECTS = 'tg:updates:suspects'
local AWAKE, WAKE = 'tg:updates:awake', 'tg:updates:wake'
local DEAD, COUNTS = 'tg:updates:dead', 'tg:updates:counts'
local STATE_SECONDS = 172800

local function mailbox_of(chat) return 'tg:updates:' .. chat end
local function state_of(chat) return 'tg:updates:state:' .. chat end

-- Is this lease still the chat's? The token is removed when a lease expires and replaced when the chat is claimed.
local function holds(chat, token) return redis.call('HGET', state_of(chat), 'token') == token end

-- The end of its line: among the suspects for as long as the head is one.
local function line_up(chat, score)
  local line = redis.call('HEXISTS', state_of(chat), 'deaths') == 1 and SUSPECTS or READY
  return redis.call('ZADD', line, 'NX', score, chat) == 1
end

local function make_ready(chat, score)
  for _, set in ipairs({ LEASES, RETRY, SUSPECTS }) do
    if redis.call('ZSCORE', set, chat) then return false end
  end
  return line_up(chat, score)
end

local function end_lease(chat)
  redis.call('HDEL', state_of(chat), 'token', 'hand')
  redis.call('ZREM', LEASES, chat)
end

-- An attempt that was counted when it began says nothing about the update.
local function take_attempt_back(chat)
  if redis.call('HINCRBY', state_of(chat), 'attempt', -1) <= 0 then redis.call('HDEL', state_of(chat), 'attempt') end
end

-- What kills workers may come at even intervals, as leases end, and must not meet the same update each time: the pause
-- is anything up to 2 s after the first death, 4 s after the others. The token is new each time: chance comes of it.
local function pause_after(deaths, chat, token)
  local chance = tonumber(string.sub(redis.sha1hex(chat .. ' ' .. token), 1, 8), 16) / 4294967296
  return chance * math.min(2000 * deaths, 4000)
end

-- The worker of this lease is silent. It died of this update, or of another, or nobody's fault: only where nothing else
-- was in its hands does the attempt stay counted. From now on the update is tried alone.
local function fell_silent(chat, now)
  local token, hand = unpack(redis.call('HMGET', state_of(chat), 'token', 'hand'))
  end_lease(chat)
  redis.call('HINCRBY', COUNTS, 'leases_expired', 1)
  if token and hand ~= 'waits' then
    if hand ~= 'alone' then take_attempt_back(chat) end
    local deaths = redis.call('HINCRBY', state_of(chat), 'deaths', 1)
    redis.call('EXPIRE', state_of(chat), STATE_SECONDS)
    now = now + pause_after(deaths, chat, token)
  end
  line_up(chat, now)
end

-- Chats whose worker fell silent and chats whose pause is over wait for a worker again, at most 200 in one call.
local function promote(now)
  local expired = redis.call('ZRANGEBYSCORE', LEASES, '-inf', now, 'LIMIT', 0, 100)
  for _, chat in ipairs(expired) do fell_silent(chat, now) end
  local rested = redis.call('ZRANGEBYSCORE', RETRY, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 100)
  for i = 1, #rested, 2 do
    redis.call('ZREM', RETRY, rested[i])
    line_up(rested[i], rested[i + 1])
  end
  return #expired + #rested / 2
end

-- Lease the chat and begin its first update: the attempt is counted before anybody handles it, so that an update
-- which kills its worker is counted too. Returns {chat, attempt, envelope, token}, or nil when the mailbox is empty.
local function lease(chat, token, until_ms)
  local head = redis.call('LINDEX', mailbox_of(chat), 0)
  if not head then
    redis.call('DEL', state_of(chat))
    return nil
  end
  redis.call('ZADD', LEASES, until_ms, chat)
  redis.call('HSET', state_of(chat), 'token', token)
  local attempt = redis.call('HINCRBY', state_of(chat), 'attempt', 1)
  redis.call('EXPIRE', state_of(chat), STATE_SECONDS)
  return { chat, attempt, head, token }
end

local function lease_next(token, until_ms)
  while true do
    local popped = redis.call('ZPOPMIN', READY)
    if #popped == 0 then return nil end
    local claimed = lease(popped[1], token, until_ms)
    if claimed then return claimed end
  end
end

-- The same for a suspect, which its worker begins later, when it has made room. A fifth value: deaths so far.
local function lease_suspect(now, token, until_ms)
  while true do
    local chat = redis.call('ZRANGEBYSCORE', SUSPECTS, '-inf', now, 'LIMIT', 0, 1)[1]
    if not chat then return nil end
    redis.call('ZREM', SUSPECTS, chat)
    local claimed = lease(chat, token, until_ms)
    if claimed then
      take_attempt_back(chat)
      redis.call('HSET', state_of(chat), 'hand', 'waits')
      claimed[5] = redis.call('HGET', state_of(chat), 'deaths')
      return claimed
    end
  end
end
