#include "http/field_id.hpp"

#include <array>
#include <cstring>

namespace cloche::http {
namespace {

constexpr std::array<std::string_view, field_id_count> names{
    "",  // other
    "accept",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "location",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "retry-after",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "server",
    "set-cookie",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "www-authenticate",
    "x-csrf",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
    "",  // underscored
};
static_assert(names[static_cast<std::size_t>(field_id::x_request_id)] == "x-request-id");
static_assert(names[static_cast<std::size_t>(field_id::host)] == "host");

constexpr std::size_t shortest = 2;
constexpr std::size_t longest = 24;
constexpr std::size_t slots = 128;

/// Without collisions for the names above, which the compiler checks. `| 0x20` makes letters small.
constexpr std::size_t slot_of(std::string_view name) noexcept {
    const auto at = [name](std::size_t i) { return static_cast<std::size_t>(name[i] | 0x20); };
    const std::size_t size = name.size();
    return (size + at(0) * 3 + at(size - 1) * 51 + at(size - 2) * 45) % slots;
}

struct entry {
    std::array<char, longest> name{};
    std::array<char, longest> case_bits{};  ///< 0x20 where a letter stands: the bit that may differ
    std::uint8_t size = 0;
    field_id id = field_id::other;
};

constexpr std::array<entry, slots> table = [] {
    std::array<entry, slots> made{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view name = names[i];
        if (name.empty()) continue;
        if (name.size() < shortest || name.size() > longest) throw "a name of an unexpected length";
        entry& slot = made[slot_of(name)];
        if (slot.size != 0) throw "two names in one slot: other factors are needed";
        slot.size = static_cast<std::uint8_t>(name.size());
        slot.id = static_cast<field_id>(i);
        for (std::size_t k = 0; k < name.size(); ++k) {
            slot.name[k] = name[k];
            slot.case_bits[k] = name[k] == '-' ? 0 : 0x20;
        }
    }
    return made;
}();

template <class Word>
Word load(const char* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// The bits in which the words at `offset` differ, case aside.
template <class Word>
Word difference(const char* name, const entry& candidate, std::size_t offset) noexcept {
    return (load<Word>(name + offset) ^ load<Word>(candidate.name.data() + offset)) &
           ~load<Word>(candidate.case_bits.data() + offset);
}

/// Whole words, the last one overlapping the one before.
bool same_name(const char* name, std::size_t size, const entry& candidate) noexcept {
    if (size >= 8) {
        std::uint64_t differs = difference<std::uint64_t>(name, candidate, size - 8);
        for (std::size_t i = 0; i + 8 < size; i += 8) {
            differs |= difference<std::uint64_t>(name, candidate, i);
        }
        return differs == 0;
    }
    if (size >= 4) {
        return (difference<std::uint32_t>(name, candidate, 0) |
                difference<std::uint32_t>(name, candidate, size - 4)) == 0;
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (((name[i] ^ candidate.name[i]) & ~candidate.case_bits[i]) != 0) return false;
    }
    return true;
}

}  // namespace

field_id identify(std::string_view name) noexcept {
    if (name.size() < shortest) return field_id::other;
    const entry& candidate = table[slot_of(name)];
    if (candidate.size != name.size() || !same_name(name.data(), name.size(), candidate)) {
        return field_id::other;
    }
    return candidate.id;
}

}  // namespace cloche::http
