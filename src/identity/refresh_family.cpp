#include "identity/refresh_family.hpp"

#include "crypto/digest.hpp"
#include "crypto/sealed.hpp"

#include <algorithm>

namespace cloche::identity {
namespace {

// The labels are part of what lies in the database: changing one makes open graces unreadable.
constexpr std::string_view salt = "cloche identity";
constexpr std::string_view key_label = "successor of a refresh token, v1";

/// The token has 256 random bits of its own: the salt need not be secret or random (RFC 5869
/// section 3.1).
std::string sealing_key(const refresh_token& predecessor) {
    return crypto::hkdf_sha256(predecessor.reveal(), salt, key_label, crypto::sealing_key_size);
}

}  // namespace

refresh_step decide_refresh(
    const std::optional<family_state>& family,
    const token_hash& presented,
    instant now,
    const refresh_policy& policy
) {
    if (!family) return refresh_step::unknown;
    if (family->revoked) return refresh_step::revoked;
    if (now >= family->absolute_end || now >= family->idle_end) return refresh_step::expired;
    if (presented == family->current) return refresh_step::rotate;
    const bool direct = family->predecessor && presented == *family->predecessor;
    if (direct && policy.grace.count() > 0 && now < family->rotated + policy.grace)
        return refresh_step::repeat_successor;
    return refresh_step::revoke_family;
}

instant idle_end_from(instant now, instant absolute_end, const refresh_policy& policy) {
    return std::min(now + policy.idle, absolute_end);
}

std::string seal_successor(
    const refresh_token& predecessor, const refresh_token& successor, crypto::random_source& random
) {
    auto key = sealing_key(predecessor);
    auto sealed = crypto::seal_with(key, successor.reveal(), key_label, random);
    wipe(key.data(), key.size());
    return sealed;
}

std::optional<refresh_token> open_successor(
    const refresh_token& predecessor, std::string_view sealed
) {
    auto key = sealing_key(predecessor);
    auto opened = crypto::open_with(key, sealed, key_label);
    wipe(key.data(), key.size());
    if (!opened) return std::nullopt;
    return refresh_token(std::move(*opened));
}

}  // namespace cloche::identity
