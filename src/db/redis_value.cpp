#include "db/redis_value.hpp"

#include "base/secret.hpp"

#include <hiredis/hiredis.h>

#include <new>

namespace cloche::db {
namespace {

redis_value value_of(const redisReply& reply) {
    redis_value made;
    switch (reply.type) {
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            made.is = redis_value::kind::text;
            made.text.assign(reply.str, reply.len);
            break;
        case REDIS_REPLY_ERROR:
            made.is = redis_value::kind::failure;
            made.text.assign(reply.str, reply.len);
            break;
        case REDIS_REPLY_INTEGER:
            made.is = redis_value::kind::number;
            made.number = reply.integer;
            break;
        case REDIS_REPLY_ARRAY:
            made.is = redis_value::kind::list;
            made.items.reserve(reply.elements);
            for (std::size_t at = 0; at < reply.elements; ++at)
                made.items.push_back(value_of(*reply.element[at]));
            break;
        default:
            break;
    }
    return made;
}

}  // namespace

bool redis_value::failed_with(std::string_view code) const {
    if (!is_failure()) return false;
    if (std::string_view(text).starts_with(code)) return true;
    // Redis 6: "ERR Error running script (…): @user_script:1: -OOM command not allowed …"
    return text.find(" -" + std::string(code)) != std::string::npos;
}

void redis_commands::add(std::span<const std::string_view> words) {
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    starts.reserve(words.size());
    sizes.reserve(words.size());
    for (const auto word : words) {
        starts.push_back(word.empty() ? "" : word.data());
        sizes.push_back(word.size());
    }
    char* formatted = nullptr;
    const int size = redisFormatCommandArgv(
        &formatted, static_cast<int>(words.size()), starts.data(), sizes.data()
    );
    if (size < 0) throw std::bad_alloc();
    try {
        bytes_.append(formatted, static_cast<std::size_t>(size));
    } catch (...) {
        redisFreeCommand(formatted);
        throw;
    }
    cloche::wipe(formatted, static_cast<std::size_t>(size));
    redisFreeCommand(formatted);
    ++count_;
}

void redis_commands::wipe() noexcept {
    cloche::wipe(bytes_);
}

redis_parser::redis_parser() : reader_(redisReaderCreate()) {
    if (!reader_) throw std::bad_alloc();
}
redis_parser::~redis_parser() = default;

void redis_parser::release::operator()(redisReader* reader) const noexcept {
    redisReaderFree(reader);
}

void redis_parser::feed(std::string_view bytes) {
    // A failure stays in the reader, and is told by next().
    static_cast<void>(redisReaderFeed(reader_.get(), bytes.data(), bytes.size()));
}

result<std::optional<redis_value>> redis_parser::next() {
    void* parsed = nullptr;
    if (redisReaderGetReply(reader_.get(), &parsed) != REDIS_OK)
        return make_error_code(boost::system::errc::bad_message);
    if (parsed == nullptr) return std::optional<redis_value>();
    struct reply_release {
        void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
    };
    const std::unique_ptr<redisReply, reply_release> reply(static_cast<redisReply*>(parsed));
    return std::optional<redis_value>(value_of(*reply));
}

}  // namespace cloche::db
