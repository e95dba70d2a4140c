-- KEYS[1] bucket; ARGV: burst, tokens per second. Returns {1 allowed or 0 refused, milliseconds until the
-- next token, whole tokens left}.
local allowed, wait, left = take_token(KEYS[1], now_ms(), tonumber(ARGV[1]), tonumber(ARGV[2]))
return { allowed and 1 or 0, wait, math.floor(left) }
