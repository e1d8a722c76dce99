#include "session/record.hpp"

#include "crypto/digest.hpp"

#include <cstring>

namespace cloche::session {

std::size_t id_hash_hasher::operator()(const id_hash& id) const noexcept {
    // It is a hash already, of something random.
    std::size_t value = 0;
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
}

id_hash hash_of(std::string_view presented_id) {
    return id_hash{crypto::sha256(presented_id)};
}

std::string log_tag(const id_hash& id) {
    // One more hash: what stands in a log does not lead to a row of the store.
    return crypto::short_tag("session log tag", bytes_of(id));
}

std::string_view name_of(end_reason reason) noexcept {
    switch (reason) {
        case end_reason::none:
            return "none";
        case end_reason::signed_out:
            return "signed_out";
        case end_reason::replaced:
            return "replaced";
        case end_reason::idle:
            return "idle";
        case end_reason::absolute:
            return "absolute";
        case end_reason::refused:
            return "refused";
        case end_reason::unreadable:
            return "unreadable";
    }
    return "none";
}

}  // namespace cloche::session
