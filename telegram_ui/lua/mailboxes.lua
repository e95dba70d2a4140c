-- Shared by every script of the mailboxes. A chat with mail is in exactly one of three sorted sets:
--   ready (by the time it became so), leases (by expiry), retry (by the time it is due).
-- Its state hash holds the fencing token of the current lease and the attempts at the head of its mailbox.
-- Keys are made from chat ids that only the data tells, so these scripts need one Redis, not a cluster.
local READY, LEASES, RETRY = 'tg:updates:ready', 'tg:updates:leases', 'tg:updates:retry'
local AWAKE, WAKE = 'tg:updates:awake', 'tg:updates:wake'
local DEAD, COUNTS = 'tg:updates:dead', 'tg:updates:counts'
local STATE_SECONDS = 172800

local function mailbox_of(chat) return 'tg:updates:' .. chat end
local function state_of(chat) return 'tg:updates:state:' .. chat end

-- Is this lease still the chat's? The token is removed when a lease expires and replaced when the chat is claimed.
local function holds(chat, token) return redis.call('HGET', state_of(chat), 'token') == token end

local function make_ready(chat, score)
  if redis.call('ZSCORE', LEASES, chat) or redis.call('ZSCORE', RETRY, chat) then return false end
  return redis.call('ZADD', READY, 'NX', score, chat) == 1
end

local function end_lease(chat)
  redis.call('HDEL', state_of(chat), 'token')
  redis.call('ZREM', LEASES, chat)
end

-- Chats whose worker fell silent and chats whose pause is over go back among the ready, at most 200 in one call.
local function promote(now)
  local moved = 0
  for _, set in ipairs({ LEASES, RETRY }) do
    local due = redis.call('ZRANGEBYSCORE', set, '-inf', now, 'WITHSCORES', 'LIMIT', 0, 100)
    for i = 1, #due, 2 do
      local chat = due[i]
      if set == LEASES then
        end_lease(chat)
        redis.call('HINCRBY', COUNTS, 'leases_expired', 1)
      else
        redis.call('ZREM', RETRY, chat)
      end
      redis.call('ZADD', READY, 'NX', due[i + 1], chat)
      moved = moved + 1
    end
  end
  return moved
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
