// The part of a session record that is nobody's business at rest - tokens, user, address, agent -
// as bytes, and sealed. The bytes: docs/formats/session-record.md.
//
// Shared by the stores that keep records outside the process; what they query by, they keep beside
// it.
#pragma once

#include "crypto/key_ring.hpp"
#include "crypto/random.hpp"
#include "session/errc.hpp"
#include "session/record.hpp"

#include <string>
#include <string_view>

namespace cloche::session {

/// Tokens, user, address and agent of the record as bytes. They are secret: to be sealed, and
/// wiped.
std::string encode_private_part(const record& session);
/// Reads them back into `into`. Errors: unreadable_record.
result<void> decode_private_part(std::string_view bytes, record& into);

/// Sealed for this session alone: under another id it does not open.
std::string seal_private_part(
    const record& session, const crypto::key_ring& keys, instant now, crypto::random_source& random
);
/// Opens what was sealed for `into.id`. Errors: unreadable_record, key_missing.
result<void> open_private_part(std::string_view sealed, const crypto::key_ring& keys, record& into);

}  // namespace cloche::session
