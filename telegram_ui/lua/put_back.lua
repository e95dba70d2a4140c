-- A given-up update gets another life, at the end of its chat's mailbox. ARGV: chat, envelope.
redis.call('RPUSH', mailbox_of(ARGV[1]), ARGV[2])
make_ready(ARGV[1], now_ms())
return 1
