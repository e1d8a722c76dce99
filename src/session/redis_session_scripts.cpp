#include "session/redis_session_scripts.hpp"

namespace cloche::session {
namespace {

// Times are milliseconds, which a Lua number has room for; `%.0f` writes all their digits.
constexpr std::string_view put_text = R"lua(
local prefix, id, process, slack = ARGV[1], ARGV[2], ARGV[4], tonumber(ARGV[5])
local hash = prefix .. 's:' .. id
local old = redis.call('HMGET', hash,
    'version', 'last_used', 'subject', 'state', 'work_at', 'flight_fence')
if (old[1] or '0') ~= ARGV[3] then return {0} end

local row, last = {}, 6 + 2 * tonumber(ARGV[6])
for at = 7, last, 2 do row[ARGV[at]] = ARGV[at + 1] end

-- What was written behind may be later than what the caller knows.
local used, expires = tonumber(row.last_used), tonumber(row.expires_at)
if old[2] then used = math.max(used, tonumber(old[2])) end
if row.state == '0' then
    expires = math.min(tonumber(row.absolute_until), used + tonumber(row.idle))
end
local forget = expires
if row.state ~= '2' or row.revocation_due ~= '0' then forget = expires + slack end
local function text(number) return string.format('%.0f', number) end

-- The first write is one that a server without memory refuses: all is done, or nothing.
redis.call('HSET', hash, unpack(ARGV, 7, last))
redis.call('HSET', hash, 'last_used', text(used), 'expires_at', text(expires))
if old[1] and last < #ARGV then redis.call('HDEL', hash, unpack(ARGV, last + 1)) end

local function place(index, was, is, score)
    if is then
        redis.call('ZADD', prefix .. index, score, id)
    elseif was then
        redis.call('ZREM', prefix .. index, id)
    end
end
local was_there = old[1] and old[4] ~= '2'
local is_there = row.state ~= '2'
place('work', old[5], row.work_at, row.work_at)
place('expires', was_there, is_there, text(expires))
place('purge', true, true, text(forget))
place('flying', old[6], row.flight_fence, 0)
place('suspended', old[4] == '1', row.state == '1', 0)
local had_subject = was_there and old[3] ~= ''
if had_subject and old[3] ~= row.subject then
    redis.call('ZREM', prefix .. 'u:' .. old[3], id)
    had_subject = false
end
place('u:' .. row.subject, had_subject, is_there and row.subject ~= '', row.made)

if old[1] then redis.call('PUBLISH', prefix .. 'changes', process .. ':' .. id) end
local living = redis.call('ZCARD', prefix .. 'expires') - redis.call('ZCARD', prefix .. 'suspended')
return {1, text(used), living}
)lua";

constexpr std::string_view use_text = R"lua(
local prefix, slack = ARGV[1], tonumber(ARGV[2])
for at = 3, #ARGV, 2 do
    local id, used = ARGV[at], tonumber(ARGV[at + 1])
    local hash = prefix .. 's:' .. id
    local row = redis.call('HMGET', hash, 'state', 'last_used', 'absolute_until', 'idle')
    if row[1] and row[1] ~= '2' and tonumber(row[2]) < used then
        redis.call('HSET', hash, 'last_used', ARGV[at + 1])
        if row[1] == '0' then
            local expires = math.min(tonumber(row[3]), used + tonumber(row[4]))
            local text = string.format('%.0f', expires)
            redis.call('HSET', hash, 'expires_at', text)
            redis.call('ZADD', prefix .. 'expires', text, id)
            redis.call('ZADD', prefix .. 'purge', string.format('%.0f', expires + slack), id)
        end
    end
end
return 1
)lua";

constexpr std::string_view purge_text = R"lua(
local prefix = ARGV[1]
local ids = redis.call('ZRANGEBYSCORE', prefix .. 'purge', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do
    local hash = prefix .. 's:' .. id
    local subject = redis.call('HGET', hash, 'subject')
    redis.call('DEL', hash)
    for _, index in ipairs({'work', 'expires', 'purge', 'flying', 'suspended'}) do
        redis.call('ZREM', prefix .. index, id)
    end
    if subject and subject ~= '' then redis.call('ZREM', prefix .. 'u:' .. subject, id) end
end
local living = redis.call('ZCARD', prefix .. 'expires') - redis.call('ZCARD', prefix .. 'suspended')
return {#ids, living}
)lua";

}  // namespace

redis_session_scripts::redis_session_scripts() : put(put_text), use(use_text), purge(purge_text) {}

}  // namespace cloche::session
